package dev.tendril.core.op;

import static dev.tendril.core.op.Types.fails;
import static dev.tendril.core.op.Types.infers;

import dev.tendril.core.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoveShapesTest {
  private static final int ANY = Shape.ANY;

  private static Op reshape(int... dims) {
    return new Move.Reshape(Shape.of(dims));
  }

  private static Op broadcast(int... dims) {
    return new Move.Broadcast(Shape.of(dims));
  }

  private static Op pad(Move.Pad.Mode mode, int before, int after) {
    return new Move.Pad(List.of(before), List.of(after), mode, 0);
  }

  @Test
  void reshapes() {
    infers(reshape(3, ANY), "f32[3,4]", "f32[2,6]");
    infers(reshape(), "f32[]", "f32[1,1]");
    infers(reshape(ANY, 3), "f32[?,3]", "f32[?,6]");
    infers(reshape(4, 3), "f32[4,3]", "f32[?,6]");
    infers(reshape(ANY, 3), "f32[0,3]", "f32[0,6]");
    fails(
        reshape(5, ANY),
        "reshape of f32[2,6]: to [5,?], which does not hold 12 elements",
        "f32[2,6]");
    fails(reshape(ANY, 0), "reshape of f32[0]: to [?,0], which does not hold 0 elements", "f32[0]");
    fails(
        reshape(ANY, ANY),
        "reshape of f32[4]: to [?,?]; expected at most one extent left open",
        "f32[4]");
    infers(reshape(6, 2), "i8[6,2] q(axis=1;1,0;2,0)", "i8[2,3,2] q(axis=2;1,0;2,0)");
    infers(reshape(ANY, 2), "i8[?,2] q(axis=1;1,0;2,0)", "i8[?,3,2] q(axis=2;1,0;2,0)");
    fails(
        reshape(12),
        "reshape of i8[6,2] q(axis=1;1.0,0;2.0,0): scales that differ along axis 1; expected one"
            + " scale for the whole tensor: dequantize it first",
        "i8[6,2] q(axis=1;1,0;2,0)");
  }

  @Test
  void transposes() {
    Op op = new Move.Transpose(List.of(2, 0, -2));
    infers(op, "f32[4,2,?]", "f32[2,?,4]");
    infers(op, "i8[1,2,3] q(axis=1;1,0;2,5)", "i8[2,3,1] q(axis=0;1,0;2,5)");
    fails(
        op, "transpose of f32[2]: axes [2, 0, -2]; expected 1, one value for each axis", "f32[2]");
    fails(
        new Move.Transpose(List.of(0, -2)),
        "transpose of f32[2,2]: axes [0, -2] name axis 0 twice",
        "f32[2,2]");
    fails(
        new Move.Transpose(List.of(1)),
        "transpose of f32[2]: axis 1; expected one from -1 to 0",
        "f32[2]");
  }

  @Test
  void broadcasts() {
    infers(broadcast(5, 2, 3), "f32[5,2,3]", "f32[1,3]");
    infers(broadcast(5, ANY, 3), "f32[5,?,3]", "f32[?,1]");
    infers(broadcast(2, 3), "i8[2,3] q(0.5,0)", "i8[] q(0.5,0)");
    infers(broadcast(3, 2), "i8[3,2] q(axis=1;1,0;2,0)", "i8[2] q(axis=0;1,0;2,0)");
    fails(
        broadcast(5, 2), "broadcast of f32[3,2]: to [5,2]: extent 3 does not stretch", "f32[3,2]");
    fails(broadcast(5), "broadcast of f32[3,2]: to [5], which has fewer axes", "f32[3,2]");
  }

  @Test
  void slices() {
    Op op = new Move.Slice(List.of(1, -3), List.of(Move.Slice.END, -1), List.of(2, 1));
    infers(op, "f32[2,2]", "f32[4,5]");
    infers(op, "f32[?,1]", "f32[?,2]");
    infers(op, "f32[0,0]", "f32[1,0]");
    infers(op, "i8[2,2] q(axis=0;2,0;4,0)", "i8[4,5] q(axis=0;1,0;2,0;3,0;4,0)");
    fails(op, "slice of f32[]: begins [1, -3]; expected 0, one value for each axis", "f32[]");
  }

  @Test
  void pads() {
    infers(pad(Move.Pad.Mode.CONSTANT, 3, 1), "f32[4]", "f32[0]");
    infers(pad(Move.Pad.Mode.REFLECT, 3, 1), "f32[?]", "f32[?]");
    infers(pad(Move.Pad.Mode.REFLECT, 3, 1), "f32[8]", "f32[4]");
    fails(
        pad(Move.Pad.Mode.REFLECT, 3, 1),
        "pad of f32[3]: REFLECT padding 3 along axis 0 of 3; expected at most 2",
        "f32[3]");
    fails(
        pad(Move.Pad.Mode.CONSTANT, -3, 1),
        "pad of f32[3]: padding -3 along axis 0; expected 0 or more",
        "f32[3]");
  }

  @Test
  void concatenates() {
    Op op = new Move.Concat(-1);
    infers(op, "f32[2,6]", "f32[2,1]", "f32[?,2]", "f32[2,3]");
    infers(op, "f32[2,?]", "f32[2,1]", "f32[2,?]");
    infers(op, "i8[4] q(0.5,1)", "i8[2] q(0.5,1)", "i8[2] q(0.5,1)");
    infers(op, "i8[4]", "i8[2] q(0.5,1)", "i8[2] q(0.5,2)");
    fails(
        op,
        "concat of f32[2,1], f32[3,1]: extents along axis 0, 2 and 3 differ",
        "f32[2,1]",
        "f32[3,1]");
    fails(op, "concat of f32[]: axis -1 of a scalar, which has none", "f32[]");
    fails(op, "concat of nothing: 0 operands; expected 1 or more");
  }

  @Test
  void reversesTilesAndBlocks() {
    infers(new Move.Reverse(List.of(0)), "i8[2] q(axis=0;2,5;1,0)", "i8[2] q(axis=0;1,0;2,5)");
    infers(new Move.Tile(List.of(0, 3)), "f32[0,6]", "f32[2,2]");
    infers(new Move.SpaceToDepth(2, false), "f32[?,2,3,4]", "f32[?,4,6,1]");
    infers(new Move.SpaceToDepth(2, true), "f32[?,4,6,1]", "f32[?,2,3,4]");
    fails(
        new Move.SpaceToDepth(2, false),
        "space_to_depth of f32[1,3,2,1]: extent 3 along axis 1; expected a multiple of 2",
        "f32[1,3,2,1]");
    fails(
        new Move.Tile(List.of(1 << 30)),
        "tile of f32[4]: an extent of 4294967296; expected at most 2147483647",
        "f32[4]");
  }
}
