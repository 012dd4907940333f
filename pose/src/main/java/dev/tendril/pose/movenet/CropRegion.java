package dev.tendril.pose.movenet;

import dev.tendril.pose.filter.LowPassFilter;
import org.jspecify.annotations.Nullable;

/// Where MoveNet looks: a square of pixels around the person, found from where the person was in
/// the frame before. Corners are shares of the picture and may lie outside of it.
///
/// With the torso in sight, the square reaches from the middle of the hips 1.9 times as far as the
/// joints of the torso and 1.2 times as far as all joints that are sure enough; without it, or when
/// that is more than the picture, everything is looked at.
public record CropRegion(double yMin, double xMin, double yMax, double xMax) {
  private static final double MIN_SCORE = 0.2;
  private static final double TORSO = 1.9;
  private static final double BODY = 1.2;
  private static final double SMOOTHING = 0.9;
  private static final int LEFT_SHOULDER = 5;
  private static final int RIGHT_SHOULDER = 6;
  private static final int LEFT_HIP = 11;
  private static final int RIGHT_HIP = 12;

  /// In shares of the picture.
  public double height() {
    return yMax - yMin;
  }

  /// In shares of the picture.
  public double width() {
    return xMax - xMin;
  }

  /// The square to begin with: as much of the middle as fits into the picture, to be quickly near a
  /// person, or, where nobody was found there, the whole picture.
  ///
  /// @param first whether nothing has been looked at yet
  public static CropRegion initial(int width, int height, boolean first) {
    double aspect = (double) width / height;
    boolean cutWidth = width > height == first;
    if (cutWidth) {
      double share = 1 / aspect;
      double start = (width / 2.0 - height / 2.0) / width;
      return new CropRegion(0, start, 1, start + share);
    }
    double start = (height / 2.0 - width / 2.0) / height;
    return new CropRegion(start, 0, start + aspect, 1);
  }

  /// The square around a person.
  ///
  /// @param now where has been looked so far; null: nowhere yet
  /// @param x of the 17 key points, in shares of the picture
  /// @param y of the 17 key points
  /// @param scores of the 17 key points
  public static CropRegion around(
      @Nullable CropRegion now, double[] x, double[] y, double[] scores, int width, int height) {
    if (!torsoInSight(scores)) {
      return initial(width, height, now == null);
    }
    double centerX = (x[LEFT_HIP] + x[RIGHT_HIP]) / 2 * width;
    double centerY = (y[LEFT_HIP] + y[RIGHT_HIP]) / 2 * height;
    double reach = 0;
    for (int i = 0; i < scores.length; i++) {
      double far = Math.max(Math.abs(centerX - x[i] * width), Math.abs(centerY - y[i] * height));
      if (i == LEFT_SHOULDER || i == RIGHT_SHOULDER || i == LEFT_HIP || i == RIGHT_HIP) {
        reach = Math.max(reach, TORSO * far);
      }
      if (scores[i] >= MIN_SCORE) {
        reach = Math.max(reach, BODY * far);
      }
    }
    double border =
        Math.max(Math.max(centerX, width - centerX), Math.max(centerY, height - centerY));
    double half = Math.min(reach, border);
    if (half > Math.max(width, height) / 2.0) {
      return initial(width, height, now == null);
    }
    return new CropRegion(
        (centerY - half) / height,
        (centerX - half) / width,
        (centerY + half) / height,
        (centerX + half) / width);
  }

  private static boolean torsoInSight(double[] scores) {
    return (scores[LEFT_HIP] > MIN_SCORE || scores[RIGHT_HIP] > MIN_SCORE)
        && (scores[LEFT_SHOULDER] > MIN_SCORE || scores[RIGHT_SHOULDER] > MIN_SCORE);
  }

  /// Keeps the square from jumping: each side has a low-pass filter.
  public static final class Smoothing {
    private final LowPassFilter[] sides = {
      new LowPassFilter(SMOOTHING),
      new LowPassFilter(SMOOTHING),
      new LowPassFilter(SMOOTHING),
      new LowPassFilter(SMOOTHING)
    };

    /// The smoothed square, with one more.
    public CropRegion apply(CropRegion next) {
      return new CropRegion(
          sides[0].apply(next.yMin),
          sides[1].apply(next.xMin),
          sides[2].apply(next.yMax),
          sides[3].apply(next.xMax));
    }
  }
}
