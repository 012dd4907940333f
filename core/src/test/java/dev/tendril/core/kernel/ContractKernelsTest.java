package dev.tendril.core.kernel;

import static dev.tendril.core.kernel.Ops.random;
import static dev.tendril.core.kernel.Ops.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Reduce;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContractKernelsTest {
  private final Random random = new Random(42);

  static Contract.Conv conv(int stride, Padding padding, int dilation, int groups) {
    return new Contract.Conv(
        List.of(stride, stride), padding, List.of(dilation, dilation), groups, Activation.NONE);
  }

  static Contract.MatMul matmul(boolean transposeA, boolean transposeB, Activation activation) {
    return new Contract.MatMul(transposeA, transposeB, activation);
  }

  @Test
  void matmulByHand() {
    Tensor a = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor b = Tensor.of(new float[] {1, 0, 2, 1, 0, 3}, 3, 2);
    Tensor bias = Tensor.vector(0.5f, -20);
    assertArrayEquals(
        new float[] {5, 11, 14, 23},
        run(matmul(false, false, Activation.NONE), a, b).toFloatArray());
    assertArrayEquals(
        new float[] {5.5f, 0, 14.5f, 3},
        run(matmul(false, false, Activation.RELU), a, b, bias).toFloatArray());
    assertArrayEquals(
        new float[] {5.5f, 0, 6, 3},
        run(matmul(false, false, Activation.RELU6), a, b, bias).toFloatArray());
    Tensor turned = Tensor.of(new float[] {1, 4, 2, 5, 3, 6}, 3, 2);
    Tensor other = Tensor.of(new float[] {1, 2, 0, 0, 1, 3}, 2, 3);
    assertArrayEquals(
        new float[] {5, 11, 14, 23},
        run(matmul(true, true, Activation.NONE), turned, other).toFloatArray());
    Tensor whole = Tensor.of(new byte[] {100, 2}, 1, 2);
    assertArrayEquals(
        new int[] {(byte) (100 * 100 + 4)},
        run(matmul(false, true, Activation.NONE), whole, whole).toIntArray());
  }

  @Test
  void matmulBroadcastsBatches() {
    Tensor a = random(random, DType.F64, 2, 1, 3, 4);
    Tensor b = random(random, DType.F64, 5, 4, 2);
    Tensor y = run(matmul(false, false, Activation.NONE), a, b);
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 5; j++) {
        Tensor one =
            run(
                matmul(false, false, Activation.NONE),
                a.view(TensorType.of(DType.F64, 2, 3, 4)).rows(i, i + 1),
                b.rows(j, j + 1));
        for (int e = 0; e < 6; e++) {
          assertEquals(one.get(e), y.get((i * 5 + j) * 6 + e));
        }
      }
    }
  }

  @Test
  void halfFloatsAreRoundedOnce() {
    Tensor a = Tensor.of(TensorType.of(DType.F16, 1, 2), 1, 1);
    Tensor b = Tensor.of(TensorType.of(DType.F16, 2, 1), 1 + 0x1p-10, 0x1p-11);
    // Between 1 + 2^-10 and 1 + 2^-9: a tie, to even.
    assertEquals(1 + 0x1p-9, run(matmul(false, false, Activation.NONE), a, b).get(0));
    Tensor more = Tensor.of(TensorType.of(DType.F16, 1, 3), 1, 1, 0x1p-20);
    Tensor less = Tensor.of(TensorType.of(DType.F16, 3, 1), 1, 0x1p-11, 0x1p-20);
    // Just above a tie, by less than a float can say.
    assertEquals(1 + 0x1p-10, run(matmul(false, false, Activation.NONE), more, less).get(0));
  }

  @Test
  void convByHand() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 3, 3, 1);
    Tensor w = Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2, 1);
    assertArrayEquals(
        new float[] {37, 47, 67, 77}, run(conv(1, Padding.VALID, 1, 1), x, w).toFloatArray());
    assertArrayEquals(
        new float[] {37, 47, 21, 67, 77, 33, 23, 26, 9},
        run(conv(1, Padding.SAME, 1, 1), x, w).toFloatArray());
    assertArrayEquals(
        new float[] {4, 18, 36, 77}, run(conv(2, Padding.all(2, 1), 1, 1), x, w).toFloatArray());
    assertArrayEquals(
        new float[] {1 + 6 + 21 + 36}, run(conv(1, Padding.VALID, 2, 1), x, w).toFloatArray());
    Contract.Conv line =
        new Contract.Conv(List.of(1), Padding.VALID, List.of(1), 1, Activation.NONE);
    assertArrayEquals(
        new float[] {5, 8},
        run(line, Tensor.of(new float[] {1, 2, 3}, 1, 3, 1), Tensor.of(new float[] {1, 2}, 1, 2, 1))
            .toFloatArray());
  }

  @Test
  void convOfOneTapIsMatmul() {
    Tensor x = random(random, DType.F32, 2, 3, 4, 5);
    Tensor w = random(random, DType.F32, 6, 1, 1, 5);
    Tensor y = run(conv(1, Padding.SAME, 1, 1), x, w);
    Tensor same =
        run(
            matmul(false, true, Activation.NONE),
            x.view(TensorType.of(DType.F32, 24, 5)),
            w.view(TensorType.of(DType.F32, 6, 5)));
    assertArrayEquals(same.toFloatArray(), y.toFloatArray());
  }

  @Test
  void depthwiseIsConvWithAGroupForEachChannel() {
    Tensor x = random(random, DType.F32, 2, 7, 6, 3);
    Tensor w = random(random, DType.F32, 3, 2, 6);
    Tensor grouped = Tensor.zeros(TensorType.of(DType.F32, 6, 3, 2, 1));
    for (int tap = 0; tap < 6; tap++) {
      for (int out = 0; out < 6; out++) {
        Elements.setDouble(grouped.memory(), DType.F32, out * 6 + tap, w.get(tap * 6 + out));
      }
    }
    Tensor y =
        run(
            new Contract.DepthwiseConv(List.of(2, 2), Padding.SAME, List.of(1, 1), Activation.RELU),
            x,
            w);
    Contract.Conv conv =
        new Contract.Conv(List.of(2, 2), Padding.SAME, List.of(1, 1), 3, Activation.RELU);
    assertArrayEquals(run(conv, x, grouped).toFloatArray(), y.toFloatArray());
  }

  @Test
  void convTransposeIsTheAdjointOfConv() {
    List<Padding> paddings =
        List.of(Padding.VALID, Padding.SAME, Padding.explicit(List.of(1, 0), List.of(2, 1)));
    for (Padding padding : paddings) {
      for (int stride = 1; stride <= 3; stride++) {
        for (int dilation = 1; dilation <= 2; dilation++) {
          Tensor x = random(random, DType.F64, 2, 9, 8, 3);
          Tensor w = random(random, DType.F64, 4, 3, 2, 3);
          Tensor convolved = run(conv(stride, padding, dilation, 1), x, w);
          Tensor y = random(random, DType.F64, convolved.shape().dims());
          Contract.ConvTranspose transpose =
              new Contract.ConvTranspose(
                  List.of(stride, stride),
                  padding,
                  List.of(dilation, dilation),
                  Shape.of(9, 8),
                  Activation.NONE);
          Tensor back = run(transpose, y, swapped(w));
          assertEquals(Ops.dot(convolved, y), Ops.dot(x, back), 1e-9, padding + " " + stride);
        }
      }
    }
  }

  /// A filter with in and out exchanged.
  private static Tensor swapped(Tensor w) {
    int out = w.shape().dim(0);
    int in = w.shape().dim(-1);
    int taps = (int) w.shape().size() / out / in;
    double[] values = new double[out * taps * in];
    for (int o = 0; o < out; o++) {
      for (int tap = 0; tap < taps; tap++) {
        for (int i = 0; i < in; i++) {
          values[(i * taps + tap) * out + o] = w.get((long) (o * taps + tap) * in + i);
        }
      }
    }
    return Tensor.of(values, w.shape().with(0, in).with(-1, out).dims());
  }

  @Test
  void poolsByHandAndArgMaxAgrees() {
    Tensor x = Tensor.of(new float[] {1, 5, 3, 4, 2, 6, 9, 8, 7}, 1, 3, 3, 1);
    Contract.Pool max = pool(Reduce.Kind.MAX, Padding.SAME);
    assertArrayEquals(new float[] {5, 6, 9, 7}, run(max, x).toFloatArray());
    Contract.PoolArgMax argMax =
        new Contract.PoolArgMax(List.of(2, 2), List.of(2, 2), Padding.SAME);
    assertArrayEquals(new int[] {1, 5, 6, 8}, run(argMax, x).toIntArray());
    assertArrayEquals(
        new float[] {3, 4.5f, 8.5f, 7},
        run(pool(Reduce.Kind.MEAN, Padding.SAME), x).toFloatArray());

    Tensor y = random(random, DType.F32, 2, 5, 7, 3);
    float[] greatest = run(max, y).toFloatArray();
    int[] places = run(argMax, y).toIntArray();
    for (int i = 0; i < greatest.length; i++) {
      int n = i / (3 * 4 * 3);
      assertEquals(greatest[i], y.get(((long) n * 35 + places[i]) * 3 + i % 3));
    }
    Tensor equal = Tensor.of(new float[] {1, Float.NaN, Float.NaN, 2}, 1, 2, 2, 1);
    assertArrayEquals(new int[] {1}, run(argMax, equal).toIntArray());
    assertEquals(Double.NaN, run(max, equal).get(0));
  }

  private static Contract.Pool pool(Reduce.Kind kind, Padding padding) {
    return new Contract.Pool(kind, List.of(2, 2), List.of(2, 2), padding, Activation.NONE);
  }

  @Test
  void quantizedPoolsRoundAwayFromZero() {
    Quant quant = Quant.of(0.5f, 1);
    TensorType type = new TensorType(DType.I8, Shape.of(1, 2, 2, 2), quant);
    Tensor x = Tensor.of(type, -1, 1, -2, 2, -2, 2, -1, 1);
    Tensor mean = run(pool(Reduce.Kind.MEAN, Padding.VALID), x);
    assertArrayEquals(new int[] {-2, 2}, mean.toIntArray());
    assertEquals(quant, mean.type().quant());
    Contract.Pool relu =
        new Contract.Pool(
            Reduce.Kind.MAX, List.of(2, 2), List.of(2, 2), Padding.VALID, Activation.RELU);
    assertArrayEquals(new int[] {1, 2}, run(relu, x).toIntArray());
  }

  @Test
  void attentionIsComposedOfProductsAndSoftmax() {
    Tensor q = random(random, DType.F64, 2, 3, 4);
    Tensor k = random(random, DType.F64, 2, 5, 4);
    Tensor v = random(random, DType.F64, 2, 5, 2);
    Tensor mask = random(random, DType.F64, 3, 5);
    double[] y = run(new Contract.Attention(0.5f, false), q, k, v, mask).toDoubleArray();
    double[] scores = run(matmul(false, true, Activation.NONE), q, k).toDoubleArray();
    for (int n = 0; n < 2; n++) {
      for (int row = 0; row < 3; row++) {
        double sum = 0;
        double[] out = new double[2];
        for (int column = 0; column < 5; column++) {
          double weight =
              Math.exp(0.5 * scores[(n * 3 + row) * 5 + column] + mask.get(row * 5 + column));
          sum += weight;
          out[0] += weight * v.get((n * 5 + column) * 2L);
          out[1] += weight * v.get((n * 5 + column) * 2L + 1);
        }
        assertEquals(out[0] / sum, y[(n * 3 + row) * 2], 1e-12);
        assertEquals(out[1] / sum, y[(n * 3 + row) * 2 + 1], 1e-12);
      }
    }
  }

  @Test
  void causalAttentionDoesNotSeeWhatComesAfter() {
    Tensor q = random(random, DType.F32, 3, 4);
    Tensor k = random(random, DType.F32, 3, 4);
    Tensor v = Tensor.of(new float[] {1, 2, 4}, 3, 1);
    Tensor y = run(new Contract.Attention(1, true), q, k, v);
    assertEquals(1, y.get(0));
    Tensor alone = run(new Contract.Attention(1, true), q, k.rows(0, 1), v.rows(0, 1));
    assertArrayEquals(new float[] {0, 0, 1}, alone.toFloatArray());
    List<Float> hidden = new ArrayList<>();
    Tensor none =
        Tensor.of(new float[] {0, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY}, 1, 3);
    for (float value : run(new Contract.Attention(1, false), q, k, v, none).toFloatArray()) {
      hidden.add(value);
    }
    assertEquals(List.of(1f, 1f, 1f), hidden);
  }
}
