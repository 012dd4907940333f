package dev.tendril.core.op;

import static dev.tendril.core.op.Types.fails;
import static dev.tendril.core.op.Types.infers;

import dev.tendril.core.DType;
import org.junit.jupiter.api.Test;

class PointwiseShapesTest {
  private static final Op ADD = new Pointwise.Binary(BinaryKind.ADD);
  private static final Op MAX = new Pointwise.Binary(BinaryKind.MAX);
  private static final Op EXP = new Pointwise.Unary(UnaryKind.EXP);

  @Test
  void broadcastsAndKeepsUnknownExtents() {
    infers(ADD, "f32[?,3]", "f32[?,3]", "f32[1]");
    infers(ADD, "i32[4,3]", "i32[4,3]", "i32[?,1]");
    infers(ADD, "f32[0,2]", "f32[0,1]", "f32[2]");
    fails(
        ADD,
        "add of f32[2,3], f32[4]: [2,3] and [4] do not broadcast: 3 against 4 along axis 1",
        "f32[2,3]",
        "f32[4]");
  }

  @Test
  void checksElementTypes() {
    infers(new Pointwise.Binary(BinaryKind.LT), "bool[2]", "u8[2]", "u8[]");
    infers(new Pointwise.Binary(BinaryKind.AND), "bool[2]", "bool[2]", "bool[]");
    infers(new Pointwise.Unary(UnaryKind.IS_NAN), "bool[2]", "f16[2]");
    infers(new Pointwise.Cast(DType.I4), "i4[2]", "i8[2] q(0.5,1)");
    infers(new Pointwise.Dequantize(), "f32[2]", "i8[2] q(0.5,1)");
    infers(new Pointwise.Quantize(DType.U8), "u8[2]", "f32[2]");
    fails(
        ADD,
        "add of f32[2], i32[2]: element types f32 and i32 differ; expected one: cast first",
        "f32[2]",
        "i32[2]");
    fails(ADD, "add of bool[], bool[]: operand 1 is bool; expected numbers", "bool[]", "bool[]");
    fails(
        EXP,
        "exp of i8[2]: operand 1 is i8; expected a float type or a quantized one: cast it first",
        "i8[2]");
    fails(
        new Pointwise.Binary(BinaryKind.SHIFT_LEFT),
        "shift_left of bool[], bool[]: operand 1 is bool; expected integers",
        "bool[]",
        "bool[]");
    fails(
        new Pointwise.Select(),
        "select of i8[2], f32[], f32[]: operand 1 is i8; expected a boolean condition",
        "i8[2]",
        "f32[]",
        "f32[]");
  }

  @Test
  void countsOperands() {
    fails(ADD, "add of f32[]: 1 operand; expected 2", "f32[]");
    fails(EXP, "exp of nothing: 0 operands; expected 1");
  }

  @Test
  void carriesQuantizationOfWhatIsSelected() {
    infers(MAX, "i8[2] q(0.5,1)", "i8[2] q(0.5,1)", "i8[1] q(0.5,1)");
    infers(MAX, "i8[2]", "i8[2] q(0.5,1)", "i8[1] q(0.25,1)");
    infers(ADD, "i8[2]", "i8[2] q(0.5,1)", "i8[1] q(0.5,1)");
    infers(new Pointwise.Clamp(0, 1), "i8[2] q(0.5,1)", "i8[2] q(0.5,1)");
    infers(new Pointwise.Select(), "i8[2] q(0.5,1)", "bool[2]", "i8[2] q(0.5,1)", "i8[] q(0.5,1)");
    fails(
        MAX,
        "max of i8[2] q(0.5,1), i8[2]: quantized and plain integers; expected both quantized or"
            + " neither",
        "i8[2] q(0.5,1)",
        "i8[2]");
    fails(
        EXP,
        "exp of i8[2] q(axis=0;0.5,1;0.25,0): scales that differ along axis 0; expected one scale"
            + " for the whole tensor: dequantize it first",
        "i8[2] q(axis=0;0.5,1;0.25,0)");
  }
}
