package dev.tendril.core.kernel;

import static dev.tendril.core.kernel.Runs.assertClose;
import static dev.tendril.core.kernel.Runs.assertValues;
import static dev.tendril.core.kernel.Runs.fails;
import static dev.tendril.core.kernel.Runs.run;
import static dev.tendril.core.kernel.Runs.tensor;
import static dev.tendril.core.kernel.Runs.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PointwiseKernelsTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private static Pointwise unary(UnaryKind kind) {
    return new Pointwise.Unary(kind);
  }

  private static Pointwise binary(BinaryKind kind) {
    return new Pointwise.Binary(kind);
  }

  private static void checkUnary(UnaryKind kind, double[] from, double... to) {
    assertClose(run(unary(kind), vector(DType.F64, from)), 1e-14, to);
  }

  private static void checkBinary(BinaryKind kind, DType dtype, double[] values, double... to) {
    double[] a = {values[0], values[2], values[4]};
    double[] b = {values[1], values[3], values[5]};
    assertValues(run(binary(kind), vector(dtype, a), vector(dtype, b)), to);
  }

  @Test
  void computesFunctionsOfOneReal() {
    double[] x = {-2.5, -0.0, 0.5, INF, NAN};
    checkUnary(UnaryKind.NEG, x, 2.5, 0, -0.5, -INF, NAN);
    checkUnary(UnaryKind.ABS, x, 2.5, 0, 0.5, INF, NAN);
    checkUnary(UnaryKind.SIGN, x, -1, -0.0, 1, 1, NAN);
    checkUnary(UnaryKind.SQUARE, x, 6.25, 0, 0.25, INF, NAN);
    checkUnary(UnaryKind.RELU, x, 0, 0, 0.5, INF, NAN);
    checkUnary(UnaryKind.FLOOR, x, -3, -0.0, 0, INF, NAN);
    checkUnary(UnaryKind.CEIL, x, -2, -0.0, 1, INF, NAN);
    checkUnary(UnaryKind.ROUND, x, -2, -0.0, 0, INF, NAN);
    checkUnary(UnaryKind.RECIPROCAL, x, -0.4, -INF, 2, 0, NAN);
    checkUnary(UnaryKind.SQRT, x, NAN, -0.0, Math.sqrt(0.5), INF, NAN);
    checkUnary(UnaryKind.RSQRT, new double[] {4, 0}, 0.5, INF);
    checkUnary(UnaryKind.SIGMOID, new double[] {0, -INF, 800, -1}, 0.5, 0, 1, 0.2689414213699951);
    checkUnary(UnaryKind.SOFTPLUS, new double[] {0, -800, 800}, 0.6931471805599453, 0, 800);
    checkUnary(UnaryKind.SILU, new double[] {0, 1}, 0, 0.7310585786300049);
    checkUnary(UnaryKind.HARD_SWISH, new double[] {-4, -1, 5}, 0, -1.0 / 3, 5);
    checkUnary(UnaryKind.IS_NAN, x, 0, 0, 0, 0, 1);
    checkUnary(UnaryKind.IS_FINITE, x, 1, 1, 1, 0, 0);
    checkUnary(UnaryKind.EXPM1, new double[] {1e-10}, 1.00000000005e-10);
    checkUnary(UnaryKind.LOG1P, new double[] {1e-10}, 9.9999999995e-11);
  }

  @Test
  void invertsFunctions() {
    UnaryKind[][] pairs = {
      {UnaryKind.SIN, UnaryKind.ASIN},
      {UnaryKind.COS, UnaryKind.ACOS},
      {UnaryKind.TAN, UnaryKind.ATAN},
      {UnaryKind.EXP, UnaryKind.LOG},
      {UnaryKind.EXPM1, UnaryKind.LOG1P},
      {UnaryKind.SQUARE, UnaryKind.SQRT}
    };
    Tensor x = vector(DType.F64, 0.1, 0.5, 1.25);
    for (UnaryKind[] pair : pairs) {
      assertClose(run(unary(pair[1]), run(unary(pair[0]), x)), 1e-14, x.toDoubleArray());
    }
    Tensor sinh = run(unary(UnaryKind.SINH), x);
    Tensor cosh = run(unary(UnaryKind.COSH), x);
    assertClose(
        run(binary(BinaryKind.DIV), sinh, cosh),
        1e-14,
        run(unary(UnaryKind.TANH), x).toDoubleArray());
  }

  @Test
  void knowsTheErrorFunction() {
    checkUnary(
        UnaryKind.ERF,
        new double[] {0, 0.5, -1, 2, 3, 3.5, INF, -INF, NAN},
        0,
        0.5204998778130465,
        -0.8427007929497149,
        0.9953222650189527,
        0.9999779095030014,
        0.9999992569016276,
        1,
        -1,
        NAN);
    assertEquals(1.537459794428035e-12, SpecialFunctions.erfc(5), 1e-26);
    assertClose(
        run(new Pointwise.Gelu(false), vector(DType.F64, -1, 0, 2)),
        1e-14,
        -0.15865525393145707,
        0,
        1.9544997361036416);
    assertClose(
        run(new Pointwise.Gelu(true), vector(DType.F64, -1, 2)), 1e-6, -0.158808, 1.9545977);
  }

  @Test
  void computesIntegersInTheirWidth() {
    assertValues(run(unary(UnaryKind.NEG), vector(DType.I8, -128, 5)), -128, -5);
    assertValues(run(unary(UnaryKind.NEG), vector(DType.U32, 1)), 4294967295.0);
    assertValues(run(unary(UnaryKind.NOT), vector(DType.U8, 0, 254)), 255, 1);
    assertValues(run(unary(UnaryKind.NOT), vector(DType.BOOL, 0, 1)), 1, 0);
    assertValues(run(unary(UnaryKind.SQUARE), vector(DType.I4, 3, -8)), -7, 0);
    assertValues(run(unary(UnaryKind.SIGN), vector(DType.I64, -9, 0, 3)), -1, 0, 1);
    checkBinary(BinaryKind.ADD, DType.I8, new double[] {127, 1, -128, -1, 3, 4}, -128, 127, 7);
    checkBinary(
        BinaryKind.MUL, DType.U16, new double[] {65535, 2, 0, 9, 300, 300}, 65534, 0, 24464);
    checkBinary(BinaryKind.DIV, DType.I32, new double[] {-7, 2, 7, -2, 7, 7}, -3, -3, 1);
    checkBinary(BinaryKind.FLOOR_DIV, DType.I32, new double[] {-7, 2, 7, -2, 7, 2}, -4, -4, 3);
    checkBinary(BinaryKind.MOD, DType.I32, new double[] {-7, 2, 7, -2, 7, 4}, 1, -1, 3);
    checkBinary(BinaryKind.POW, DType.I32, new double[] {3, 4, -2, 3, 5, 0}, 81, -8, 1);
    checkBinary(BinaryKind.SHIFT_LEFT, DType.I8, new double[] {1, 7, 1, 8, 3, 1}, -128, 0, 6);
    checkBinary(BinaryKind.SHIFT_RIGHT, DType.I8, new double[] {-8, 1, -1, 99, 100, 99}, -4, -1, 0);
    checkBinary(BinaryKind.SHIFT_RIGHT, DType.U8, new double[] {255, 4, 255, 8, 8, 1}, 15, 0, 4);
    checkBinary(BinaryKind.XOR, DType.I16, new double[] {5, 3, -1, 1, 0, 0}, 6, -2, 0);
    checkBinary(BinaryKind.AND, DType.BOOL, new double[] {1, 1, 0, 1, 0, 0}, 1, 0, 0);
    checkBinary(BinaryKind.OR, DType.BOOL, new double[] {1, 1, 0, 1, 0, 0}, 1, 1, 0);
    Tensor big = Tensor.of(new long[] {Long.MAX_VALUE}, 1);
    assertEquals(
        Long.MIN_VALUE, run(binary(BinaryKind.ADD), big, Tensor.of(new long[] {1}, 1)).getLong(0));
    assertEquals(
        1,
        run(binary(BinaryKind.GT), big, Tensor.of(new long[] {Long.MAX_VALUE - 1}, 1)).getLong(0));
  }

  @Test
  void computesFunctionsOfTwoReals() {
    checkBinary(BinaryKind.SUB, DType.F16, new double[] {1, 2, 1, 0.5, 0, 0}, -1, 0.5, 0);
    checkBinary(BinaryKind.DIV, DType.F32, new double[] {1, 0, 0, 0, 1, -4}, INF, NAN, -0.25);
    checkBinary(BinaryKind.FLOOR_DIV, DType.F32, new double[] {-7, 2, 7, 2, 7, -2}, -4, 3, -4);
    checkBinary(BinaryKind.MOD, DType.F32, new double[] {-7, 2, 7, -2, 5, INF}, 1, -1, 5);
    checkBinary(BinaryKind.MIN, DType.F32, new double[] {1, NAN, NAN, 1, 2, 1}, NAN, NAN, 1);
    checkBinary(BinaryKind.MAX, DType.BF16, new double[] {1, NAN, -INF, 1, 2, 1}, NAN, 1, 2);
    checkBinary(BinaryKind.SQUARED_DIFFERENCE, DType.F64, new double[] {1, 3, 3, 1, 2, 2}, 4, 4, 0);
    checkBinary(BinaryKind.POW, DType.F64, new double[] {2, -1, 9, 0.5, 0, 0}, 0.5, 3, 1);
    checkBinary(BinaryKind.ATAN2, DType.F64, new double[] {0, 1, 0, 1, 1, 0}, 0, 0, Math.PI / 2);
    double[] pairs = {1, 2, 2, 2, NAN, 2};
    checkBinary(BinaryKind.EQ, DType.F32, pairs, 0, 1, 0);
    checkBinary(BinaryKind.NE, DType.F32, pairs, 1, 0, 1);
    checkBinary(BinaryKind.LT, DType.F32, pairs, 1, 0, 0);
    checkBinary(BinaryKind.LE, DType.F32, pairs, 1, 1, 0);
    checkBinary(BinaryKind.GT, DType.F32, pairs, 0, 0, 0);
    checkBinary(BinaryKind.GE, DType.F32, pairs, 0, 1, 0);
  }

  @Test
  void saysWhatIntegersCannot() {
    Tensor x = vector(DType.I32, 4, 5);
    fails(
        "div of i32[2], i32[2]: division by 0", binary(BinaryKind.DIV), x, vector(DType.I32, 1, 0));
    fails(
        "pow of i32[2], i32[2]: the power -1 of an integer; expected 0 or more",
        binary(BinaryKind.POW),
        x,
        vector(DType.I32, 1, -1));
    fails(
        "shift_left of i32[2], i32[2]: a shift by -1; expected 0 or more",
        binary(BinaryKind.SHIFT_LEFT),
        x,
        vector(DType.I32, 1, -1));
  }

  @Test
  void broadcasts() {
    Tensor row = tensor(DType.F32, Shape.of(3), 1, 2, 3);
    Tensor column = tensor(DType.F32, Shape.of(2, 1), 10, 20);
    assertValues(run(binary(BinaryKind.ADD), column, row), 11, 12, 13, 21, 22, 23);
    assertValues(run(binary(BinaryKind.SUB), row, Tensor.scalar(1f)), 0, 1, 2);
    Tensor none = tensor(DType.F32, Shape.of(2, 0));
    assertEquals(Shape.of(2, 0), run(binary(BinaryKind.ADD), none, column).shape());
    assertValues(run(binary(BinaryKind.ADD), Tensor.scalar(1f), Tensor.scalar(2f)), 3);
    assertValues(
        run(
            new Pointwise.Select(),
            tensor(DType.BOOL, Shape.of(2, 1), 1, 0),
            row,
            Tensor.scalar(NAN_FLOAT)),
        1,
        2,
        3,
        NAN,
        NAN,
        NAN);
  }

  private static final float NAN_FLOAT = Float.NaN;

  @Test
  void clampsAndBends() {
    Tensor x = vector(DType.F32, -4, 0.5, 9, NAN);
    assertValues(run(new Pointwise.Clamp(-1, 6), x), -1, 0.5, 6, NAN);
    assertValues(run(new Pointwise.Clamp(-1.5, 6.5), vector(DType.I8, -4, 0, 9)), -1, 0, 6);
    assertValues(run(new Pointwise.LeakyRelu(0.25f), x), -1, 0.5, 9, NAN);
    assertClose(run(new Pointwise.Elu(2), x), 1e-6, 2 * Math.expm1(-4), 0.5, 9, NAN);
  }

  @Test
  void casts() {
    Tensor x = vector(DType.F32, -1.9, 300, NAN, INF);
    assertValues(run(new Pointwise.Cast(DType.I8), x), -1, 127, 0, 127);
    assertValues(run(new Pointwise.Cast(DType.BOOL), x), 1, 1, 1, 1);
    assertValues(run(new Pointwise.Cast(DType.U8), vector(DType.I32, -1, 256, 7)), 255, 0, 7);
    assertValues(run(new Pointwise.Cast(DType.I4), vector(DType.I32, 9, -9)), -7, 7);
    assertValues(run(new Pointwise.Cast(DType.F16), vector(DType.BOOL, 0, 1)), 0, 1);
    long odd = (1L << 53) + (1L << 29) + 1;
    assertEquals(
        (double) (float) odd,
        run(new Pointwise.Cast(DType.F32), Tensor.of(new long[] {odd}, 1)).get(0));
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void addsEveryType(DType dtype) {
    if (dtype != DType.BOOL) {
      assertValues(run(binary(BinaryKind.ADD), vector(dtype, 1, 2, 3), vector(dtype, 4)), 5, 6, 7);
    }
    assertValues(run(binary(BinaryKind.EQ), vector(dtype, 1, 0), vector(dtype, 1, 1)), 1, 0);
  }
}
