package dev.tendril.pose.blazepose;

import dev.tendril.pose.image.Picture;
import dev.tendril.pose.image.Region;
import org.jspecify.annotations.Nullable;

/// How likely every pixel is to belong to the person: first of what the network looked at, then of
/// the picture.
public final class Mask {
  private static final double BLEND = 0.7;

  private Mask() {}

  /// The network's answer, brought from the region that it looked at to the picture; 0 outside.
  ///
  /// @param logits `[size, size]`
  /// @return the share of a person by pixel of the picture, row by row
  public static float[] project(float[] logits, int size, Region region, Picture picture) {
    float[] shares = new float[logits.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) Landmarks.sigmoid(logits[i]);
    }
    int width = picture.width();
    float[] mask = new float[width * picture.height()];
    double cos = Math.cos(region.rotation());
    double sin = Math.sin(region.rotation());
    double scaleX = size / region.width();
    double scaleY = size / region.height();
    for (int y = 0; y < picture.height(); y++) {
      double down = y - region.y();
      for (int x = 0; x < width; x++) {
        double across = x - region.x();
        double column = (cos * across + sin * down) * scaleX + size / 2.0;
        double row = (cos * down - sin * across) * scaleY + size / 2.0;
        if (column > -1 && row > -1 && column < size && row < size) {
          mask[y * width + x] = between(shares, size, column, row);
        }
      }
    }
    return mask;
  }

  private static float between(float[] shares, int size, double column, double row) {
    int left = (int) Math.floor(column);
    int top = (int) Math.floor(row);
    float right = (float) (column - left);
    float below = (float) (row - top);
    return (at(shares, size, left, top) * (1 - right) + at(shares, size, left + 1, top) * right)
            * (1 - below)
        + (at(shares, size, left, top + 1) * (1 - right)
                + at(shares, size, left + 1, top + 1) * right)
            * below;
  }

  private static float at(float[] shares, int size, int x, int y) {
    return x < 0 || y < 0 || x >= size || y >= size ? 0 : shares[y * size + x];
  }

  /// Blends a mask with the one before, most where it is unsure; in place.
  ///
  /// The weight is a polynomial that approximates how uncertain, in bits, a share is (the
  /// calculator `SegmentationSmoothing` of MediaPipe).
  ///
  /// @param before of the same size; null or of another size: nothing is blended
  public static void smooth(float[] mask, float @Nullable [] before) {
    if (before == null || before.length != mask.length) {
      return;
    }
    for (int i = 0; i < mask.length; i++) {
      double distance = mask[i] - 0.5;
      double x = distance * distance;
      double certain =
          x * (5.68842 + x * (-0.748699 + x * (-57.8051 + x * (291.309 + x * -624.717))));
      double unsure = 1 - Math.min(1, certain);
      mask[i] += (float) ((before[i] - mask[i]) * unsure * BLEND);
    }
  }
}
