package dev.tendril.core.quantize;

import java.util.Set;

/// How a graph is quantized.
///
/// @param percentile the share of numbers, in percent, that a range of [Calibration#PERCENTILE]
///     leaves out none of at either end; above 50, at most 100
/// @param keep names of nodes that stay in float
/// @param integerEnds whether inputs and outputs of the graph are integers too; else they stay
///     floats, and are converted inside
public record QuantizeOptions(
    QuantizeMode mode,
    Calibration calibration,
    double percentile,
    Set<String> keep,
    boolean integerEnds) {
  /// 8 bits, ranges from least to greatest, float inputs and outputs.
  public static final QuantizeOptions INT8 = of(QuantizeMode.INT8);

  public QuantizeOptions {
    if (!(percentile > 50 && percentile <= 100)) {
      throw new IllegalArgumentException(
          "a percentile of " + percentile + "; expected above 50, at most 100");
    }
    keep = Set.copyOf(keep);
  }

  /// A mode with the defaults of all else.
  public static QuantizeOptions of(QuantizeMode mode) {
    return new QuantizeOptions(mode, Calibration.MINMAX, 99.99, Set.of(), false);
  }

  public QuantizeOptions withCalibration(Calibration other) {
    return new QuantizeOptions(mode, other, percentile, keep, integerEnds);
  }

  public QuantizeOptions withPercentile(double percent) {
    return new QuantizeOptions(mode, Calibration.PERCENTILE, percent, keep, integerEnds);
  }

  public QuantizeOptions withKeep(Set<String> nodes) {
    return new QuantizeOptions(mode, calibration, percentile, nodes, integerEnds);
  }

  public QuantizeOptions withIntegerEnds(boolean on) {
    return new QuantizeOptions(mode, calibration, percentile, keep, on);
  }
}
