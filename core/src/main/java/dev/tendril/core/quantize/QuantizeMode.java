package dev.tendril.core.quantize;

import dev.tendril.core.DType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What becomes of a graph's numbers.
public enum QuantizeMode {
  /// Activations and weights of 8 bits, sums of 32: for chips without floating point.
  INT8(DType.I8, DType.I8),
  /// Activations of 16 bits, weights of 8, sums of 64: twice the memory for values, less noise.
  INT16X8(DType.I16, DType.I8),
  /// As [#INT8], with weights of 4 bits where kernels take them.
  INT4(DType.I8, DType.I4),
  /// Weights of 8 bits, floats else. Runtimes may quantize activations while they run.
  DYNAMIC(null, DType.I8),
  /// Constants of 16-bit floats, computed in 32.
  FLOAT16(null, DType.F16);

  private final @Nullable DType activations;
  private final DType weights;

  QuantizeMode(@Nullable DType activations, DType weights) {
    this.activations = activations;
    this.weights = weights;
  }

  /// Whether values are computed as integers, so that their ranges must be known.
  public boolean needsCalibration() {
    return activations != null;
  }

  /// The type of computed values; floats where they stay such.
  public DType activations() {
    return activations == null ? DType.F32 : activations;
  }

  /// The type of weights.
  public DType weights() {
    return weights;
  }

  /// The type of what is added to sums of products.
  DType bias() {
    return activations == DType.I16 ? DType.I64 : DType.I32;
  }

  /// The name in options, such as `int16x8`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
