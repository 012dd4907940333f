package dev.tendril.core.kernel;

import static dev.tendril.core.kernel.Runs.assertValues;
import static dev.tendril.core.kernel.Runs.quantized;
import static dev.tendril.core.kernel.Runs.run;
import static dev.tendril.core.kernel.Runs.tensor;
import static dev.tendril.core.kernel.Runs.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MoveKernelsTest {
  private static final Tensor X = tensor(DType.I32, Shape.of(2, 3), 1, 2, 3, 4, 5, 6);

  private static Op pad(Move.Pad.Mode mode, int before, int after) {
    return new Move.Pad(List.of(before), List.of(after), mode, 9);
  }

  @Test
  void reshapesAndTransposes() {
    Tensor tall = run(new Move.Reshape(Shape.of(3, Shape.ANY)), X);
    assertEquals(Shape.of(3, 2), tall.shape());
    assertValues(tall, 1, 2, 3, 4, 5, 6);
    assertValues(run(new Move.Transpose(List.of(1, 0)), X), 1, 4, 2, 5, 3, 6);
    Tensor cube = tensor(DType.F32, Shape.of(2, 2, 2), 0, 1, 2, 3, 4, 5, 6, 7);
    assertValues(run(new Move.Transpose(List.of(2, 0, 1)), cube), 0, 2, 4, 6, 1, 3, 5, 7);
  }

  @Test
  void keepsEveryBit() {
    int odd = 0x7FC0_1234;
    Tensor nan = Tensor.of(new float[] {Float.intBitsToFloat(odd), 1}, 2);
    Tensor back = run(new Move.Reverse(List.of(0)), nan);
    assertEquals(odd, Float.floatToRawIntBits(back.toFloatArray()[1]));
  }

  @Test
  void broadcastsSlicesAndReverses() {
    assertValues(run(new Move.Broadcast(Shape.of(2, 2)), vector(DType.I4, 3, -4)), 3, -4, 3, -4);
    assertValues(
        run(new Move.Slice(List.of(0, -1), List.of(2, Move.Slice.END), List.of(1, 1)), X), 3, 6);
    assertValues(run(new Move.Slice(List.of(1, 0), List.of(9, 3), List.of(1, 2)), X), 4, 6);
    assertEquals(
        Shape.of(0, 3),
        run(new Move.Slice(List.of(2, 0), List.of(1, 3), List.of(1, 1)), X).shape());
    assertValues(run(new Move.Reverse(List.of(-1)), X), 3, 2, 1, 6, 5, 4);
    assertValues(run(new Move.Reverse(List.of(0, 1)), X), 6, 5, 4, 3, 2, 1);
  }

  @Test
  void pads() {
    Tensor x = vector(DType.F32, 1, 2, 3);
    assertValues(run(pad(Move.Pad.Mode.CONSTANT, 1, 2), x), 9, 1, 2, 3, 9, 9);
    assertValues(run(pad(Move.Pad.Mode.EDGE, 1, 2), x), 1, 1, 2, 3, 3, 3);
    assertValues(run(pad(Move.Pad.Mode.REFLECT, 2, 2), x), 3, 2, 1, 2, 3, 2, 1);
    assertValues(run(pad(Move.Pad.Mode.SYMMETRIC, 3, 1), x), 3, 2, 1, 1, 2, 3, 3);
    assertValues(
        run(new Move.Pad(List.of(0, 1), List.of(1, 0), Move.Pad.Mode.CONSTANT, 0), X),
        0,
        1,
        2,
        3,
        0,
        4,
        5,
        6,
        0,
        0,
        0,
        0);
    assertValues(
        run(pad(Move.Pad.Mode.CONSTANT, 1, 1), quantized(DType.I8, Quant.of(0.5f, -3), 7)),
        15,
        7,
        15);
  }

  @Test
  void concatenates() {
    Tensor y = tensor(DType.I32, Shape.of(2, 1), 7, 8);
    assertValues(
        run(new Move.Concat(1), X, y, X.view(X.type())), 1, 2, 3, 7, 1, 2, 3, 4, 5, 6, 8, 4, 5, 6);
    assertValues(run(new Move.Concat(0), X, X), 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6);
    assertValues(
        run(new Move.Concat(0), vector(DType.I4, 1, 2, 3), vector(DType.I4, -1)), 1, 2, 3, -1);
  }

  @Test
  void concatenatesOtherScales() {
    Quant whole = Quant.of(0.5f, 10);
    Tensor y =
        run(
            new Move.Concat(0),
            whole,
            quantized(DType.I8, whole, 3),
            quantized(DType.I8, Quant.of(0.25f, 0), 5, -5, 127));
    assertEquals(whole, y.type().quant());
    assertValues(y, 3, 13, 7, 74);
  }

  @Test
  void tilesAndBlocks() {
    assertValues(
        run(new Move.Tile(List.of(2, 2)), tensor(DType.U8, Shape.of(1, 2), 1, 2)),
        1,
        2,
        1,
        2,
        1,
        2,
        1,
        2);
    assertEquals(0, run(new Move.Tile(List.of(0)), vector(DType.U8, 1, 2)).shape().size());
    double[] values = new double[32];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Tensor x = tensor(DType.I16, Shape.of(1, 4, 4, 2), values);
    Tensor deep = run(new Move.SpaceToDepth(2, false), x);
    assertEquals(Shape.of(1, 2, 2, 8), deep.shape());
    assertValues(
        run(new Move.Slice(List.of(0, 0, 1, 0), List.of(1, 1, 2, 8), List.of(1, 1, 1, 1)), deep),
        4,
        5,
        6,
        7,
        12,
        13,
        14,
        15);
    assertValues(run(new Move.SpaceToDepth(2, true), deep), values);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void movesEveryType(DType dtype) {
    Tensor x = tensor(dtype, Shape.of(3, 1), 1, 0, 1);
    assertValues(run(new Move.Transpose(List.of(1, 0)), x), 1, 0, 1);
    assertValues(run(new Move.Concat(-1), x, x), 1, 1, 0, 0, 1, 1);
    Tensor none = tensor(dtype, Shape.of(0, 1));
    assertEquals(0, run(new Move.Concat(-1), none, none).shape().size());
  }
}
