package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.kernel.FixedPoint.Multiplier;
import java.util.function.LongUnaryOperator;

/// `x · min(max(x + 3, 0), 6) / 6` of 8-bit numbers in 16-bit arithmetic, as TensorFlow Lite has
/// it.
///
/// The operand is shifted left by 7 bits. One copy is multiplied to the result's scale, apart from
/// a right shift that is left for the end; another to the scale `3 / 2^15`, where saturation cuts
/// it to `[-3, 3]`, and from there to a factor in `[0, 1]`. Their product is rounded toward zero,
/// which makes up for factors that were rounded up.
final class HardSwish implements LongUnaryOperator {
  private static final int LEFT = 7;

  private final Quant from;
  private final Quant to;
  private final DType dtype;
  private final short outFactor;
  private final int outShift;
  private final short rampFactor;
  private final int rampShift;

  HardSwish(Quant from, Quant to, DType dtype) {
    this.from = from;
    this.to = to;
    this.dtype = dtype;
    Multiplier out = out(from, to);
    this.outFactor = half(out.factor());
    this.outShift = out.shift();
    Multiplier ramp = FixedPoint.quantizeMultiplier(fine(from) / (3.0f / 32768.0f));
    this.rampFactor = half(ramp.factor());
    this.rampShift = ramp.shift();
  }

  /// Whether scales and type are those that this arithmetic is made for.
  static boolean fits(Quant from, Quant to, DType dtype) {
    return dtype.bits() == 8 && out(from, to).shift() <= 0;
  }

  private static float fine(Quant from) {
    return 1.0f / (1 << LEFT) * from.scale();
  }

  private static Multiplier out(Quant from, Quant to) {
    return FixedPoint.quantizeMultiplier(fine(from) / to.scale());
  }

  /// The upper half of a factor, rounded.
  private static short half(int factor) {
    return (short) Math.min((factor + (1L << 15)) >> 16, Short.MAX_VALUE);
  }

  @Override
  public long applyAsLong(long q) {
    short fine = (short) ((q - from.zeroPoint()) << LEFT);
    short unshifted = FixedPoint.roundingDoublingHighMul(fine, outFactor);
    short ramp = fine;
    if (rampShift > 0) {
      ramp = shiftLeft(ramp, rampShift - 1);
    }
    ramp = FixedPoint.roundingDoublingHighMul(ramp, rampFactor);
    if (rampShift > 0) {
      ramp = shiftLeft(ramp, 1);
    } else if (rampShift < 0) {
      ramp = (short) FixedPoint.roundingDivideByPowerOfTwo(ramp, -rampShift);
    }
    int unit = (ramp + (1 << 15)) >> 1;
    int product = unit * unshifted / (1 << 15);
    int rounded = FixedPoint.roundingDivideByPowerOfTwo(product, -outShift);
    return FixedPoint.clamp((long) rounded + to.zeroPoint(), dtype);
  }

  private static short shiftLeft(short x, int by) {
    return (short) Math.clamp((long) x << Math.min(by, 32), Short.MIN_VALUE, Short.MAX_VALUE);
  }
}
