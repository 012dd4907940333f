package dev.tendril.pose.filter;

/// Exponential smoothing of one number: `s += alpha (v - s)`. The first value passes as it is.
///
/// With a threshold t, changes much larger than t count only with their logarithm: `s += alpha t
/// asinh((v - s) / t)`.
public final class LowPassFilter {
  private double alpha;
  private double raw;
  private double smoothed;
  private boolean started;

  /// @param alpha how much a new value counts, from 0 (not at all) to 1
  public LowPassFilter(double alpha) {
    setAlpha(alpha);
  }

  private void setAlpha(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("alpha is a number from 0 to 1; got " + value);
    }
    alpha = value;
  }

  /// The smoothed value, with one more value.
  public double apply(double value) {
    return keep(value, started ? smoothed + alpha * (value - smoothed) : value);
  }

  /// The smoothed value, with one more value that counts otherwise than those before.
  public double apply(double value, double newAlpha) {
    setAlpha(newAlpha);
    return apply(value);
  }

  /// The smoothed value, with one more value, of which a change beyond a threshold counts less.
  public double apply(double value, double newAlpha, double threshold) {
    setAlpha(newAlpha);
    double next =
        started ? smoothed + alpha * threshold * areaSine((value - smoothed) / threshold) : value;
    return keep(value, next);
  }

  private double keep(double value, double next) {
    raw = value;
    smoothed = next;
    started = true;
    return next;
  }

  /// Inverse hyperbolic sine.
  private static double areaSine(double x) {
    return Math.copySign(Math.log(Math.abs(x) + Math.sqrt(x * x + 1)), x);
  }

  /// Whether it has seen a value.
  boolean started() {
    return started;
  }

  /// The last value as it came.
  double raw() {
    return raw;
  }
}
