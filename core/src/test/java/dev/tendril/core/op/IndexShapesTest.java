package dev.tendril.core.op;

import static dev.tendril.core.op.Types.fails;
import static dev.tendril.core.op.Types.infers;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexShapesTest {
  @Test
  void knowsWhatItCan() {
    infers(new Index.Gather(1, 0), "f32[?,2,?,4]", "f32[?,3,4]", "i32[2,?]");
    infers(new Index.Gather(-1, 1), "f32[2,3,5]", "f32[?,3,4]", "i64[2,5]");
    infers(new Index.GatherNd(0), "f32[7,4]", "f32[?,3,4]", "i64[7,2]");
    infers(new Index.GatherNd(1), "f32[5,7]", "f32[?,3,4]", "i64[5,7,2]");
    infers(
        new Index.ScatterNd(Index.ScatterNd.Combine.ADD),
        "f32[?,3]",
        "f32[?,3]",
        "i32[?,1]",
        "f32[?,3]");
    infers(new Index.OneHot(5, -1, DType.I8), "i8[?,5]", "i32[?]");
    infers(new Index.OneHot(5, 0, DType.I8), "i8[5,?]", "i32[?]");
    infers(new Index.NonZero(), "i64[?,2]", "f32[?,3]");
    infers(new Index.Iota(Shape.of(2, 3), -1, DType.F16), "f16[2,3]");
    infers(new Index.ShapeOf(DType.I32), "i32[2]", "f32[?,3]");
    assertEquals(
        List.of(Types.type("i8[?,2] q(0.5,1)"), Types.type("i32[?,2]")),
        ShapeRules.infer(new Index.TopK(2), List.of(Types.type("i8[?,?] q(0.5,1)"))));
    assertEquals(
        List.of(Types.type("i32[9]"), Types.type("i32[]")),
        ShapeRules.infer(
            new Index.NonMaxSuppression(9, 0.5f, 0),
            List.of(Types.type("f32[?,4]"), Types.type("f32[5]"))));
  }

  @Test
  void movesTheAxisOfScales() {
    String weights = "i8[2,3,2] q(axis=2;0.5,1;0.25,0)";
    infers(new Index.Gather(0, 0), "i8[4,4,3,2] q(axis=3;0.5,1;0.25,0)", weights, "i32[4,4]");
    infers(new Index.Gather(1, 0), "i8[2,2] q(axis=1;0.5,1;0.25,0)", weights, "i32[]");
    infers(new Index.GatherNd(0), "i8[9,2] q(axis=1;0.5,1;0.25,0)", weights, "i32[9,2]");
    fails(
        new Index.Gather(2, 0),
        "gather of i8[2,3,2] q(axis=2;0.5,1;0.25,0), i32[]: scales that differ along axis 2;"
            + " expected one scale for the whole tensor: dequantize it first",
        weights,
        "i32[]");
  }

  @Test
  void saysWhatDoesNotFit() {
    fails(
        new Index.Gather(0, 1),
        "gather of f32[3], i32[2]: shares 1 leading axes; expected 0 to 0, those before axis 0",
        "f32[3]",
        "i32[2]");
    fails(
        new Index.Gather(1, 1),
        "gather of f32[3,4], i32[2]: extents along shared axis 0, 3 and 2 differ",
        "f32[3,4]",
        "i32[2]");
    fails(
        new Index.Sort(0, true), "sort of bool[2]: operand 1 is bool; expected numbers", "bool[2]");
    fails(
        new Index.NonMaxSuppression(1, 0.5f, 0),
        "non_max_suppression of f32[3,5], f32[3]: numbers of coordinates 5 and 4 differ",
        "f32[3,5]",
        "f32[3]");
    fails(
        new Index.ScatterNd(Index.ScatterNd.Combine.ADD),
        "scatter_nd of i8[3] q(0.5,0), i32[1,1], i8[1] q(0.5,0): sums of quantized numbers;"
            + " expected plain ones: dequantize first",
        "i8[3] q(0.5,0)",
        "i32[1,1]",
        "i8[1] q(0.5,0)");
  }
}
