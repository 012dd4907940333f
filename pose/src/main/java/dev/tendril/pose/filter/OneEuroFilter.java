package dev.tendril.pose.filter;

/// The 1€ filter (Casiez, Roussel and Vogel, CHI 2012): a low-pass filter that smooths much where
/// the value is nearly still, against jitter, and little where it moves fast, against lag.
///
/// The cut-off frequency is `minCutOff + beta |dv/dt|`, with the derivative itself smoothed at
/// `derivateCutOff`; a cut-off c at a frequency f of frames means a weight of `1 / (1 + f / (2π
/// c))` for the new value.
///
/// Time is in whole microseconds. A value that is not later than the one before passes as it is,
/// and is forgotten; time 0 is never later than the beginning.
public final class OneEuroFilter {
  private static final double MICROSECONDS = 1e6;

  /// How much to smooth.
  ///
  /// @param frequency of values, in Hz, as long as time does not tell
  /// @param minCutOff in Hz, for a value that stands still
  /// @param beta how the cut-off rises with speed
  /// @param derivateCutOff in Hz, for the speed
  /// @param thresholdCutOff beyond which change values count less; infinite: all count in full
  /// @param thresholdBeta how the threshold rises with speed
  public record Options(
      double frequency,
      double minCutOff,
      double beta,
      double derivateCutOff,
      double thresholdCutOff,
      double thresholdBeta) {
    /// Of key points of MoveNet, in shares of the picture.
    public static final Options MOVENET = new Options(30, 2.5, 300, 2.5, 0.5, 5);

    /// Of landmarks of BlazePose, in pixels.
    public static final Options LANDMARKS = of(0.05, 80, 1);

    /// Of the landmarks that say where BlazePose looks next, in pixels.
    public static final Options REGION = of(0.01, 10, 1);

    /// Of landmarks in metres.
    public static final Options WORLD = of(0.1, 40, 1);

    public Options {
      if (!(frequency > 0 && minCutOff > 0 && derivateCutOff > 0 && thresholdCutOff > 0)) {
        throw new IllegalArgumentException(
            "frequencies of a filter are above 0; got "
                + frequency
                + ", "
                + minCutOff
                + ", "
                + derivateCutOff
                + ", "
                + thresholdCutOff);
      }
    }

    /// Without threshold, at 30 frames a second.
    public static Options of(double minCutOff, double beta, double derivateCutOff) {
      return new Options(30, minCutOff, beta, derivateCutOff, Double.POSITIVE_INFINITY, 0);
    }
  }

  private final Options options;
  private final LowPassFilter value;
  private final LowPassFilter change;
  private double frequency;
  private long last;

  public OneEuroFilter(Options options) {
    this.options = options;
    frequency = options.frequency();
    value = new LowPassFilter(weight(options.minCutOff()));
    change = new LowPassFilter(weight(options.derivateCutOff()));
  }

  /// The smoothed value, with one more value.
  ///
  /// @param micros its time in microseconds
  /// @param scale what makes speeds of values comparable, such as 1 / size of the object
  public double apply(double now, long micros, double scale) {
    if (last >= micros) {
      return now;
    }
    if (last != 0) {
      frequency = MICROSECONDS / (micros - last);
    }
    last = micros;
    double speed = value.started() ? (now - value.raw()) * scale * frequency : 0;
    double smooth = Math.abs(change.apply(speed, weight(options.derivateCutOff())));
    double alpha = weight(options.minCutOff() + options.beta() * smooth);
    double threshold = options.thresholdCutOff() + options.thresholdBeta() * smooth;
    return Double.isInfinite(threshold)
        ? value.apply(now, alpha)
        : value.apply(now, alpha, threshold);
  }

  private double weight(double cutOff) {
    return 1 / (1 + frequency / (2 * Math.PI * cutOff));
  }
}
