package dev.tendril.core.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContractShapesTest {
  private static final int ANY = Shape.ANY;

  static TensorType f32(int... dims) {
    return TensorType.of(DType.F32, dims);
  }

  static TensorType i8(Quant quant, int... dims) {
    return TensorType.of(DType.I8, dims).with(quant);
  }

  static TensorType i8(int... dims) {
    return i8(Quant.of(0.5f, 3), dims);
  }

  static TensorType infer(Op op, TensorType... operands) {
    return ShapeRules.infer(op, List.of(operands)).getFirst();
  }

  static void refuses(String message, Op op, TensorType... operands) {
    TensorException e =
        assertThrows(TensorException.class, () -> ShapeRules.infer(op, List.of(operands)));
    assertEquals(message, e.getMessage());
    assertFalse(message.contains("\n"));
  }

  static Contract.MatMul matmul(boolean transposeA, boolean transposeB) {
    return new Contract.MatMul(transposeA, transposeB, Activation.NONE);
  }

  static Contract.Conv conv(int stride, Padding padding, int dilation, int groups) {
    return new Contract.Conv(
        List.of(stride, stride), padding, List.of(dilation, dilation), groups, Activation.NONE);
  }

  static Contract.DepthwiseConv depthwise(int stride, Padding padding) {
    return new Contract.DepthwiseConv(
        List.of(stride, stride), padding, List.of(1, 1), Activation.NONE);
  }

  static Contract.ConvTranspose transpose(int stride, Padding padding, int... spatial) {
    return new Contract.ConvTranspose(
        List.of(stride, stride), padding, List.of(1, 1), Shape.of(spatial), Activation.NONE);
  }

  static Contract.Pool pool(Reduce.Kind kind, int window, int stride, Padding padding) {
    return new Contract.Pool(
        kind, List.of(window, window), List.of(stride, stride), padding, Activation.NONE);
  }

  @Test
  void matmulBroadcastsBatchesAndTransposes() {
    assertEquals(f32(2, 4), infer(matmul(false, false), f32(2, 3), f32(3, 4)));
    assertEquals(f32(5, 2, 4), infer(matmul(true, true), f32(3, 2), f32(5, 4, 3), f32(4)));
    assertEquals(f32(7, 5, ANY, 4), infer(matmul(false, false), f32(7, 1, ANY, 3), f32(5, ANY, 4)));
    assertEquals(TensorType.of(DType.I8, 2, 4), infer(matmul(false, true), i8(2, 3), i8(4, 3)));
    assertEquals(f32(2, 4), infer(matmul(false, true), f32(2, 3), i8(4, 3), f32(4)));
  }

  @Test
  void matmulRefuses() {
    Op op = matmul(false, false);
    refuses("matmul of f32[2,3]: 1 operand; expected a, b and maybe a bias", op, f32(2, 3));
    refuses(
        "matmul of f32[3], f32[3,4]: a of rank 1; expected rank 2 or more", op, f32(3), f32(3, 4));
    refuses(
        "matmul of f32[2,3], f32[4,3]: b with an inner extent of 4; expected 3",
        op,
        f32(2, 3),
        f32(4, 3));
    refuses(
        "matmul of f32[2,3], f64[3,4]: b of f64; expected f32",
        op,
        f32(2, 3),
        TensorType.of(DType.F64, 3, 4));
    refuses(
        "matmul of f32[2,1,3], f32[3,3,4]: [2] and [3] do not broadcast: 2 against 3 along axis 0",
        op,
        f32(2, 1, 3),
        f32(3, 3, 4));
    refuses(
        "matmul of f32[2,3], f32[3,4], f32[3]: a bias of 3; expected 4",
        op,
        f32(2, 3),
        f32(3, 4),
        f32(3));
    refuses(
        "matmul of i8[2,3] q(0.5,3), i8[3,4]: a or b is quantized alone; expected both or none",
        op,
        i8(2, 3),
        TensorType.of(DType.I8, 3, 4));
    refuses(
        "matmul of i8[2,3] q(0.5,3), i8[3,4] q(0.5,3), f32[4]: a bias of f32 to quantized numbers;"
            + " expected i32 or i64",
        op,
        i8(2, 3),
        i8(3, 4),
        f32(4));
    refuses(
        "matmul of bool[2,3], bool[3,4]: a of booleans; expected numbers",
        op,
        TensorType.of(DType.BOOL, 2, 3),
        TensorType.of(DType.BOOL, 3, 4));
    Quant wrong = Quant.perAxis(new float[] {1, 1, 1}, 0);
    refuses(
        "matmul of i8[2,3] q(0.5,3), i8[3,4] q(axis=0;1.0,0;1.0,0;1.0,0): b with scales along axis"
            + " 0; expected axis 1",
        op,
        i8(2, 3),
        i8(wrong, 3, 4));
    refuses(
        "matmul of i8[2,3] q(0.5,3), i8[3,4] q(0.5,3): the activation TANH of integers; expected"
            + " one that keeps to a range",
        new Contract.MatMul(false, false, Activation.TANH),
        i8(2, 3),
        i8(3, 4));
  }

  @Test
  void convKnowsPaddingStridesDilationsAndGroups() {
    assertEquals(
        f32(1, 3, 3, 8), infer(conv(1, Padding.VALID, 1, 1), f32(1, 5, 5, 2), f32(8, 3, 3, 2)));
    assertEquals(
        f32(ANY, 3, 4, 8),
        infer(conv(2, Padding.SAME, 1, 2), f32(ANY, 5, 7, 4), f32(8, 3, 3, 2), f32(8)));
    assertEquals(
        f32(1, ANY, 5, 8),
        infer(conv(1, Padding.all(2, 2), 2, 1), f32(1, ANY, 5, 2), f32(8, 3, 3, 2)));
    Contract.Conv line =
        new Contract.Conv(List.of(1), Padding.VALID, List.of(1), 1, Activation.RELU);
    assertEquals(f32(1, 4, 6), infer(line, f32(1, 6, 2), f32(6, 3, 2)));
  }

  @Test
  void convRefuses() {
    Op op = conv(1, Padding.VALID, 1, 1);
    refuses(
        "conv of f32[1,5,5,3], f32[8,3,3,2]: a filter with channels of a group of 2; expected 3",
        op,
        f32(1, 5, 5, 3),
        f32(8, 3, 3, 2));
    refuses(
        "conv of f32[1,5,5,3], f32[8,3,3,1]: 2 groups; expected a divisor of the channels, 3, and"
            + " of the filters, 8",
        conv(1, Padding.VALID, 1, 2),
        f32(1, 5, 5, 3),
        f32(8, 3, 3, 1));
    refuses(
        "conv of f32[1,2,2,3], f32[8,3,3,3]: a window of 3 with VALID padding; it does not fit into"
            + " 2",
        op,
        f32(1, 2, 2, 3),
        f32(8, 3, 3, 3));
    refuses(
        "conv of f32[1,5,5,3], f32[8,3,3,3]: strides [0, 0]; expected 1 or more",
        conv(0, Padding.VALID, 1, 1),
        f32(1, 5, 5, 3),
        f32(8, 3, 3, 3));
    refuses(
        "conv of f32[1,5,5,3], f32[8,3,3,3]: padding [-1, -1], [-1, -1]; expected 0 or more",
        conv(1, Padding.all(2, -1), 1, 1),
        f32(1, 5, 5, 3),
        f32(8, 3, 3, 3));
    refuses(
        "conv of f32[1,5,5,3], f32[8,3,3,3]: padding of 1 axes; expected 2",
        conv(1, Padding.all(1, 1), 1, 1),
        f32(1, 5, 5, 3),
        f32(8, 3, 3, 3));
    refuses(
        "conv of f32[5,3], f32[8,3,3,3]: x of rank 2; expected rank 4",
        op,
        f32(5, 3),
        f32(8, 3, 3, 3));
    refuses(
        "conv of f32[1,5,5,3], f32[8,0,3,3]: a window of [0, 3]; expected 1 or more",
        op,
        f32(1, 5, 5, 3),
        f32(8, 0, 3, 3));
    refuses(
        "conv of f32[1,5,5,3], f32[8,3,3,3]: an extent of 5 and a window, stride and padding that"
            + " reach beyond 1073741824",
        conv(1, Padding.VALID, Integer.MAX_VALUE, 1),
        f32(1, 5, 5, 3),
        f32(8, 3, 3, 3));
  }

  @Test
  void depthwiseMultipliesChannels() {
    assertEquals(
        f32(2, 3, 3, 6), infer(depthwise(2, Padding.SAME), f32(2, 5, 5, 3), f32(3, 3, 6), f32(6)));
    refuses(
        "depthwise_conv of f32[2,5,5,3], f32[3,3,4]: a filter of 4 channels; expected a multiple of"
            + " those of x, 3",
        depthwise(2, Padding.SAME),
        f32(2, 5, 5, 3),
        f32(3, 3, 4));
  }

  @Test
  void convTransposeGivesTheExtentsAskedFor() {
    assertEquals(
        f32(1, 5, 6, 7), infer(transpose(2, Padding.SAME, 5, 6), f32(1, 3, 3, 4), f32(7, 3, 3, 4)));
    assertEquals(
        f32(ANY, 7, ANY, 7),
        infer(transpose(2, Padding.VALID, ANY, ANY), f32(ANY, 3, ANY, 4), f32(7, 3, 3, 4)));
    refuses(
        "conv_transpose of f32[1,3,3,4], f32[7,3,3,4]: a result of extent 9, of which the"
            + " convolution makes 5; expected as many as x has, 3",
        transpose(2, Padding.SAME, 9, 9),
        f32(1, 3, 3, 4),
        f32(7, 3, 3, 4));
    refuses(
        "conv_transpose of f32[1,3,3,4], f32[7,3,3,4]: a result of spatial extents [9]; expected 2"
            + " of them",
        transpose(2, Padding.SAME, 9),
        f32(1, 3, 3, 4),
        f32(7, 3, 3, 4));
  }

  @Test
  void poolKeepsTheQuantization() {
    assertEquals(i8(1, 2, 2, 3), infer(pool(Reduce.Kind.MAX, 2, 2, Padding.VALID), i8(1, 5, 5, 3)));
    assertEquals(
        TensorType.of(DType.I32, 1, 3, 3, 3),
        infer(new Contract.PoolArgMax(List.of(2, 2), List.of(2, 2), Padding.SAME), i8(1, 5, 5, 3)));
    refuses(
        "average_pool of f32[1,5,5,3]: the sum of windows; expected max or mean",
        pool(Reduce.Kind.SUM, 2, 2, Padding.VALID),
        f32(1, 5, 5, 3));
    refuses(
        "max_pool of f32[1,5,5,3]: padding [2, 2], [2, 2] for a window of [2, 2]; expected less than"
            + " the window",
        pool(Reduce.Kind.MAX, 2, 2, Padding.all(2, 2)),
        f32(1, 5, 5, 3));
  }

  @Test
  void attentionBroadcastsItsMask() {
    Op op = new Contract.Attention(1, false);
    assertEquals(
        f32(2, 4, 5, 3), infer(op, f32(2, 4, 5, 8), f32(2, 1, 6, 8), f32(2, 4, 6, 3), f32(1, 6)));
    refuses(
        "attention of f32[5,8], f32[6,8], f32[6,3], f32[2,5,6]: a mask that does not broadcast to"
            + " the scores, [5,6]",
        op,
        f32(5, 8),
        f32(6, 8),
        f32(6, 3),
        f32(2, 5, 6));
    refuses(
        "attention of f32[5,8], f32[6,8], f32[7,3]: v with rows of 7; expected 6",
        op,
        f32(5, 8),
        f32(6, 8),
        f32(7, 3));
  }
}
