package dev.tendril.core.kernel;

import static dev.tendril.core.kernel.Ops.integers;
import static dev.tendril.core.kernel.Ops.quantized;
import static dev.tendril.core.kernel.Ops.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Padding;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Quantized contractions against a second writing of the integer rules, with big integers, and
/// against the reals that they stand for.
class QuantizedContractTest {
  private final Random random = new Random(7);

  /// The rules for one sum, in exact arithmetic.
  private static int requantize(long sum, double scale, boolean wide, int zeroPoint) {
    int exponent = Math.getExponent(scale) + 1;
    long factor = Math.round(Math.scalb(scale, 31 - exponent));
    if (factor == 1L << 31) {
      factor >>= 1;
      exponent++;
    }
    BigInteger x = BigInteger.valueOf(sum);
    if (wide) {
      long narrow = Math.min((factor + 32768) / 65536, 32767);
      BigInteger half = BigInteger.ONE.shiftLeft(14 - exponent);
      return x.multiply(BigInteger.valueOf(narrow)).add(half).shiftRight(15 - exponent).intValue()
          + zeroPoint;
    }
    BigInteger high =
        x.shiftLeft(Math.max(exponent, 0))
            .multiply(BigInteger.valueOf(factor))
            .add(BigInteger.ONE.shiftLeft(30))
            .shiftRight(31);
    int right = Math.max(-exponent, 0);
    BigInteger half = right == 0 ? BigInteger.ZERO : BigInteger.ONE.shiftLeft(right - 1);
    BigInteger rounded = high.abs().add(half).shiftRight(right);
    return (high.signum() < 0 ? rounded.negate() : rounded).intValue() + zeroPoint;
  }

