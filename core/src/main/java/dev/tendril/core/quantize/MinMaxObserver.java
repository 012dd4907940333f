package dev.tendril.core.quantize;

import org.jspecify.annotations.Nullable;

/// The range from the least to the greatest number that was seen.
public final class MinMaxObserver implements Observer {
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;

  @Override
  public void observe(float[] values) {
    for (float value : values) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }

  @Override
  public @Nullable Range range() {
    return Float.isFinite(min) && Float.isFinite(max) ? new Range(min, max) : null;
  }
}
