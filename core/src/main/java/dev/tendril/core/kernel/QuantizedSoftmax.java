package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;

/// The softmax and its logarithm of quantized numbers, bit for bit as TensorFlow Lite's reference.
///
/// Of 8 bits, to results of 8 or 16: differences to the greatest are brought to 5 integer bits,
/// exponentials summed with 12, and each divided by the sum through a reciprocal. Differences so
/// low that their exponential is nothing are left out. Of 16 bits: exponential and reciprocal are
/// tables of 513 entries with linear interpolation between.
final class QuantizedSoftmax {
  private static final int DIFFERENCE_BITS = 5;
  private static final int SUM_BITS = 12;

  private QuantizedSoftmax() {}

  static void softmax(String op, float beta, Lanes lanes, Tensor x, Tensor result) {
    Quant from = quant(op, x, x);
    if (x.dtype() == DType.I8 && result.dtype() == DType.I16) {
      require(op, x, result, 1f / 65536, Short.MIN_VALUE);
      bytes(Scaling.of((double) beta * from.scale()), lanes, x, result);
      return;
    }
    switch (result.dtype()) {
      case I8, U8 -> {
        require(op, x, result, 1f / 256, (int) result.dtype().min());
        bytes(Scaling.of((double) beta * from.scale()), lanes, x, result);
      }
      case I16 -> {
        require(op, x, result, 1f / 32768, 0);
        shorts((double) from.scale() * beta / (10.0 / 65535.0), lanes, x, result);
      }
      case I4, U16, I32, U32, I64, F32, F16, BF16, F64, BOOL -> throw unsupported(op, x, result);
    }
  }

  private static TensorException unsupported(String op, Tensor x, Tensor result) {
    return new TensorException(
        op + " of " + x.type() + " to " + result.type() + ": expected i8, u8 or i16");
  }

  private static Quant quant(String op, Tensor tensor, Tensor x) {
    Quant quant = tensor.type().quant();
    if (quant == null) {
      throw new TensorException(
          op + " of " + x.type() + ": expected a quantization of operand and result");
    }
    return IntegerAccumulator.one(op, quant);
  }

  /// Checks the one quantization that a result of such a range may have.
  static void require(String op, Tensor x, Tensor result, float scale, int zeroPoint) {
    Quant quant = quant(op, result, x);
    if (Math.abs(quant.scale() - scale) > 0.001f * scale || quant.zeroPoint() != zeroPoint) {
      throw new TensorException(
          op
              + " of "
              + x.type()
              + " to "
              + result.type()
              + ": expected a result of scale "
              + scale
              + " and zero point "
              + zeroPoint);
    }
  }

  /// How differences are brought to 5 integer bits.
  ///
  /// @param least that does not leave them
  private record Scaling(FixedPoint.Multiplier multiplier, int least) {
    static Scaling of(double scale) {
      double real = Math.min(scale * (1 << (31 - DIFFERENCE_BITS)), Integer.MAX_VALUE);
      FixedPoint.Multiplier multiplier = FixedPoint.quantizeMultiplier(real);
      double all = ((1 << DIFFERENCE_BITS) - 1.0) * (1L << (31 - DIFFERENCE_BITS));
      return new Scaling(multiplier, (int) -Math.floor(all / Math.scalb(1.0, multiplier.shift())));
    }

    int exp(int difference) {
      return FixedFunctions.exp(multiplier.times(difference), DIFFERENCE_BITS);
    }
  }

  private static int greatest(Lanes lanes, int first, long[] values) {
    long greatest = Long.MIN_VALUE;
    for (int i = 0; i < lanes.length(); i++) {
      greatest = Math.max(greatest, values[first + i * lanes.step()]);
    }
    return (int) greatest;
  }

  /// The sum of exponentials of a line, with 12 integer bits.
  private static int sum(Scaling scaling, Lanes lanes, int first, int greatest, long[] values) {
    int sum = 0;
    for (int i = 0; i < lanes.length(); i++) {
      int difference = (int) values[first + i * lanes.step()] - greatest;
      if (difference >= scaling.least()) {
        sum += FixedPoint.roundingDivideByPowerOfTwo(scaling.exp(difference), SUM_BITS);
      }
    }
    return sum;
  }

