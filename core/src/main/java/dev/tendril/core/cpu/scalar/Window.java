package dev.tendril.core.cpu.scalar;

import dev.tendril.core.Shape;
import dev.tendril.core.op.Padding;
import java.util.List;

/// A window that slides over images `[batch, height, width, channels]`; signals `[batch, length,
/// channels]` are images of height 1.
///
/// @param rows the window's height
/// @param columns the window's width
/// @param outHeight the places of the window down
/// @param outWidth the places of the window across
/// @param top what is added before the first row
/// @param left what is added before the first column
public record Window(
    int batch,
    int height,
    int width,
    int channels,
    int rows,
    int columns,
    int outHeight,
    int outWidth,
    int strideDown,
    int strideAcross,
    int dilationDown,
    int dilationAcross,
    int top,
    int left) {
  /// Whether a shape has one or two spatial axes.
  public static boolean fits(Shape x) {
    return x.rank() == 3 || x.rank() == 4;
  }

  /// @param extents the window's
  public static Window of(
      Shape x,
      List<Integer> extents,
      List<Integer> strides,
      List<Integer> dilations,
      Padding padding) {
    int last = x.rank() - 3;
    int width = x.dim(-2);
    int across =
        padding.places(last, width, extents.get(last), strides.get(last), dilations.get(last));
    int left =
        padding.before(last, width, extents.get(last), strides.get(last), dilations.get(last));
    if (last == 0) {
      return new Window(
          x.dim(0),
          1,
          width,
          x.dim(-1),
          1,
          extents.get(0),
          1,
          Math.max(0, across),
          1,
          strides.get(0),
          1,
          dilations.get(0),
          0,
          left);
    }
    int height = x.dim(1);
    return new Window(
        x.dim(0),
        height,
        width,
        x.dim(-1),
        extents.get(0),
        extents.get(1),
        Math.max(0, padding.places(0, height, extents.get(0), strides.get(0), dilations.get(0))),
        Math.max(0, across),
        strides.get(0),
        strides.get(1),
        dilations.get(0),
        dilations.get(1),
        padding.before(0, height, extents.get(0), strides.get(0), dilations.get(0)),
        left);
  }

  /// That of a filter `[out, window..., channels]`.
  public static Window ofFilter(
      Shape x, Shape filter, List<Integer> strides, List<Integer> dilations, Padding padding) {
    List<Integer> extents =
        x.rank() == 3 ? List.of(filter.dim(1)) : List.of(filter.dim(1), filter.dim(2));
    return of(x, extents, strides, dilations, padding);
  }

  /// The rows of an image that windows reach, those added included.
  public int reachDown() {
    return outHeight == 0 ? 0 : (outHeight - 1) * strideDown + (rows - 1) * dilationDown + 1;
  }

  /// The columns of an image that windows reach, those added included.
  public int reachAcross() {
    return outWidth == 0 ? 0 : (outWidth - 1) * strideAcross + (columns - 1) * dilationAcross + 1;
  }

  /// Whether windows reach beyond the image.
  public boolean isPadded() {
    return top > 0 || left > 0 || reachDown() - top > height || reachAcross() - left > width;
  }

  /// The elements of the result of one channel.
  public int places() {
    return Math.multiplyExact(Math.multiplyExact(batch, outHeight), outWidth);
  }
}
