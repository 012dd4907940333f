package dev.tendril.core.op;

import static dev.tendril.core.op.ContractShapesTest.f32;
import static dev.tendril.core.op.ContractShapesTest.i8;
import static dev.tendril.core.op.ContractShapesTest.infer;
import static dev.tendril.core.op.ContractShapesTest.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class StructuredShapesTest {
  private static final int ANY = Shape.ANY;

  @Test
  void normalizationsKeepTheShape() {
    assertEquals(f32(ANY, 3), infer(new Structured.Softmax(-1, 1), f32(ANY, 3)));
    assertEquals(f32(ANY, 3), infer(new Structured.LayerNorm(1, 0), f32(ANY, 3), f32(3), f32(3)));
    refuses(
        "softmax of f32[2,3]: axis 2; expected one from -2 to 1",
        new Structured.Softmax(2, 1),
        f32(2, 3));
    refuses(
        "softmax of i32[3]: x of i32; expected floats or quantized numbers",
        new Structured.Softmax(0, 1),
        TensorType.of(DType.I32, 3));
    refuses(
        "layer_norm of f32[2,3], f32[2], f32[3]: gamma or beta with an extent of 2; expected 3",
        new Structured.LayerNorm(1, 0),
        f32(2, 3),
        f32(2),
        f32(3));
    refuses(
        "batch_norm of f32[2,3], f32[3], f32[3], f32[3], f32[2]: mean, variance, gamma or beta of"
            + " 2; expected 3",
        new Structured.BatchNorm(0),
        f32(2, 3),
        f32(3),
        f32(3),
        f32(3),
        f32(2));
  }

  @Test
  void resizeKeepsTheQuantization() {
    Structured.Resize op =
        new Structured.Resize(Structured.Resize.Method.BILINEAR, 4, 5, false, false);
    assertEquals(i8(ANY, 4, 5, 3), infer(op, i8(ANY, ANY, 2, 3)));
    refuses(
        "resize of i32[1,2,2,1]: x of i32; expected floats, i8, u8 or i16",
        op,
        TensorType.of(DType.I32, 1, 2, 2, 1));
    refuses("resize of f32[2,2]: x of rank 2; expected rank 4", op, f32(2, 2));
  }

  @Test
  void recurrencesGiveOutputsAndStates() {
    assertEquals(
        List.of(f32(ANY, 2, 4), f32(2, 4), f32(2, 4)),
        ShapeRules.infer(
            new Structured.Lstm(),
            List.of(f32(ANY, 2, 3), f32(16, 3), f32(16, 4), f32(16), f32(2, 4), f32(2, 4))));
    assertEquals(
        List.of(f32(5, ANY, 4), f32(ANY, 4)),
        ShapeRules.infer(
            new Structured.Gru(true),
            List.of(f32(5, ANY, 3), f32(12, 3), f32(12, 4), f32(24), f32(ANY, 4))));
    refuses(
        "gru of f32[5,1,3], f32[12,3], f32[12,4], f32[12], f32[1,4]: a bias of 12; expected 24",
        new Structured.Gru(true),
        f32(5, 1, 3),
        f32(12, 3),
        f32(12, 4),
        f32(12),
        f32(1, 4));
    assertEquals(
        List.of(f32(2, 3), f32(2, 24)),
        ShapeRules.infer(
            new Structured.Svdf(2, Activation.NONE),
            List.of(f32(2, 5), f32(6, 5), f32(6, 4), f32(3), f32(2, 24))));
  }

  @Test
  void spectraAndRandomNumbers() {
    assertEquals(f32(ANY, 5, 2), infer(new Structured.RealFft(8, false), f32(ANY, 3)));
    assertEquals(f32(ANY, 8), infer(new Structured.RealFft(8, true), f32(ANY, 5, 2)));
    refuses(
        "fft of f32[4,3]: x with a last extent of 3; expected 2",
        new Structured.Fft(false),
        f32(4, 3));
    Op random = new Structured.Random(Structured.Random.Distribution.BITS, List.of(2, 3));
    assertEquals(TensorType.of(DType.I32, 2, 3), infer(random, TensorType.of(DType.I64, 2)));
    refuses("random of f32[2]: a key of f32; expected i64", random, f32(2));
  }
}
