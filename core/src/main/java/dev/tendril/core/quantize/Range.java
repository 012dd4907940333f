package dev.tendril.core.quantize;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.kernel.FixedPoint;
import org.jspecify.annotations.Nullable;

/// The real numbers that a value's integers are to stand for.
///
/// @param min the least, finite
/// @param max the greatest, finite and not less
public record Range(double min, double max) {
  /// No scale is smaller, so that ratios of two are numbers that multipliers can be.
  private static final double LEAST_SCALE = 1e-12;

  public Range {
    if (!(min <= max) || Double.isInfinite(min) || Double.isInfinite(max)) {
      throw new IllegalArgumentException(
          "a range from " + min + " to " + max + "; expected finite ends, the first not greater");
    }
  }

  /// From the least to the greatest element; null where one is not finite, or there are none.
  static @Nullable Range of(Tensor tensor) {
    Observer observer = new MinMaxObserver();
    observer.observe(tensor.toFloatArray());
    return observer.range();
  }

  /// The least range that has both.
  public Range and(Range other) {
    return new Range(Math.min(min, other.min), Math.max(max, other.max));
  }

  /// What both have.
  Range within(Range other) {
    double low = Math.max(min, other.min);
    double high = Math.min(max, other.max);
    return new Range(low, high);
  }

  /// From the least to the greatest number, zero among them.
  public double width() {
    return Math.max(max, 0) - Math.min(min, 0);
  }

  /// Scale and zero point by which integers of a type stand for this range and for zero exactly
  /// (Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient
  /// Integer-Arithmetic-Only Inference", section 2). Those of 16 bits have zero point 0, as
  /// TensorFlow Lite asks for.
  public Quant quant(DType dtype) {
    if (dtype == DType.I16) {
      double greatest = Math.max(Math.abs(min), Math.abs(max));
      return Quant.of(scale(greatest / dtype.max(), dtype), 0);
    }
    float scale = scale(width() / (dtype.max() - dtype.min()), dtype);
    double zero = dtype.min() - Math.min(min, 0) / scale;
    return Quant.of(scale, (int) FixedPoint.clamp((long) FixedPoint.roundHalfAway(zero), dtype));
  }

  /// A scale that is not 0: a value that is always 0 is as one up to 1.
  private static float scale(double scale, DType dtype) {
    return (float) (scale == 0 ? Math.scalb(1.0, -dtype.bits()) : Math.max(scale, LEAST_SCALE));
  }
}
