package dev.tendril.core.quantize;

import java.util.Locale;

/// How the range of a value is found from what it is on sample data.
public enum Calibration {
  /// From the least to the greatest that was seen.
  MINMAX,
  /// The mean of the samples' least and greatest, later ones counting more.
  MOVING_AVERAGE,
  /// Without the rarest numbers at both ends.
  PERCENTILE,
  /// The range whose integers keep most of what the distribution says (least Kullback-Leibler
  /// divergence).
  ENTROPY;

  /// The name in options, such as `moving-average`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
