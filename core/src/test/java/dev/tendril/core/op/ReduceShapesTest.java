package dev.tendril.core.op;

import static dev.tendril.core.op.Types.fails;
import static dev.tendril.core.op.Types.infers;

import dev.tendril.core.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReduceShapesTest {
  private static Op reduction(Reduce.Kind kind, boolean keep, Integer... axes) {
    return new Reduce.Reduction(kind, List.of(axes), keep);
  }

  @Test
  void takesAxesAway() {
    infers(reduction(Reduce.Kind.SUM, false, 1), "f32[?,4]", "f32[?,3,4]");
    infers(reduction(Reduce.Kind.SUM, true, -1, 0), "f32[1,3,1]", "f32[?,3,4]");
    infers(reduction(Reduce.Kind.MEAN, false), "i8[]", "i8[?,3,4]");
    infers(reduction(Reduce.Kind.ALL, true), "bool[1]", "bool[4]");
    infers(new Reduce.ArgExtreme(true, -1, DType.I64), "i64[?]", "u8[?,?]");
    infers(new Reduce.Cumulative(Reduce.Kind.SUM, 0, true, true), "f32[?]", "f32[?]");
  }

  @Test
  void carriesQuantizationOfExtremes() {
    infers(reduction(Reduce.Kind.MAX, false), "i8[] q(0.5,1)", "i8[3] q(0.5,1)");
    infers(reduction(Reduce.Kind.SUM, false), "i8[]", "i8[3] q(0.5,1)");
    infers(
        new Reduce.Cumulative(Reduce.Kind.MIN, 0, true, true), "i8[3] q(0.5,1)", "i8[3] q(0.5,1)");
  }

  @Test
  void saysWhatDoesNotFit() {
    fails(
        reduction(Reduce.Kind.SUM, false, 2),
        "reduce_sum of f32[3]: axis 2; expected one from -1 to 0",
        "f32[3]");
    fails(
        reduction(Reduce.Kind.SUM, false, 0, -1),
        "reduce_sum of f32[3]: axes [0, -1] name axis 0 twice",
        "f32[3]");
    fails(
        reduction(Reduce.Kind.ANY, false),
        "reduce_any of f32[3]: operand 1 is f32; expected booleans",
        "f32[3]");
    fails(
        reduction(Reduce.Kind.MAX, false),
        "reduce_max of bool[3]: operand 1 is bool; expected numbers",
        "bool[3]");
  }
}