  private static void bytes(Scaling scaling, Lanes lanes, Tensor x, Tensor result) {
    long[] values = x.toLongArray();
    DType dtype = result.dtype();
    for (int line = 0; line < lanes.count(); line++) {
      int first = lanes.first(line);
      int greatest = greatest(lanes, first, values);
      int sum = sum(scaling, lanes, first, greatest, values);
      int zeros = Integer.numberOfLeadingZeros(sum);
      int reciprocal = FixedFunctions.reciprocalOfOnePlus((sum << zeros) - (1 << 31));
      int right = SUM_BITS - zeros + 31 - dtype.bits();
      for (int i = 0; i < lanes.length(); i++) {
        int at = first + i * lanes.step();
        int difference = (int) values[at] - greatest;
        long value = dtype.min();
        if (difference >= scaling.least()) {
          int share = FixedPoint.roundingDoublingHighMul(reciprocal, scaling.exp(difference));
          value = FixedPoint.roundingDivideByPowerOfTwo(share, right) + dtype.min();
        }
        Elements.setLong(result.memory(), dtype, at, FixedPoint.clamp(value, dtype));
      }
    }
  }

  private static void shorts(double scale, Lanes lanes, Tensor x, Tensor result) {
    long[] values = x.toLongArray();
    FixedPoint.Multiplier multiplier = FixedPoint.quantizeMultiplier(scale);
    int[] exps = new int[lanes.length()];
    for (int line = 0; line < lanes.count(); line++) {
      int first = lanes.first(line);
      int greatest = greatest(lanes, first, values);
      int sum = 0;
      for (int i = 0; i < exps.length; i++) {
        int scaled = multiplier.times((int) values[first + i * lanes.step()] - greatest);
        exps[i] = FunctionTable.EXP.at(scaled + 32767);
        sum += exps[i];
      }
      int zeros = Integer.numberOfLeadingZeros(sum);
      int normal = (int) ((((long) sum << (zeros - 1)) + (1 << 13)) >> 14);
      int reciprocal = FunctionTable.RECIPROCAL.at(normal - (1 << 15) - (1 << 16));
      int right = 31 - zeros;
      for (int i = 0; i < exps.length; i++) {
        long share = ((long) exps[i] * reciprocal + (1L << (right - 1))) >> right;
        Elements.setLong(
            result.memory(),
            DType.I16,
            first + (long) i * lanes.step(),
            Math.clamp(share, 0, Short.MAX_VALUE));
      }
    }
  }

  static void logSoftmax(String op, Lanes lanes, Tensor x, Tensor result) {
    DType dtype = result.dtype();
    if (dtype != DType.I8 && dtype != DType.U8) {
      throw new TensorException(
          op + " of " + x.type() + " to " + result.type() + ": expected i8 or u8");
    }
    require(op, x, result, 16f / 256, (int) dtype.max());
    Scaling scaling = Scaling.of(quant(op, x, x).scale());
    FixedPoint.Multiplier multiplier = scaling.multiplier();
    FixedPoint.Multiplier reverse =
        FixedPoint.quantizeMultiplier(
            Math.scalb(1.0, 31 - multiplier.shift()) / multiplier.factor());
    long[] values = x.toLongArray();
    for (int line = 0; line < lanes.count(); line++) {
      int first = lanes.first(line);
      int greatest = greatest(lanes, first, values);
      int log = FixedFunctions.log(sum(scaling, lanes, first, greatest, values));
      int least = Math.max(scaling.least() - 1, reverse.times(log + Integer.MIN_VALUE));
      for (int i = 0; i < lanes.length(); i++) {
        int at = first + i * lanes.step();
        int difference = (int) values[at] - greatest;
        long value = dtype.min();
        if (difference > least) {
          int real = multiplier.times(difference) - log;
          value = FixedPoint.roundingDivideByPowerOfTwo(real, 22) + dtype.max();
        }
        Elements.setLong(result.memory(), dtype, at, FixedPoint.clamp(value, dtype));
      }
    }
  }
}
