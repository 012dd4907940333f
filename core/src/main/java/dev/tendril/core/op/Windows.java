package dev.tendril.core.op;

import dev.tendril.core.Shape;
import java.util.List;

/// How many places a window has along the spatial axes of `[n, spatial..., c]`.
///
/// @param strides one for each spatial axis; so are window and dilations
record Windows(
    Operands operands,
    List<Integer> window,
    List<Integer> strides,
    List<Integer> dilations,
    Padding padding) {

  /// The most that extents, windows and paddings may come to together, so that all sums fit.
  private static final long LIMIT = 1L << 30;

  /// @throws dev.tendril.core.TensorException when an attribute has no meaning
  Windows {
    int axes = window.size();
    if (axes < 1 || axes > 3) {
      throw operands.misfit(axes + " spatial axes; expected 1 to 3");
    }
    if (strides.size() != axes || dilations.size() != axes) {
      throw operands.misfit("strides " + strides + "; expected " + axes);
    }
    operands.positive(strides, "strides");
    operands.positive(dilations, "dilations");
    if (padding.kind() == Padding.Kind.EXPLICIT && padding.before().size() != axes) {
      throw operands.misfit("padding of " + padding.before().size() + " axes; expected " + axes);
    }
    for (int axis = 0; axis < padding.before().size(); axis++) {
      if (padding.before().get(axis) < 0 || padding.after().get(axis) < 0) {
        throw operands.misfit(
            "padding " + padding.before() + ", " + padding.after() + "; expected 0 or more");
      }
    }
  }

  /// The number of places along a spatial axis of an extent, which may be unknown.
  ///
  /// @throws dev.tendril.core.TensorException when there is none
  int places(int axis, int extent) {
    int size = window.get(axis);
    if (size == 0) {
      throw operands.misfit("a window of " + window + "; expected 1 or more");
    }
    if (extent == Shape.ANY || (size == Shape.ANY && padding.kind() != Padding.Kind.SAME)) {
      return Shape.ANY;
    }
    check(axis, extent);
    int places =
        padding.places(axis, extent, Math.max(size, 1), strides.get(axis), dilations.get(axis));
    if (places < 1) {
      throw operands.misfit(
          "a window of "
              + reach(axis)
              + " with "
              + padding.kind().name()
              + " padding; it does not fit into "
              + extent);
    }
    return places;
  }

  /// The extent that a transposed convolution gives by itself: the least that has as many places
  /// and that a stride of windows side by side fills.
  int extent(int axis, int places) {
    int stride = strides.get(axis);
    if (places == Shape.ANY || window.get(axis) == Shape.ANY) {
      return Shape.ANY;
    }
    long extent =
        switch (padding.kind()) {
          case SAME -> (long) places * stride;
          case VALID -> (long) places * stride + Math.max(reach(axis) - stride, 0);
          case EXPLICIT ->
              (long) (places - 1) * stride
                  + reach(axis)
                  - padding.before().get(axis)
                  - padding.after().get(axis);
        };
    if (extent < 0 || extent > LIMIT) {
      throw operands.misfit("a result of extent " + extent + "; expected 0 to " + LIMIT);
    }
    return (int) extent;
  }

  private long reach(int axis) {
    return (window.get(axis) - 1L) * dilations.get(axis) + 1;
  }

  private void check(int axis, int extent) {
    long sum = extent + Math.max(reach(axis), 0) + strides.get(axis);
    if (padding.kind() == Padding.Kind.EXPLICIT) {
      sum += (long) padding.before().get(axis) + padding.after().get(axis);
    }
    if (sum > LIMIT) {
      throw operands.misfit(
          "an extent of "
              + extent
              + " and a window, stride and padding that reach beyond "
              + LIMIT);
    }
  }
}
