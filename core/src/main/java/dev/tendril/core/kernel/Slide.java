package dev.tendril.core.kernel;

import dev.tendril.core.Shape;
import dev.tendril.core.op.Padding;
import java.util.Arrays;
import java.util.List;

/// A window that slides over the one to three spatial axes of `[n, spatial..., c]`. Says which
/// elements it covers at a place; those beyond the border it leaves out.
///
/// Elements, places and taps of the window are counted in row-major order. Missing axes have extent
/// 1.
final class Slide {
  private static final int AXES = 3;

  private final int[] extents = ones();
  private final int[] places = ones();
  private final int[] window = ones();
  private final int[] strides = ones();
  private final int[] dilations = ones();
  private final int[] before = new int[AXES];

  /// The element under each tap that [#cover] or [#sources] found.
  final int[] elements;

  /// The taps of the window.
  final int[] taps;

  /// @param x what the window slides over
  /// @param y what has an element for each place
  Slide(
      Shape x,
      Shape y,
      List<Integer> window,
      List<Integer> strides,
      List<Integer> dilations,
      Padding padding) {
    for (int axis = 0; axis < window.size(); axis++) {
      int at = AXES - window.size() + axis;
      this.extents[at] = x.dim(axis + 1);
      this.places[at] = y.dim(axis + 1);
      this.window[at] = window.get(axis);
      this.strides[at] = strides.get(axis);
      this.dilations[at] = dilations.get(axis);
      before[at] =
          padding.before(
              axis, extents[at], window.get(axis), strides.get(axis), dilations.get(axis));
    }
    elements = new int[taps()];
    taps = new int[taps()];
  }

  private static int[] ones() {
    int[] ones = new int[AXES];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static int product(int[] extents) {
    return Math.multiplyExact(Math.multiplyExact(extents[0], extents[1]), extents[2]);
  }

  int extents() {
    return product(extents);
  }

  int places() {
    return product(places);
  }

  int taps() {
    return product(window);
  }

  /// The elements that the window covers at a place, into [#elements] and [#taps].
  ///
  /// @return their number
  int cover(int place) {
    int found = 0;
    int p0 = place / (places[1] * places[2]) * strides[0] - before[0];
    int p1 = place / places[2] % places[1] * strides[1] - before[1];
    int p2 = place % places[2] * strides[2] - before[2];
    for (int tap = 0; tap < taps.length; tap++) {
      int e0 = p0 + tap / (window[1] * window[2]) * dilations[0];
      int e1 = p1 + tap / window[2] % window[1] * dilations[1];
      int e2 = p2 + tap % window[2] * dilations[2];
      if (within(e0, extents[0]) && within(e1, extents[1]) && within(e2, extents[2])) {
        elements[found] = (e0 * extents[1] + e1) * extents[2] + e2;
        taps[found++] = tap;
      }
    }
    return found;
  }

  /// The other way round: the places at which the window covers an element, into [#elements], and
  /// by which tap, into [#taps].
  ///
  /// @return their number
  int sources(int element) {
    int found = 0;
    int e0 = element / (extents[1] * extents[2]) + before[0];
    int e1 = element / extents[2] % extents[1] + before[1];
    int e2 = element % extents[2] + before[2];
    for (int tap = 0; tap < taps.length; tap++) {
      int p0 = place(0, e0 - tap / (window[1] * window[2]) * dilations[0]);
      int p1 = place(1, e1 - tap / window[2] % window[1] * dilations[1]);
      int p2 = place(2, e2 - tap % window[2] * dilations[2]);
      if (p0 >= 0 && p1 >= 0 && p2 >= 0) {
        elements[found] = (p0 * places[1] + p1) * places[2] + p2;
        taps[found++] = tap;
      }
    }
    return found;
  }

  /// The place along an axis that begins at an offset; -1 for none.
  private int place(int axis, int offset) {
    int place = Math.floorDiv(offset, strides[axis]);
    return place * strides[axis] == offset && within(place, places[axis]) ? place : -1;
  }

  private static boolean within(int index, int extent) {
    return index >= 0 && index < extent;
  }
}
