package dev.tendril.core.quantize;

import org.jspecify.annotations.Nullable;

/// Sees the numbers that a value is on sample data, one sample after the other, and says which
/// range its integers should stand for.
public sealed interface Observer permits MinMaxObserver, MovingAverageObserver, HistogramObserver {
  /// Sees a sample.
  void observe(float[] values);

  /// The range; null where nothing was seen, or a number that is not finite.
  @Nullable Range range();

  /// An observer for a way of calibration.
  ///
  /// @param percentile of [Calibration#PERCENTILE]
  static Observer of(Calibration calibration, double percentile) {
    return switch (calibration) {
      case MINMAX -> new MinMaxObserver();
      case MOVING_AVERAGE -> new MovingAverageObserver();
      case PERCENTILE -> new HistogramObserver(h -> h.percentile(percentile));
      case ENTROPY -> new HistogramObserver(Entropy::range);
    };
  }
}
