package dev.tendril.core.kernel;

import static dev.tendril.core.kernel.Runs.assertValues;
import static dev.tendril.core.kernel.Runs.fails;
import static dev.tendril.core.kernel.Runs.run;
import static dev.tendril.core.kernel.Runs.tensor;
import static dev.tendril.core.kernel.Runs.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Reduce.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReduceKernelsTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final Tensor X = tensor(DType.I32, Shape.of(2, 3), 1, 2, 3, 4, 5, 6);

  private static Reduce all(Kind kind) {
    return new Reduce.Reduction(kind, List.of(), false);
  }

  private static Reduce along(Kind kind, Integer... axes) {
    return new Reduce.Reduction(kind, List.of(axes), false);
  }

  @Test
  void reducesAlongAxes() {
    assertValues(run(along(Kind.SUM, 0), X), 5, 7, 9);
    assertValues(run(along(Kind.SUM, -1), X), 6, 15);
    assertValues(run(all(Kind.PROD), X), 720);
    assertValues(run(along(Kind.MEAN, 1), vectorAsRow(-1, -2, -4)), -2);
    assertValues(run(along(Kind.MAX, 1, 0), X), 6);
    Tensor kept = run(new Reduce.Reduction(Kind.MIN, List.of(1), true), X);
    assertEquals(Shape.of(2, 1), kept.shape());
    assertValues(kept, 1, 4);
    assertValues(run(all(Kind.SUM), Tensor.scalar(3f)), 3);
    Tensor cube = tensor(DType.F32, Shape.of(2, 2, 2), 0, 1, 2, 3, 4, 5, 6, 7);
    assertValues(run(along(Kind.MEAN, 0, 2), cube), 2.5, 4.5);
    assertValues(run(all(Kind.SUM), vector(DType.I8, 100, 100)), -56);
  }

  private static Tensor vectorAsRow(double... values) {
    return tensor(DType.I32, Shape.of(1, values.length), values);
  }

  @Test
  void sumsInSixtyFourBits() {
    assertValues(run(all(Kind.SUM), vector(DType.F32, 1e8, 1, -1e8, 1)), 2);
    assertValues(run(all(Kind.MEAN), vector(DType.F16, 60000, 60000)), 60000);
  }

  @Test
  void reducesNothingToTheNeutralElement() {
    Tensor reals = tensor(DType.F32, Shape.of(2, 0));
    Tensor integers = tensor(DType.I8, Shape.of(2, 0));
    assertValues(run(along(Kind.SUM, 1), reals), 0, 0);
    assertValues(run(along(Kind.PROD, 1), integers), 1, 1);
    assertValues(run(along(Kind.MEAN, 1), reals), NAN, NAN);
    assertValues(run(along(Kind.MIN, 1), reals), INF, INF);
    assertValues(run(along(Kind.MAX, 1), integers), -128, -128);
    assertValues(run(along(Kind.MIN, 1), integers), 127, 127);
    assertEquals(0, run(along(Kind.MAX, 0), reals).shape().size());
    fails("reduce_mean of i8[2,0]: the mean of no integers", along(Kind.MEAN, 1), integers);
    Tensor none = tensor(DType.BOOL, Shape.of(0));
    assertValues(run(all(Kind.ALL), none), 1);
    assertValues(run(all(Kind.ANY), none), 0);
  }

  @Test
  void letsNanWin() {
    assertValues(run(all(Kind.MAX), vector(DType.F32, 1, NAN, 3)), NAN);
    assertValues(run(all(Kind.MIN), vector(DType.F32, 1, NAN, 3)), NAN);
    assertValues(run(all(Kind.ANY), vector(DType.BOOL, 0, 1)), 1);
    assertValues(run(all(Kind.ALL), vector(DType.BOOL, 0, 1)), 0);
  }

  @Test
  void findsTheFirstExtreme() {
    Tensor x = tensor(DType.F32, Shape.of(2, 3), 1, 3, 3, 0, NAN, 7);
    assertValues(run(new Reduce.ArgExtreme(true, 1, DType.I32), x), 1, 1);
    assertValues(run(new Reduce.ArgExtreme(false, 1, DType.I64), x), 0, 1);
    assertValues(run(new Reduce.ArgExtreme(false, 0, DType.I64), x), 1, 1, 0);
    assertValues(run(new Reduce.ArgExtreme(true, -1, DType.I32), X), 2, 2);
    fails(
        "arg_max of f32[2,0]: no element along axis 1; expected at least one",
        new Reduce.ArgExtreme(true, 1, DType.I32),
        tensor(DType.F32, Shape.of(2, 0)));
  }

  @Test
  void accumulates() {
    assertValues(run(new Reduce.Cumulative(Kind.SUM, 1, false, false), X), 1, 3, 6, 4, 9, 15);
    assertValues(run(new Reduce.Cumulative(Kind.SUM, 1, true, false), X), 0, 1, 3, 0, 4, 9);
    assertValues(run(new Reduce.Cumulative(Kind.SUM, 1, false, true), X), 6, 5, 3, 15, 11, 6);
    assertValues(run(new Reduce.Cumulative(Kind.SUM, 1, true, true), X), 5, 3, 0, 11, 6, 0);
    assertValues(run(new Reduce.Cumulative(Kind.PROD, 0, false, false), X), 1, 2, 3, 4, 10, 18);
    Tensor x = vector(DType.F32, 2, 1, NAN, 0);
    assertValues(run(new Reduce.Cumulative(Kind.MIN, 0, false, false), x), 2, 1, NAN, NAN);
    assertValues(run(new Reduce.Cumulative(Kind.MAX, 0, true, false), x), -INF, 2, 2, NAN);
    assertEquals(
        0, run(new Reduce.Cumulative(Kind.SUM, 0, true, true), vector(DType.F32)).shape().size());
    fails(
        "cumulative_mean; expected sum, prod, min or max",
        new Reduce.Cumulative(Kind.MEAN, 0, false, false),
        x);
  }
}
