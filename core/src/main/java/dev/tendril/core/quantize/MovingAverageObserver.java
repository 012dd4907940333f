package dev.tendril.core.quantize;

import org.jspecify.annotations.Nullable;

/// The exponential moving average of the samples' least and greatest numbers: one sample that is
/// out of the ordinary moves the range a little only.
public final class MovingAverageObserver implements Observer {
  /// What a sample counts, beside all before it.
  private static final double SHARE = 0.1;

  private double min = Double.NaN;
  private double max = Double.NaN;
  private boolean finite = true;

  @Override
  public void observe(float[] values) {
    if (values.length == 0) {
      return;
    }
    MinMaxObserver one = new MinMaxObserver();
    one.observe(values);
    Range range = one.range();
    if (range == null) {
      finite = false;
      return;
    }
    min = Double.isNaN(min) ? range.min() : min + SHARE * (range.min() - min);
    max = Double.isNaN(max) ? range.max() : max + SHARE * (range.max() - max);
  }

  @Override
  public @Nullable Range range() {
    return finite && !Double.isNaN(min) ? new Range(min, max) : null;
  }
}
