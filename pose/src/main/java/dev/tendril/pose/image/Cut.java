package dev.tendril.pose.image;

import java.util.Arrays;

/// Cutting a rectangle out of a picture and bringing it to the size that a network wants, by
/// bilinear interpolation; what lies outside the picture is black. Results are bytes, three a
/// pixel, in one array that is used again for the next picture.
///
/// - [#axisAligned]: the rule of `crop_and_resize` of TensorFlow: the corners of the rectangle are
///   the centers of corner pixels of the result, a value is dropped when its place is outside, and
///   fractions are cut off. Corners and steps are rounded to 32 bits there, so are they here: it
///   decides whether the last row is outside.
/// - [#resized]: the rule of `resizeBilinear` of TensorFlow.js without centers of pixels, with
///   black on the right or below where the result has room.
/// - [#turned]: the rule of `ImageToTensor` of MediaPipe: pixel (i, j) of the result is at the
///   share (i / width, j / height) of a rectangle that may be turned; values are rounded.
///
/// Not thread-safe.
public final class Cut {
  private static final int CHANNELS = 3;

  private final int width;
  private final int height;
  private final byte[] result;
  private final int[] left;
  private final int[] right;
  private final float[] share;

  /// @param width of results, in pixels
  /// @param height of results, in pixels
  public Cut(int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "a cut has 1 pixel or more; got " + width + " x " + height);
    }
    this.width = width;
    this.height = height;
    result = new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)];
    left = new int[width];
    right = new int[width];
    share = new float[width];
  }

  /// In pixels.
  public int width() {
    return width;
  }

  /// In pixels.
  public int height() {
    return height;
  }

  /// The rectangle between two corners, which are shares of the picture and may be outside of it.
  public byte[] axisAligned(Picture picture, double yMin, double xMin, double yMax, double xMax) {
    float stepX = step(xMin, xMax, picture.width(), width);
    float stepY = step(yMin, yMax, picture.height(), height);
    double firstX = first(xMin, xMax, picture.width(), width);
    double firstY = first(yMin, yMax, picture.height(), height);
    for (int i = 0; i < width; i++) {
      column(i, firstX + i * (double) stepX, picture.width());
    }
    for (int j = 0; j < height; j++) {
      double y = firstY + j * (double) stepY;
      if (y < 0 || y > picture.height() - 1) {
        black(j, 0, width);
      } else {
        row(picture, j, width, y);
      }
    }
    return result;
  }

  private static float step(double low, double high, int extent, int size) {
    return size > 1 ? ((float) high - (float) low) * (extent - 1) / (size - 1) : 0;
  }

  private static double first(double low, double high, int extent, int size) {
    return (size > 1 ? (float) low : 0.5 * ((float) low + (float) high)) * (extent - 1);
  }

  /// The whole picture in the upper left part of the result.
  ///
  /// @param columns of that part, in pixels
  /// @param rows of that part, in pixels
  public byte[] resized(Picture picture, int columns, int rows) {
    double scaleX = (double) picture.width() / columns;
    double scaleY = (double) picture.height() / rows;
    for (int i = 0; i < columns; i++) {
      column(i, Math.min(i * scaleX, picture.width() - 1), picture.width());
    }
    for (int j = 0; j < height; j++) {
      if (j < rows) {
        row(picture, j, columns, Math.min(j * scaleY, picture.height() - 1));
        black(j, columns, width);
      } else {
        black(j, 0, width);
      }
    }
    return result;
  }

  private void column(int i, double x, int extent) {
    if (x < 0 || x > extent - 1) {
      left[i] = -1;
      return;
    }
    int low = (int) x;
    left[i] = low * CHANNELS;
    right[i] = (int) Math.ceil(x) * CHANNELS;
    share[i] = (float) (x - low);
  }

  private void row(Picture picture, int j, int columns, double y) {
    byte[] rgb = picture.pixels();
    int stride = picture.width() * CHANNELS;
    int top = (int) y;
    int upper = top * stride;
    int lower = (int) Math.ceil(y) * stride;
    float shareY = (float) (y - top);
    int at = j * width * CHANNELS;
    for (int i = 0; i < columns; i++) {
      int a = left[i];
      int b = right[i];
      float shareX = share[i];
      for (int c = 0; c < CHANNELS; c++, at++) {
        if (a < 0) {
          result[at] = 0;
          continue;
        }
        float above = between(rgb[upper + a + c], rgb[upper + b + c], shareX);
        float below = between(rgb[lower + a + c], rgb[lower + b + c], shareX);
        result[at] = (byte) (int) (above + (below - above) * shareY);
      }
    }
  }

  private static float between(byte first, byte second, float share) {
    float low = first & 0xff;
    return low + ((second & 0xff) - low) * share;
  }

  private void black(int j, int from, int to) {
    Arrays.fill(result, (j * width + from) * CHANNELS, (j * width + to) * CHANNELS, (byte) 0);
  }

  /// A rectangle that may be turned.
  ///
  /// @param replicate whether pixels of the border go on outside, instead of black
  public byte[] turned(Picture picture, Region region, boolean replicate) {
    double cos = Math.cos(region.rotation());
    double sin = Math.sin(region.rotation());
    double alongX = region.width() * cos / width;
    double alongY = region.width() * sin / width;
    double acrossX = -region.height() * sin / height;
    double acrossY = region.height() * cos / height;
    double x0 = region.x() - 0.5 * (region.width() * cos - region.height() * sin);
    double y0 = region.y() - 0.5 * (region.height() * cos + region.width() * sin);
    int at = 0;
    for (int j = 0; j < height; j++) {
      for (int i = 0; i < width; i++, at += CHANNELS) {
        pixel(picture, x0 + i * alongX + j * acrossX, y0 + i * alongY + j * acrossY, replicate, at);
      }
    }
    return result;
  }

  private void pixel(Picture picture, double x, double y, boolean replicate, int at) {
    byte[] rgb = picture.pixels();
    int columns = picture.width();
    int rows = picture.height();
    int low = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    float shareX = (float) (x - low);
    float shareY = (float) (y - top);
    if (low >= 0 && top >= 0 && low < columns - 1 && top < rows - 1) {
      int upper = (top * columns + low) * CHANNELS;
      int lower = upper + columns * CHANNELS;
      for (int c = 0; c < CHANNELS; c++) {
        float above = between(rgb[upper + c], rgb[upper + CHANNELS + c], shareX);
        float below = between(rgb[lower + c], rgb[lower + CHANNELS + c], shareX);
        result[at + c] = (byte) (int) (above + (below - above) * shareY + 0.5f);
      }
      return;
    }
    for (int c = 0; c < CHANNELS; c++) {
      float above = at(picture, low, top, c, replicate);
      above += (at(picture, low + 1, top, c, replicate) - above) * shareX;
      float below = at(picture, low, top + 1, c, replicate);
      below += (at(picture, low + 1, top + 1, c, replicate) - below) * shareX;
      result[at + c] = (byte) (int) (above + (below - above) * shareY + 0.5f);
    }
  }

  private static float at(Picture picture, int x, int y, int channel, boolean replicate) {
    int column = Math.clamp(x, 0, picture.width() - 1);
    int row = Math.clamp(y, 0, picture.height() - 1);
    if (!replicate && (column != x || row != y)) {
      return 0;
    }
    return picture.pixels()[(row * picture.width() + column) * CHANNELS + channel] & 0xff;
  }
}
