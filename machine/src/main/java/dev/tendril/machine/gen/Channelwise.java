package dev.tendril.machine.gen;

import dev.tendril.core.cpu.scalar.Window;

/// What slides a window over images and treats each channel by itself, as one routine computes it:
/// some lines of places, one after the other.
///
/// Rows of a window that are outside the image are left out line by line, by where a line begins
/// and how many rows its windows have; columns outside are left out when the code is written.
///
/// @param kind what is done with the elements of a window
/// @param channels of a pixel
/// @param width places of a line
/// @param columns of the window
/// @param pixels the pixels of a row of the image
/// @param left columns that are added before the first
/// @param stride from one place to the next, in pixels
/// @param dilation from one column of the window to the next, in pixels
/// @param rowStep from one row of the window to the next, in bytes
/// @param biased whether sums begin with a number for each channel
/// @param ending what comes last
public record Channelwise(
    Kind kind,
    int channels,
    int width,
    int columns,
    int pixels,
    int left,
    int stride,
    int dilation,
    long rowStep,
    boolean biased,
    Ending ending) {
  /// What is done with a window.
  public enum Kind {
    /// The sum of products with a filter.
    FILTER,
    MAX,
    MEAN
  }

  /// The place of arguments: the number of lines, the bias; from [#FIRST] on [#PER_LINE] values for
  /// each line.
  public static final int LINES = 0;

  public static final int BIAS = 1;
  public static final int FIRST = 2;

  /// Of a line: where the first window begins (even if that is outside), the row of the filter that
  /// belongs to the first row that is inside, the number of rows inside, that number as the bits of
  /// a float, where the result goes, and what is added.
  public static final int PER_LINE = 6;

  public static Channelwise of(Kind kind, Window window, boolean biased, Ending ending) {
    return new Channelwise(
        kind,
        window.channels(),
        window.outWidth(),
        window.columns(),
        window.width(),
        window.left(),
        window.strideAcross(),
        window.dilationAcross(),
        4L * window.width() * window.channels() * window.dilationDown(),
        biased,
        ending);
  }

  /// Whether a column of the window of a place is inside the image.
  boolean isInside(int place, int column) {
    int at = place * stride - left + column * dilation;
    return at >= 0 && at < pixels;
  }

  /// The columns of a place's window that are inside.
  int inside(int place) {
    int count = 0;
    for (int column = 0; column < columns; column++) {
      count += isInside(place, column) ? 1 : 0;
    }
    return count;
  }
}
