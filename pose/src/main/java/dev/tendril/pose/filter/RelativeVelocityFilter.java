package dev.tendril.pose.filter;

/// A low-pass filter whose weight follows the speed over the last few values: `alpha = 1 - 1 / (1 +
/// velocityScale |velocity|)`. An object that stands still is smoothed most.
///
/// The velocity is the way over a window of values, in units of the object's size, divided by the
/// time that it took; the window reaches back as far as so many frames at 30 a second would.
public final class RelativeVelocityFilter {
  private static final double FRAME = 1e6 / 30;

  private final LowPassFilter filter = new LowPassFilter(1);
  private final double velocityScale;
  private final double[] distances;
  private final long[] durations;
  private int size;
  private int newest;
  private double lastValue;
  private double lastScale;
  private long last = Long.MIN_VALUE;

  /// @param windowSize of how many values the speed is taken
  /// @param velocityScale how fast the filter lets go with speed
  public RelativeVelocityFilter(int windowSize, double velocityScale) {
    if (windowSize < 1) {
      throw new IllegalArgumentException("a window has 1 value or more; got " + windowSize);
    }
    this.velocityScale = velocityScale;
    distances = new double[windowSize];
    durations = new long[windowSize];
  }

  /// The smoothed value, with one more value. A value that is not later passes as it is.
  ///
  /// @param micros its time in microseconds
  /// @param scale 1 / size of the object
  public double apply(double value, long micros, double scale) {
    if (last >= micros) {
      return value;
    }
    double alpha = last == Long.MIN_VALUE ? 1 : alpha(value, micros, scale);
    lastValue = value;
    lastScale = scale;
    last = micros;
    return filter.apply(value, alpha);
  }

  private double alpha(double value, long micros, double scale) {
    double distance = value * scale - lastValue * lastScale;
    long duration = micros - last;
    double sum = distance;
    double time = duration;
    double most = (1 + size) * FRAME;
    for (int i = 0; i < size; i++) {
      int at = Math.floorMod(newest - i, distances.length);
      if (time + durations[at] > most) {
        break;
      }
      sum += distances[at];
      time += durations[at];
    }
    newest = (newest + 1) % distances.length;
    distances[newest] = distance;
    durations[newest] = duration;
    size = Math.min(size + 1, distances.length);
    return 1 - 1 / (1 + velocityScale * Math.abs(sum / (time * 1e-6)));
  }
}
