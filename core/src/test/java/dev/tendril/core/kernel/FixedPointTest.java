package dev.tendril.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.TensorException;
import dev.tendril.core.kernel.FixedPoint.Multiplier;
import dev.tendril.core.op.Activation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FixedPointTest {
  private static final long SEED = 7;

  @Test
  void splitsRealNumbers() {
    assertEquals(new Multiplier(1 << 30, 1), FixedPoint.quantizeMultiplier(1));
    assertEquals(new Multiplier(1 << 30, 0), FixedPoint.quantizeMultiplier(0.5));
    assertEquals(new Multiplier(-(3 << 29), 2), FixedPoint.quantizeMultiplier(-3));
    assertEquals(new Multiplier(0, 0), FixedPoint.quantizeMultiplier(0));
    assertEquals(new Multiplier(0, 0), FixedPoint.quantizeMultiplier(0x1p-40));
    assertEquals(new Multiplier(1 << 30, 1), FixedPoint.quantizeMultiplier(Math.nextDown(1.0)));
    for (double bad : new double[] {0x1p31, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(TensorException.class, () -> FixedPoint.quantizeMultiplier(bad));
    }
  }

  /// gemmlowp's form: truncating division after a nudge by the sign of the product.
  private static int nudged(int a, int b) {
    long product = (long) a * b;
    long nudge = product >= 0 ? 1L << 30 : 1 - (1L << 30);
    return (int) ((product + nudge) / (1L << 31));
  }

  @Test
  void roundsHighProducts() {
    Random random = new Random(SEED);
    for (int i = 0; i < 100_000; i++) {
      int a = random.nextInt() >> random.nextInt(32);
      int b = random.nextInt() >> random.nextInt(32);
      assertEquals(nudged(a, b), FixedPoint.roundingDoublingHighMul(a, b), a + " by " + b);
    }
    for (int tie = -9; tie <= 9; tie += 2) {
      assertEquals(nudged(tie, 1 << 30), FixedPoint.roundingDoublingHighMul(tie, 1 << 30));
    }
    int least = Integer.MIN_VALUE;
    assertEquals(Integer.MAX_VALUE, FixedPoint.roundingDoublingHighMul(least, least));
    short low = Short.MIN_VALUE;
    assertEquals(Short.MAX_VALUE, FixedPoint.roundingDoublingHighMul(low, low));
    assertEquals(2, FixedPoint.roundingDoublingHighMul((short) 3, (short) (1 << 14)));
    assertEquals(-1, FixedPoint.roundingDoublingHighMul((short) -3, (short) (1 << 14)));
  }

  @Test
  void shiftsRoundingAwayFromZero() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      int exponent = random.nextInt(32);
      int x = random.nextInt() >> random.nextInt(32);
      BigDecimal exact =
          new BigDecimal(x).divide(new BigDecimal(BigInteger.ONE.shiftLeft(exponent)));
      assertEquals(
          exact.setScale(0, RoundingMode.HALF_UP).intValueExact(),
          FixedPoint.roundingDivideByPowerOfTwo(x, exponent),
          x + " by 2^" + exponent);
    }
  }

  @Test
  void multiplies() {
    assertEquals(7, FixedPoint.quantizeMultiplier(1).times(7));
    assertEquals(-28, FixedPoint.quantizeMultiplier(4).times(-7));
    assertEquals(3, FixedPoint.quantizeMultiplier(0.1).times(25));
    assertEquals(-2, FixedPoint.quantizeMultiplier(0.5).times(-5));
    assertEquals(-1, FixedPoint.quantizeMultiplier(0.125).times(-4));
    assertEquals(33, FixedPoint.quantizeMultiplier(0.33).times(100L));
    assertEquals(-66, FixedPoint.quantizeMultiplier(-0.66).times(100L));
    assertEquals(0x1p40 * 0x1p-20, FixedPoint.quantizeMultiplier(0x1p-20).times(1L << 40));
  }

  @Test
  void quantizes() {
    assertEquals(3, FixedPoint.quantize(1.25f, 0.5f, 0, DType.I8));
    assertEquals(-4, FixedPoint.quantize(-1.25f, 0.5f, -1, DType.I8));
    assertEquals(127, FixedPoint.quantize(Float.POSITIVE_INFINITY, 0.5f, 5, DType.I8));
    assertEquals(0, FixedPoint.quantize(Float.NEGATIVE_INFINITY, 0.5f, 5, DType.U8));
    assertEquals(5, FixedPoint.quantize(Float.NaN, 0.5f, 5, DType.U8));
    assertEquals(3, FixedPoint.roundHalfAway(2.5));
    assertEquals(-3, FixedPoint.roundHalfAway(-2.5));
    assertEquals(0, FixedPoint.roundHalfAway(Math.nextDown(0.5)));
  }

  @Test
  void knowsTheRangeOfActivations() {
    Quant quant = Quant.of(0.1f, -10);
    assertEquals(-128, FixedPoint.least(Activation.NONE, quant, DType.I8));
    assertEquals(127, FixedPoint.greatest(Activation.RELU, quant, DType.I8));
    assertEquals(-10, FixedPoint.least(Activation.RELU6, quant, DType.I8));
    assertEquals(50, FixedPoint.greatest(Activation.RELU6, quant, DType.I8));
    assertEquals(-20, FixedPoint.least(Activation.RELU_N1_TO_1, quant, DType.I8));
  }
}