  private static void close(Tensor real, Tensor quantized) {
    double[] expected = real.toDoubleArray();
    double[] found = Ops.reals(quantized);
    Quant quant = quantized.type().quant();
    assertTrue(quant != null);
    double low = (quantized.dtype().min() - quant.zeroPoint()) * (double) quant.scale();
    double high = (quantized.dtype().max() - quant.zeroPoint()) * (double) quant.scale();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          Math.clamp(expected[i], low, high), found[i], 0.51 * quant.scale() + 1e-3 * high);
    }
  }

  private static Tensor reals(Tensor tensor) {
    return Tensor.of(Ops.reals(tensor), tensor.shape().dims());
  }

  private static Tensor bias(Tensor bias, float x, float[] w) {
    double[] values = bias.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      values[i] *= (double) x * w[w.length == 1 ? 0 : i];
    }
    return Tensor.of(values, values.length);
  }

  @Test
  void fullyConnectedTakesTheProductOfScalesInFloat() {
    Contract.MatMul op = new Contract.MatMul(false, true, Activation.NONE);
    for (int round = 0; round < 20; round++) {
      float xs = 0.01f + random.nextFloat();
      float ws = 0.01f + random.nextFloat();
      Quant to = Quant.of(100 * (xs * ws), random.nextInt(-100, 100));
      Tensor x = integers(random, DType.I8, Quant.of(xs, random.nextInt(-128, 128)), 3, 11);
      Tensor w = integers(random, DType.I8, Quant.of(ws, 0), 5, 11);
      Tensor bias = integers(random, DType.I32, null, 5);
      Tensor y = quantized(op, to, x, w, bias);
      check(y, x, w, bias, (double) (xs * ws) / to.scale(), false);
      close(run(op, reals(x), reals(w), bias(bias, xs, new float[] {ws})), y);
    }
  }

  private static void check(Tensor y, Tensor x, Tensor w, Tensor bias, double scale, boolean wide) {
    long[] a = Values.centered(x);
    long[] b = Values.centered(w);
    int n = w.shape().dim(0);
    int k = w.shape().dim(1);
    Quant to = y.type().quant();
    assertTrue(to != null);
    for (int i = 0; i < y.shape().size(); i++) {
      long sum = bias.getLong(i % n);
      for (int j = 0; j < k; j++) {
        sum += a[i / n * k + j] * b[i % n * k + j];
      }
      long expected = requantize(sum, scale, wide, to.zeroPoint());
      assertEquals(Math.clamp(expected, y.dtype().min(), y.dtype().max()), y.getLong(i));
    }
  }

  @Test
  void unsignedBytesHaveZeroPointsOfWeights() {
    Contract.MatMul op = new Contract.MatMul(false, true, Activation.NONE);
    Tensor x = integers(random, DType.U8, Quant.of(0.02f, 127), 3, 11);
    Tensor w = integers(random, DType.U8, Quant.of(0.03f, 99), 5, 11);
    Tensor bias = integers(random, DType.I32, null, 5);
    Tensor y = quantized(op, Quant.of(0.05f, 128), x, w, bias);
    check(y, x, w, bias, (double) (0.02f * 0.03f) / 0.05f, false);
    close(run(op, reals(x), reals(w), bias(bias, 0.02f, new float[] {0.03f})), y);
  }

  @Test
  void sumsOfShortsHaveSixtyFourBitsUnlessTheirBiasHasThirtyTwo() {
    Contract.MatMul op = new Contract.MatMul(false, true, Activation.NONE);
    Tensor x = integers(random, DType.I16, Quant.of(0.001f, 0), 3, 11);
    Tensor w = integers(random, DType.I8, Quant.of(0.03f, 0), 5, 11);
    Tensor wideBias = integers(random, DType.I64, null, 5);
    Tensor y = quantized(op, Quant.of(0.002f, 0), x, w, wideBias);
    check(y, x, w, wideBias, (double) (0.001f * 0.03f) / 0.002f, true);
    Tensor bias = integers(random, DType.I32, null, 5);
    Tensor z = quantized(op, Quant.of(0.002f, 0), x, w, bias);
    check(z, x, w, bias, (double) (0.001f * 0.03f) / 0.002f, false);
  }

  @Test
  void convolutionsHaveAScaleForEachChannel() {
    float[] scales = {0.01f, 0.02f, 0.005f, 0.03f};
    Tensor x = integers(random, DType.I8, Quant.of(0.05f, -7), 2, 6, 5, 4);
    Tensor bias = integers(random, DType.I32, null, 4);
    Quant to = Quant.of(0.1f, 3);
    Tensor realBias = bias(bias, 0.05f, scales);

    Contract.Conv conv =
        new Contract.Conv(List.of(2, 2), Padding.SAME, List.of(1, 1), 2, Activation.NONE);
    Tensor w = integers(random, DType.I8, Quant.perAxis(scales, 0), 4, 3, 3, 2);
    close(run(conv, reals(x), reals(w), realBias), quantized(conv, to, x, w, bias));

    Contract.DepthwiseConv depthwise =
        new Contract.DepthwiseConv(List.of(1, 1), Padding.SAME, List.of(2, 2), Activation.NONE);
    Tensor d = integers(random, DType.I8, Quant.perAxis(scales, 2), 3, 3, 4);
    close(run(depthwise, reals(x), reals(d), realBias), quantized(depthwise, to, x, d, bias));

    Contract.ConvTranspose transpose =
        new Contract.ConvTranspose(
            List.of(2, 2), Padding.SAME, List.of(1, 1), Shape.of(12, 9), Activation.NONE);
    Tensor t = integers(random, DType.I8, Quant.perAxis(scales, 0), 4, 3, 3, 4);
    close(run(transpose, reals(x), reals(t), realBias), quantized(transpose, to, x, t, bias));
  }

  @Test
  void convolutionOfOneTapRequantizesExactly() {
    float[] scales = {0.011f, 0.0203f, 0.0057f};
    Contract.Conv op =
        new Contract.Conv(List.of(1), Padding.VALID, List.of(1), 1, Activation.RELU6);
    Tensor x = integers(random, DType.I8, Quant.of(0.05f, -7), 1, 40, 1);
    Tensor w = integers(random, DType.I8, Quant.perAxis(scales, 0), 3, 1, 1);
    Quant to = Quant.of(0.04f, -128);
    Tensor y = quantized(op, to, x, w);
    for (int i = 0; i < 120; i++) {
      int c = i % 3;
      long sum = (x.getLong(i / 3) + 7) * w.getLong(c);
      int expected = requantize(sum, (double) 0.05f * scales[c] / 0.04f, false, -128);
      assertEquals(Math.clamp((long) expected, -128, -128 + 150), y.getLong(i));
    }
    Tensor six = quantized(op, Quant.of(0.1f, -100), x, w);
    for (long value : six.toLongArray()) {
      assertTrue(value >= -100 && value <= -40);
    }
  }

  @Test
  void accumulatorsAreTheSums() {
    Tensor x = integers(random, DType.I8, Quant.of(0.5f, 3), 1, 2);
    Tensor w = integers(random, DType.I8, Quant.of(0.5f, 0), 1, 2);
    Tensor sums = Tensor.allocate(TensorType.of(DType.I32, 1, 1));
    Contract.MatMul op = new Contract.MatMul(false, true, Activation.NONE);
    ReferenceKernels.compute(op, List.of(x, w), List.of(sums));
    long expected = (x.getLong(0) - 3) * w.getLong(0) + (x.getLong(1) - 3) * w.getLong(1);
    assertEquals(expected, sums.getLong(0));
    TensorException e = assertThrows(TensorException.class, () -> run(op, x, w));
    assertEquals(
        "matmul of i8[1,2] q(0.5,3) to i8[1,1]: expected a quantization of the result, or sums of"
            + " i32",
        e.getMessage());
  }

  @Test
  void floatsTimesQuantizedWeightsAreTimesTheirReals() {
    Tensor x = Ops.random(random, DType.F32, 3, 4);
    Tensor w = integers(random, DType.I8, Quant.perAxis(new float[] {0.1f, 0.2f}, 0), 2, 4);
    Contract.MatMul op = new Contract.MatMul(false, true, Activation.NONE);
    Tensor same = Tensor.of(TensorType.of(DType.F32, 2, 4), Ops.reals(w));
    assertArrayEquals(run(op, x, same).toFloatArray(), run(op, x, w).toFloatArray());
    Tensor four = integers(random, DType.I4, Quant.perAxis(new float[] {0.1f, 0.2f}, 0), 2, 4);
    Tensor reals = Tensor.of(TensorType.of(DType.F32, 2, 4), Ops.reals(four));
    assertArrayEquals(run(op, x, reals).toFloatArray(), run(op, x, four).toFloatArray());
  }
}
