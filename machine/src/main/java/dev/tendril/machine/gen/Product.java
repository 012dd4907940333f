package dev.tendril.machine.gen;

import java.util.ArrayList;
import java.util.List;

/// A product of matrices `C = A · B`, with what follows it, as one routine computes it.
///
/// `C` is made of lines of rows. In a dense product there is one line; in a convolution a line is a
/// row of the image, and `A` is the image itself: the numbers of a window are `segments` runs of
/// `segment` numbers, a row of the window each, and windows side by side overlap. The strides say
/// where things are, so that transposed operands, images and packed panels need no code of their
/// own. All distances are in bytes.
///
/// @param tiling how rows and columns are cut
/// @param columns of `B` and `C`
/// @param segments runs of numbers of `A` that are summed over
/// @param segment the length of a run
/// @param segmentStep from one run to the next
/// @param rowStep from one row of `A` to the next
/// @param depthStep from one number of a run to the next
/// @param lineStep from one line of `A` to the next
/// @param packed whether `B` is in panels, one vector of columns next to the other for each step
///     along the depth; otherwise it is row-major
/// @param rightStep from one row of `B` to the next, where it is not packed
/// @param resultStep from one row of `C` to the next
/// @param resultLine from one line of `C` to the next
/// @param start what sums begin with
/// @param ending what comes last
public record Product(
    Tiling tiling,
    int columns,
    int segments,
    int segment,
    long segmentStep,
    long rowStep,
    long depthStep,
    long lineStep,
    boolean packed,
    long rightStep,
    long resultStep,
    long resultLine,
    Start start,
    Ending ending) {
  /// What sums begin with.
  public enum Start {
    ZERO,

    /// A number for each column.
    BIAS,

    /// What is in the result: sums of the depth before.
    RESULT
  }

  /// The place of arguments of the routine: addresses and counts.
  public static final int LEFT = 0;

  public static final int RIGHT = 1;
  public static final int RESULT = 2;

  /// Numbers for columns.
  public static final int BIAS = 3;

  /// What is added.
  public static final int ADDED = 4;

  public static final int LINES = 5;

  /// The number of tiles of the larger kind, and behind it that of the smaller kind.
  public static final int TILES = 6;

  /// The number of panels of each of the [#runs].
  public static final int PANELS = 8;

  /// Panels of one width next to each other.
  ///
  /// @param vectors of a panel
  /// @param last elements of the last vector
  /// @param first the number of the first panel
  /// @param count the number of panels
  public record Run(int vectors, int last, int first, int count) {}

  public int depth() {
    return segments * segment;
  }

  /// The panels: the wide ones, the narrow ones, and the last one by itself where its last vector
  /// is not whole.
  public List<Run> runs(int lanes) {
    Evenly across = tiling.vectors();
    int last = columns - (across.whole() - 1) * lanes;
    List<Run> runs = new ArrayList<>();
    int larger = across.larger();
    int smaller = across.smaller();
    int parts = across.parts();
    if (last < lanes) {
      if (smaller > 0) {
        smaller--;
      } else {
        larger--;
      }
    }
    if (larger > 0) {
      runs.add(new Run(across.size(), lanes, 0, larger));
    }
    if (smaller > 0) {
      runs.add(new Run(across.size() - 1, lanes, across.larger(), smaller));
    }
    if (last < lanes) {
      int width = across.smaller() > 0 ? across.size() - 1 : across.size();
      runs.add(new Run(width, last, parts - 1, 1));
    }
    return List.copyOf(runs);
  }

  /// The number of arguments.
  public int arguments(int lanes) {
    return PANELS + runs(lanes).size();
  }
}
