package dev.tendril.core.kernel;

import static dev.tendril.core.kernel.Runs.assertClose;
import static dev.tendril.core.kernel.Runs.assertValues;
import static dev.tendril.core.kernel.Runs.each;
import static dev.tendril.core.kernel.Runs.fails;
import static dev.tendril.core.kernel.Runs.quantized;
import static dev.tendril.core.kernel.Runs.run;
import static dev.tendril.core.kernel.Runs.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.UnaryKind;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizedKernelsTest {
  private static final long SEED = 11;
  private static final Quant A = Quant.of(0.037f, -13);
  private static final Quant B = Quant.of(0.0121f, 40);
  private static final Quant OUT = Quant.of(0.052f, 7);

  private static Op binary(BinaryKind kind) {
    return new Pointwise.Binary(kind);
  }

  private static Op unary(UnaryKind kind) {
    return new Pointwise.Unary(kind);
  }

  private static Tensor random(DType dtype, Quant quant, long seed, int length) {
    double[] values =
        new Random(seed).longs(length, dtype.min(), dtype.max() + 1).asDoubleStream().toArray();
    return quantized(dtype, quant, values);
  }

  /// The multiplier of gemmlowp, written out: high product by truncation, then a rounding shift.
  private static int multiply(int x, double real) {
    int shift = real == 0 ? 0 : Math.getExponent(real) + 1;
    long factor = Math.round(Math.scalb(real, 31 - shift));
    if (factor == 1L << 31) {
      factor /= 2;
      shift++;
    }
    long product = (long) x * (1 << Math.max(shift, 0)) * (int) factor;
    long high = (product + (product >= 0 ? 1L << 30 : 1 - (1L << 30))) / (1L << 31);
    double quotient = high / Math.pow(2, Math.max(-shift, 0));
    return (int) (quotient < 0 ? -Math.floor(-quotient + 0.5) : Math.floor(quotient + 0.5));
  }

  private static int cut(long value, DType dtype) {
    return (int) Math.clamp(value, dtype.min(), dtype.max());
  }

  private static int expected(BinaryKind kind, int p, int q, DType dtype) {
    int x = p - A.zeroPoint();
    int y = q - B.zeroPoint();
    int left = dtype == DType.I16 ? 15 : 20;
    double s1 = A.scale();
    double s2 = B.scale();
    double out = OUT.scale();
    double twice = 2 * s1;
    int sum =
        switch (kind) {
          case ADD ->
              multiply(
                  multiply(x << left, s1 / twice) + multiply(y << left, s2 / twice),
                  twice / ((1 << left) * out));
          case SUB ->
              multiply(
                  multiply(x << left, s1 / twice) - multiply(y << left, s2 / twice),
                  twice / ((1 << left) * out));
          case MUL -> multiply(x * y, s1 * s2 / out);
          case SQUARED_DIFFERENCE -> {
            int d = multiply(x << 7, s1 / twice) - multiply(y << 7, s2 / twice);
            yield multiply(d * d, twice * twice / ((1 << 14) * out));
          }
          case MAX ->
              Math.max(
                      cut(multiply(x, s1 / out) + OUT.zeroPoint(), dtype),
                      cut(multiply(y, s2 / out) + OUT.zeroPoint(), dtype))
                  - OUT.zeroPoint();
          default -> throw new IllegalArgumentException(kind.text());
        };
    return cut((long) sum + OUT.zeroPoint(), dtype);
  }

  @ParameterizedTest
  @EnumSource(names = {"ADD", "SUB", "MUL", "SQUARED_DIFFERENCE", "MAX"})
  void followsTheIntegerRules(BinaryKind kind) {
    for (DType dtype : List.of(DType.I8, DType.U8, DType.I16)) {
      if (dtype == DType.I16 && kind == BinaryKind.SQUARED_DIFFERENCE) {
        continue;
      }
      Tensor a = random(dtype, A, SEED, 5000);
      Tensor b = random(dtype, B, SEED + 1, 5000);
      Tensor y = run(binary(kind), OUT, a, b);
      assertEquals(OUT, y.type().quant());
      for (int i = 0; i < 5000; i++) {
        int p = (int) a.getLong(i);
        int q = (int) b.getLong(i);
        assertEquals(
            expected(kind, p, q, dtype),
            y.getLong(i),
            kind.text() + " of " + p + " and " + q + " of " + dtype + ", seed " + SEED);
      }
    }
  }

  @Test
  void staysNearTheRealNumbers() {
    Tensor a = random(DType.I8, A, SEED, 2000);
    Tensor b = random(DType.I8, B, SEED + 1, 2000);
    for (BinaryKind kind : BinaryKind.values()) {
      if (kind.isBitwise()
          || kind.isComparison()
          || List.of(BinaryKind.FLOOR_DIV, BinaryKind.MOD, BinaryKind.POW).contains(kind)) {
        continue;
      }
      Tensor real =
          run(
              new Pointwise.Quantize(DType.I8),
              OUT,
              run(
                  binary(kind),
                  run(new Pointwise.Dequantize(), a),
                  run(new Pointwise.Dequantize(), b)));
      Tensor y = run(binary(kind), OUT, a, b);
      assertClose(y, 1, real.toDoubleArray());
    }
    for (UnaryKind kind : UnaryKind.values()) {
      if (kind.isTest() || kind == UnaryKind.NOT) {
        continue;
      }
      Tensor x = each(DType.I8, A);
      Tensor real =
          run(
              new Pointwise.Quantize(DType.I8),
              OUT,
              run(unary(kind), run(new Pointwise.Dequantize(), x)));
      assertClose(run(unary(kind), OUT, x), 1, real.toDoubleArray());
    }
  }

  @Test
  void selectsInOneScale() {
    Tensor a = quantized(DType.I8, A, 5, -20);
    Tensor b = quantized(DType.I8, A, -7, 3);
    assertValues(run(binary(BinaryKind.MIN), a, b), -7, -20);
    assertValues(run(binary(BinaryKind.MAX), a, b), 5, 3);
    assertValues(run(new Pointwise.Select(), vector(DType.BOOL, 0, 1), a, b), -7, -20);
    assertValues(
        run(new Pointwise.Select(), OUT, vector(DType.BOOL, 0, 1), a, quantized(DType.I8, B, 9, 9)),
        7 + multiply(9 - 40, 0.0121f / (double) 0.052f),
        7 + multiply(-20 + 13, 0.037f / (double) 0.052f));
    fails(
        "add of i8[2] q(0.037,-13), i8[2] q(0.037,-13): a result of type i8[2]; expected one"
            + " quantized with one scale, which the node must say",
        binary(BinaryKind.ADD),
        a,
        b);
  }

  @Test
  void comparesAcrossScales() {
    Tensor a = quantized(DType.I8, Quant.of(0.5f, 0), 4, 4, 4);
    Tensor b = quantized(DType.I8, Quant.of(0.25f, -2), 6, 5, 7);
    assertValues(run(binary(BinaryKind.EQ), a, b), 1, 0, 0);
    assertValues(run(binary(BinaryKind.LT), a, b), 0, 0, 1);
    assertValues(run(binary(BinaryKind.GE), a, b), 1, 1, 0);
  }

  @Test
  void cutsToRanges() {
    Tensor x = quantized(DType.I8, A, -128, -13, -12, 127);
    assertValues(run(unary(UnaryKind.RELU), OUT, x), 7, 7, 8, 7 + multiply(140, 0.037f / 0.052f));
    assertValues(run(unary(UnaryKind.RELU), x), -13, -13, -12, 127);
    assertValues(run(new Pointwise.Clamp(0, 0.2), x), -13, -13, -12, -8);
    assertValues(
        run(new Pointwise.LeakyRelu(0.1f), OUT, x),
        7 + multiply(-115, 0.037f * 0.1f / 0.052f),
        7,
        7 + multiply(1, 0.037f / 0.052f),
        7 + multiply(140, 0.037f / 0.052f));
    assertValues(run(unary(UnaryKind.ABS), A, x), 102, -13, -12, 127);
  }

  @Test
  void bendsByTables() {
    Quant unit = Quant.of(1 / 256f, -128);
    assertValues(
        run(
            unary(UnaryKind.SIGMOID),
            unit,
            quantized(DType.I8, Quant.of(0.1f, 0), -128, 0, 10, 127)),
        -128,
        0,
        59,
        127);
    assertValues(
        run(
            unary(UnaryKind.TANH),
            Quant.of(1 / 128f, 0),
            quantized(DType.I8, Quant.of(0.1f, 0), -128, 0, 5, 127)),
        -128,
        0,
        59,
        127);
  }

  @Test
  void swishesAtTheEnds() {
    Quant from = Quant.of(0.0625f, 0);
    Quant to = Quant.of(0.0625f, -100);
    Tensor y =
        run(unary(UnaryKind.HARD_SWISH), to, quantized(DType.I8, from, -128, -48, 0, 48, 127));
    assertValues(y, -100, -100, -100, -52, 27);
    assertTrue(HardSwish.fits(from, to, DType.I8));
  }

  @Test
  void quantizes() {
    Quant half = Quant.of(0.5f, 1);
    assertValues(
        run(
            new Pointwise.Quantize(DType.I8),
            half,
            vector(DType.F32, 0.25, -0.25, 1000, -1000, Double.NaN)),
        2,
        0,
        127,
        -128,
        1);
    Tensor x = each(DType.I8, Quant.of(0.5f, 1));
    Tensor unsigned = run(new Pointwise.Quantize(DType.U8), Quant.of(0.5f, 129), x);
    for (int i = 0; i < 256; i++) {
      assertEquals(i, unsigned.getLong(i));
    }
    assertValues(
        run(
            new Pointwise.Quantize(DType.I8),
            OUT,
            quantized(DType.I16, Quant.of(0.001f, 0), 100, -20000)),
        7 + multiply(100, 0.001f / (double) 0.052f),
        -128);
    assertClose(
        run(new Pointwise.Dequantize(), quantized(DType.I8, half, -128, 1, 2)), 0, -64.5, 0, 0.5);
  }

  @Test
  void quantizesByChannels() {
    Quant channels = Quant.perAxis(new float[] {0.5f, 0.25f}, 1);
    Tensor x = Tensor.of(new float[] {1, 1, -2, -2}, 2, 2);
    Tensor q = run(new Pointwise.Quantize(DType.I8), channels, x);
    assertValues(q, 2, 4, -4, -8);
    assertValues(run(new Pointwise.Dequantize(), q), 1, 1, -2, -2);
    Quant rows = new Quant(new float[] {1, 0.5f}, new int[] {0, 1}, 0);
    assertValues(run(new Pointwise.Quantize(DType.I8), rows, q), 1, 1, -3, -3);
    assertEquals(
        TensorType.of(DType.F32, 2),
        run(new Pointwise.Dequantize(), vector(DType.F16, 1, 2)).type());
  }

  private static double[] mean(Tensor x, int n, boolean mean) {
    long sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x.getLong(i) - A.zeroPoint();
    }
    double ratio = (double) A.scale() / OUT.scale();
    int shift = Math.getExponent(ratio) + 1;
    long factor = Math.round(Math.scalb(ratio, 31 - shift));
    int more = mean ? Math.min(63 - Long.numberOfLeadingZeros(n), Math.min(32, 31 + shift)) : 0;
    double real = Math.scalb((double) (mean ? (factor << more) / n : factor), shift - more - 31);
    double near = sum * real;
    return new double[] {cut((long) Math.floor(near + 0.5) + OUT.zeroPoint(), DType.I8)};
  }

  @Test
  void reduces() {
    for (int n : new int[] {1, 2, 3, 49, 1000}) {
      Tensor x = random(DType.I8, A, SEED + n, n);
      Reduce sum = new Reduce.Reduction(Reduce.Kind.SUM, List.of(), false);
      Reduce mean = new Reduce.Reduction(Reduce.Kind.MEAN, List.of(), false);
      assertValues(run(sum, OUT, x), mean(x, n, false));
      assertValues(run(mean, OUT, x), mean(x, n, true));
    }
    Tensor x = quantized(DType.I8, A, 3, -50, 100);
    assertValues(run(new Reduce.Reduction(Reduce.Kind.MAX, List.of(), false), x), 100);
    assertValues(
        run(new Reduce.Reduction(Reduce.Kind.MIN, List.of(), false), OUT, x),
        7 + multiply(-37, 0.037f / (double) 0.052f));
    assertValues(
        run(
            new Reduce.Cumulative(Reduce.Kind.SUM, 0, false, false),
            Quant.of(0.5f, 1),
            quantized(DType.I8, Quant.of(0.25f, 0), 2, 2, 4)),
        2,
        3,
        5);
    assertValues(
        run(
            new Reduce.Reduction(Reduce.Kind.PROD, List.of(), false),
            Quant.of(0.5f, 1),
            quantized(DType.I8, Quant.of(0.25f, 0), 8, 4)),
        5);
  }
}
