package dev.tendril.pose.blazepose;

import dev.tendril.pose.filter.LowPassFilter;
import dev.tendril.pose.filter.OneEuroFilter;
import dev.tendril.pose.image.Region;

/// Smoothing of the landmarks of one person over time, each with its own filters: visibilities by a
/// low-pass filter, places by 1€ filters, of which those in pixels take speeds relative to the size
/// of the body.
public final class LandmarkSmoothing {
  private static final double VISIBILITY_ALPHA = 0.1;
  private static final double MIN_SIZE = 1e-6;

  private final Filters named = new Filters(0, Landmarks.NAMED, OneEuroFilter.Options.LANDMARKS);
  private final Filters auxiliary =
      new Filters(Landmarks.NAMED, Landmarks.NAMED + 2, OneEuroFilter.Options.REGION);
  private final Filters world = new Filters(0, Landmarks.NAMED, OneEuroFilter.Options.WORLD);

  /// Smooths landmarks where they are.
  ///
  /// @param image in pixels
  /// @param metres of the same moment
  /// @param micros the time in microseconds
  public void apply(Landmarks image, Landmarks metres, long micros) {
    Region region = image.region();
    double size = (region.width() + region.height()) / 2;
    named.see(image);
    auxiliary.see(image);
    world.see(metres);
    if (size >= MIN_SIZE) {
      named.move(image, micros, 1 / size);
      auxiliary.move(image, micros, 1 / size);
    }
    world.move(metres, micros, 1);
  }

  private static final class Filters {
    private final int from;
    private final LowPassFilter[] seen;
    private final OneEuroFilter[][] moved;

    Filters(int from, int to, OneEuroFilter.Options options) {
      this.from = from;
      seen = new LowPassFilter[to - from];
      moved = new OneEuroFilter[to - from][3];
      for (int i = 0; i < seen.length; i++) {
        seen[i] = new LowPassFilter(VISIBILITY_ALPHA);
        for (int c = 0; c < 3; c++) {
          moved[i][c] = new OneEuroFilter(options);
        }
      }
    }

    void see(Landmarks landmarks) {
      for (int i = 0; i < seen.length; i++) {
        double visibility = landmarks.visibility[from + i];
        landmarks.visibility[from + i] = seen[i].apply(visibility);
      }
    }

    void move(Landmarks landmarks, long micros, double scale) {
      for (int i = 0; i < moved.length; i++) {
        int at = from + i;
        OneEuroFilter[] filters = moved[i];
        landmarks.x[at] = filters[0].apply(landmarks.x[at], micros, scale);
        landmarks.y[at] = filters[1].apply(landmarks.y[at], micros, scale);
        landmarks.z[at] = filters[2].apply(landmarks.z[at], micros, scale);
      }
    }
  }
}
