package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.Activation;

/// Arithmetic of quantized tensors, bit for bit that of TensorFlow Lite for Microcontrollers.
///
/// A quantized op sums or multiplies integers exactly, and then has a 32-bit number in a fine scale
/// that it must bring to the coarser scale of its result: multiply by the real number `m = s1 · s2
/// / s3` and round. Devices without floats do that with integers. Once, when the model is prepared,
/// `m` is written as `factor · 2^(shift - 31)` with `factor` in `[2^30, 2^31)`
/// ([quantizeMultiplier][#quantizeMultiplier]); for each element the number is multiplied by
/// `factor`, keeping the high half ([#roundingDoublingHighMul]), and shifted right with rounding
/// ([#roundingDivideByPowerOfTwo]).
///
/// That rounds twice, and the last bit of a result depends on how: ties of the first rounding go
/// up, those of the second away from zero. Both follow gemmlowp (Jacob et al. 2018, "Quantization
/// and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", appendix B),
/// as do the kernels that devices run, and so results here equal theirs in every bit. Sums in 64
/// bits, of 16-bit activations, round once, with the factor cut to 16 bits.
///
/// Invariant: nothing here uses floats but the functions that prepare a model and [#quantize].
public final class FixedPoint {
  private FixedPoint() {}

  /// A real number: `factor · 2^(shift - 31)`.
  ///
  /// @param factor 0, or at least 2^30 in size
  /// @param shift from -31 to 31
  public record Multiplier(int factor, int shift) {
    /// The product with this number, rounded as described above; wraps beyond 32 bits.
    public int times(int x) {
      int high = roundingDoublingHighMul(x << Math.max(shift, 0), factor);
      return roundingDivideByPowerOfTwo(high, Math.max(-shift, 0));
    }

    /// The same but for ties of the second rounding, which go up.
    public int timesUp(int x) {
      int high = roundingDoublingHighMul(x << Math.max(shift, 0), factor);
      int right = Math.max(-shift, 0);
      return (int) ((high + (1L << right >> 1)) >> right);
    }

    /// The product of a sum in 64 bits with this number: the factor is rounded to 16 bits, and the
    /// product once, ties up.
    ///
    /// @param x at most 2^47 in size
    public int times(long x) {
      int factor16 = factor < 0x7FFF_0000 ? (factor + (1 << 15)) >> 16 : 0x7FFF;
      int right = 15 - shift;
      return right > 0
          ? (int) ((x * factor16 + (1L << (right - 1))) >> right)
          : (int) ((x * factor16) << -right);
    }
  }

  /// The multiplier next to a real number; 0 for less than 2^-32 or so.
  ///
  /// @throws TensorException when it is not finite or is 2^31 or more in size, as of scales that do
  ///     not belong together
  public static Multiplier quantizeMultiplier(double real) {
    if (real == 0) {
      return new Multiplier(0, 0);
    }
    if (!(Math.abs(real) < 0x1p31)) {
      throw new TensorException(
          "scales with the ratio " + real + "; expected less than 2^31: check the quantization");
    }
    int shift = Math.getExponent(real) + 1;
    if (shift < -31) {
      return new Multiplier(0, 0);
    }
    long factor = (long) roundHalfAway(Math.scalb(real, 31 - shift));
    if (factor == 1L << 31) {
      factor >>= 1;
      shift++;
    }
    return new Multiplier((int) factor, shift);
  }

  /// What sums of products of quantized numbers are multiplied with to be of the scale of the
  /// result, for each scale of the weights.
  ///
  /// @param data the type of the numbers that the weights are multiplied with
  /// @param from the quantization of those; has one scale
  /// @param to the quantization of the result; has one scale
  /// @param singleScale whether the product of the operands' scales is taken in 32 bits where the
  ///     weights have one scale, as TensorFlow Lite does for fully connected layers and for all
  ///     layers of unsigned bytes; elsewhere in 64
  public static double[] ratios(
      DType data, Quant from, Quant weights, Quant to, boolean singleScale) {
    float[] scales = weights.scales();
    double[] ratios = new double[scales.length];
    boolean single = scales.length == 1 && (singleScale || data == DType.U8);
    for (int i = 0; i < scales.length; i++) {
      double both =
          single ? (double) (from.scale() * scales[i]) : (double) from.scale() * scales[i];
      ratios[i] = both / to.scale();
    }
    return ratios;
  }

  /// `a · b / 2^31`, rounded to the nearest, ties up; the one product that does not fit is cut to
  /// the greatest int.
  public static int roundingDoublingHighMul(int a, int b) {
    if (a == Integer.MIN_VALUE && b == Integer.MIN_VALUE) {
      return Integer.MAX_VALUE;
    }
    return (int) (((long) a * b + (1L << 30)) >> 31);
  }

  /// `a · b / 2^15` of 16-bit numbers, rounded to the nearest, ties up; cut to 16 bits.
  public static short roundingDoublingHighMul(short a, short b) {
    return (short) Math.min((a * b + (1 << 14)) >> 15, Short.MAX_VALUE);
  }

  /// `x / 2^exponent`, rounded to the nearest, ties away from zero.
  ///
  /// @param exponent from 0 to 31
  public static int roundingDivideByPowerOfTwo(int x, int exponent) {
    long mask = (1L << exponent) - 1;
    long remainder = x & mask;
    long threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + (remainder > threshold ? 1 : 0);
  }

  /// To the nearest whole number, ties away from zero, as C's `round`.
  public static double roundHalfAway(double x) {
    double rounded = Math.rint(x);
    return Math.abs(x - rounded) == 0.5 ? x + Math.copySign(0.5, x) : rounded;
  }

  /// A real number as an integer of a scale, kept to the range of its type: `round(real / scale) +
  /// zeroPoint`, the quotient in 32 bits. NaN gives the zero point.
  public static int quantize(float real, float scale, int zeroPoint, DType dtype) {
    return round(real / scale, zeroPoint, dtype);
  }

  /// A real number that was divided by the scale, as an integer: rounded, moved by the zero point,
  /// kept to the range of the type. NaN gives the zero point.
  static int round(double quotient, int zeroPoint, DType dtype) {
    double near = Math.clamp(roundHalfAway(quotient), -0x1p40, 0x1p40);
    return (int) clamp((long) near + zeroPoint, dtype);
  }

  /// A number kept to the range of an integer type.
  public static long clamp(long value, DType dtype) {
    return Math.clamp(value, dtype.min(), dtype.max());
  }

  /// The least integer that a result of a node with this activation may have.
  ///
  /// @param quant that of the result; has one scale
  public static int least(Activation activation, Quant quant, DType dtype) {
    return bound(activation.low(), quant, dtype);
  }

  /// The greatest integer that a result of a node with this activation may have.
  ///
  /// @param quant that of the result; has one scale
  public static int greatest(Activation activation, Quant quant, DType dtype) {
    return bound(activation.high(), quant, dtype);
  }

  private static int bound(float real, Quant quant, DType dtype) {
    return quantize(real, quant.scale(), quant.zeroPoint(), dtype);
  }
}
