package dev.tendril.core.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Structured;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantizedSoftmaxTest {
  private final Random random = new Random(5);

  private void near(Op op, DType dtype, Quant from, Quant to, double steps) {
    for (int round = 0; round < 20; round++) {
      Tensor x = Ops.integers(random, dtype, from, 7, 10);
      Tensor real = Ops.run(op, Tensor.of(Ops.reals(x), 7, 10));
      double[] expected = real.toDoubleArray();
      for (int i = 0; i < expected.length; i++) {
        double low = to.scale() * (double) (dtype.min() - to.zeroPoint());
        double high = to.scale() * (double) (dtype.max() - to.zeroPoint());
        expected[i] = Math.clamp(expected[i], low, high);
      }
      assertArrayEquals(expected, Ops.reals(Ops.quantized(op, to, x)), steps * to.scale());
    }
  }

  @Test
  void isNearTheReal() {
    Op softmax = new Structured.Softmax(-1, 1);
    near(softmax, DType.I8, Quant.of(0.1f, 5), Quant.of(1f / 256, -128), 1);
    near(softmax, DType.I8, Quant.of(0.01f, 5), Quant.of(1f / 256, -128), 1);
    near(softmax, DType.U8, Quant.of(0.05f, 100), Quant.of(1f / 256, 0), 1);
    near(softmax, DType.I16, Quant.of(0.001f, 0), Quant.of(1f / 32768, 0), 6);
    near(new Structured.Softmax(0, 2), DType.I8, Quant.of(0.02f, 5), Quant.of(1f / 256, -128), 1);
    Op logarithm = new Structured.LogSoftmax(-1);
    near(logarithm, DType.I8, Quant.of(0.1f, 5), Quant.of(16f / 256, 127), 1);
    near(logarithm, DType.U8, Quant.of(0.03f, 5), Quant.of(16f / 256, 255), 1);
    Op normalize = new Structured.L2Normalize(-1, 1e-12f);
    near(normalize, DType.I8, Quant.of(0.1f, 5), Quant.of(1f / 128, 0), 1);
    near(normalize, DType.U8, Quant.of(0.1f, 99), Quant.of(1f / 128, 128), 1);
  }

  @Test
  void functionsAreNearTheReal() {
    for (int i = 0; i < 1000; i++) {
      double x = -i / 1000.0 * 31;
      int fixed = (int) Math.round(Math.scalb(x, 26));
      assertEquals(Math.exp(x), FixedFunctions.exp(fixed, 5) * 0x1p-31, 5e-7);
      double part = i / 1000.0;
      int unit = (int) Math.scalb(part, 31);
      assertEquals(1 / (1 + part), FixedFunctions.reciprocalOfOnePlus(unit) * 0x1p-31, 1e-7);
      double above = 1 + i * 3.7;
      int sum = (int) Math.scalb(above, 19);
      assertEquals(
          Math.log(sum * 0x1p-19), FixedFunctions.log(sum) * 0x1p-26, 1e-6, "log " + above);
      int whole = 2 + i * 1_000_003;
      if (whole > 0) {
        FixedPoint.Multiplier root = FixedFunctions.inverseSqrt(whole);
        double found = Math.scalb((double) root.factor(), root.shift() - 31);
        assertEquals(1, found * Math.sqrt(whole), 2e-5, "root " + whole);
      }
    }
  }

  @Test
  void aLoneGreatestTakesAll() {
    TensorType type = new TensorType(DType.I8, Shape.of(1, 3), Quant.of(1, 0));
    Tensor x = Tensor.of(type, 100, -100, -100);
    assertArrayEquals(
        new int[] {127, -128, -128},
        Ops.quantized(new Structured.Softmax(1, 1), Quant.of(1f / 256, -128), x).toIntArray());
    Tensor equal = Tensor.of(type, 7, 7, 7);
    assertArrayEquals(
        new int[] {-43, -43, -43},
        Ops.quantized(new Structured.Softmax(1, 1), Quant.of(1f / 256, -128), equal).toIntArray());
  }

  @Test
  void refusesOtherScalesOfTheResult() {
    TensorType type = new TensorType(DType.I8, Shape.of(1, 3), Quant.of(1, 0));
    Tensor x = Tensor.of(type, 1, 2, 3);
    TensorException e =
        assertThrows(
            TensorException.class,
            () -> Ops.quantized(new Structured.Softmax(1, 1), Quant.of(0.5f, 0), x));
    assertEquals(
        "softmax of i8[1,3] q(1.0,0) to i8[1,3] q(0.5,0): expected a result of scale 0.00390625 and"
            + " zero point -128",
        e.getMessage());
  }
}
