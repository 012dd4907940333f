package dev.tendril.core.kernel;

import static dev.tendril.core.kernel.Ops.all;
import static dev.tendril.core.kernel.Ops.random;
import static dev.tendril.core.kernel.Ops.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Trees;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StructuredKernelsTest {
  private final Random random = new Random(11);

  private static void close(double[] expected, Tensor found, double within) {
    assertArrayEquals(expected, found.toDoubleArray(), within);
  }

  @Test
  void softmaxAlongAnyAxis() {
    Tensor x = Tensor.of(new double[] {0, 1000, Math.log(3), 1000}, 2, 2);
    close(new double[] {0.25, 0.5, 0.75, 0.5}, run(new Structured.Softmax(0, 1), x), 1e-12);
    close(new double[] {0.1, 0.5, 0.9, 0.5}, run(new Structured.Softmax(-2, 2), x), 1e-12);
    close(
        new double[] {Math.log(0.25), Math.log(0.5), Math.log(0.75), Math.log(0.5)},
        run(new Structured.LogSoftmax(0), x),
        1e-12);
  }

  @Test
  void normalizationsByHand() {
    Tensor x = Tensor.of(new double[] {1, 3, 3, 5}, 2, 2);
    Tensor gamma = Tensor.of(new double[] {1, 2}, 2);
    Tensor beta = Tensor.of(new double[] {0, 10}, 2);
    close(new double[] {-1, 12, -1, 12}, run(new Structured.LayerNorm(1, 0), x, gamma, beta), 1e-9);
    Tensor mean = Tensor.of(new double[] {1, 1}, 2);
    Tensor variance = Tensor.of(new double[] {3, 3}, 2);
    close(
        new double[] {0, 12, 1, 14},
        run(new Structured.BatchNorm(1), x, mean, variance, gamma, beta),
        1e-9);
    Tensor y = Tensor.of(new double[] {3, 4, 0, 0}, 2, 2);
    close(new double[] {0.6, 0.8, 0, 0}, run(new Structured.L2Normalize(1, 1e-6f), y), 1e-9);
    close(
        new double[] {1.0 / 11, 3.0 / 11, 0},
        run(new Structured.LocalResponseNorm(1, 1, 1, 1), Tensor.of(new double[] {1, 3, 0}, 1, 3)),
        1e-9);
    close(
        new double[] {1.0 / 3, 3.0 / 11},
        run(new Structured.LocalResponseNorm(0, 2, 1, 1), Tensor.of(new double[] {1, 3}, 1, 2)),
        1e-9);
  }

  @Test
  void resizesAsTensorFlowLite() {
    Tensor x = Tensor.of(new float[] {3, 6, 9, 12}, 1, 2, 2, 1);
    close(new double[] {3, 5, 6, 7, 9, 10, 9, 11, 12}, run(resize(3, 3, false, false), x), 1e-5);
    close(
        new double[] {3, 4.5, 6, 6, 7.5, 9, 9, 10.5, 12}, run(resize(3, 3, true, false), x), 1e-5);
    close(
        new double[] {3, 4.5, 6, 6, 7.5, 9, 9, 10.5, 12}, run(resize(3, 3, false, true), x), 1e-5);
    Structured.Resize nearest =
        new Structured.Resize(Structured.Resize.Method.NEAREST, 3, 3, false, false);
    close(new double[] {3, 3, 6, 3, 3, 6, 9, 9, 12}, run(nearest, x), 0);
    Structured.Resize corners =
        new Structured.Resize(Structured.Resize.Method.NEAREST, 3, 3, true, false);
    close(new double[] {3, 6, 6, 9, 12, 12, 9, 12, 12}, run(corners, x), 0);
    TensorType bytes = new TensorType(DType.I8, Shape.of(1, 2, 2, 1), Quant.of(0.5f, 1));
    Tensor whole = run(resize(3, 3, false, false), Tensor.of(bytes, -3, 6, -9, 12));
    close(new double[] {-3, 3, 6, -7, 4, 10, -9, 5, 12}, whole, 0);
    assertEquals(bytes.quant(), whole.type().quant());
    TensorType unsigned = new TensorType(DType.U8, Shape.of(1, 2, 2, 1), null);
    close(
        new double[] {3, 5, 6, 7, 9, 10, 9, 11, 12},
        run(resize(3, 3, false, false), Tensor.of(unsigned, 3, 6, 9, 12)),
        0);
  }

  private static Structured.Resize resize(int height, int width, boolean corners, boolean half) {
    return new Structured.Resize(Structured.Resize.Method.BILINEAR, height, width, corners, half);
  }

  @Test
  void fftInvertsAndAgreesWithRealFft() {
    for (int n : new int[] {1, 2, 5, 8, 12}) {
      Tensor x = random(random, DType.F64, 3, n, 2);
      Tensor there = run(new Structured.Fft(false), x);
      close(x.toDoubleArray(), run(new Structured.Fft(true), there), 1e-12);

      Tensor real = random(random, DType.F64, 3, n);
      Tensor half = run(new Structured.RealFft(n, false), real);
      close(real.toDoubleArray(), run(new Structured.RealFft(n, true), half), 1e-12);
      double[] complex = new double[6 * n];
      for (int i = 0; i < 3 * n; i++) {
        complex[2 * i] = real.get(i);
      }
      Tensor all = run(new Structured.Fft(false), Tensor.of(complex, 3, n, 2));
      for (int line = 0; line < 3; line++) {
        for (int k = 0; k < 2 * (n / 2 + 1); k++) {
          assertEquals(all.get(line * 2L * n + k), half.get(line * 2L * (n / 2 + 1) + k), 1e-12);
        }
      }
    }
  }

  @Test
  void fftByHandAndFilled() {
    Tensor x = Tensor.of(new double[] {1, 2, 3}, 3);
    close(new double[] {6, 0, -2, -2, 2, 0}, run(new Structured.RealFft(4, false), x), 1e-12);
    close(new double[] {3, 0, -1, 0}, run(new Structured.RealFft(2, false), x), 1e-12);
  }

  @Test
  void linearFilterDividesByTheFirstOfTheDenominator() {
    Tensor x = Tensor.of(new double[] {1, 10, 0, 0, 0, 0}, 3, 2);
    Tensor b = Tensor.of(new double[] {2, 4}, 2);
    Tensor a = Tensor.of(new double[] {2, -1}, 2);
    close(
        new double[] {1, 10, 2.5, 25, 1.25, 12.5}, run(new Structured.LinearFilter(0), x, b, a), 0);
    Tensor none = Tensor.of(new double[] {0, 1}, 2);
    assertEquals(
        "linear_filter: a denominator that begins with 0; expected another number",
        assertThrows(TensorException.class, () -> run(new Structured.LinearFilter(0), x, b, none))
            .getMessage());
  }

  @Test
  void lstmByHand() {
    Tensor x = Tensor.of(new double[] {1, -1}, 2, 1, 1);
    Tensor w = Tensor.of(new double[] {0.1, 0.2, 0.3, 0.4}, 4, 1);
    Tensor r = Tensor.of(new double[] {0.5, 0.6, 0.7, 0.8}, 4, 1);
    Tensor bias = Tensor.of(new double[] {0.01, 0.02, 0.03, 0.04}, 4);
    Tensor h0 = Tensor.of(new double[] {0.3}, 1, 1);
    Tensor c0 = Tensor.of(new double[] {-0.2}, 1, 1);
    double h = 0.3;
    double c = -0.2;
    double[] out = new double[2];
    for (int t = 0; t < 2; t++) {
      double v = t == 0 ? 1 : -1;
      double i = sigmoid(0.1 * v + 0.5 * h + 0.01);
      double f = sigmoid(0.2 * v + 0.6 * h + 0.02);
      double g = Math.tanh(0.3 * v + 0.7 * h + 0.03);
      double o = sigmoid(0.4 * v + 0.8 * h + 0.04);
      c = f * c + i * g;
      h = o * Math.tanh(c);
      out[t] = h;
    }
    List<Tensor> results = all(new Structured.Lstm(), x, w, r, bias, h0, c0);
    close(out, results.get(0), 1e-12);
    close(new double[] {h}, results.get(1), 1e-12);
    close(new double[] {c}, results.get(2), 1e-12);
  }

  @Test
  void gruByHandBeforeAndAfterReset() {
    Tensor x = Tensor.of(new double[] {0.9}, 1, 1, 1);
    Tensor w = Tensor.of(new double[] {0.1, 0.2, 0.3}, 3, 1);
    Tensor r = Tensor.of(new double[] {0.5, 0.6, 0.7}, 3, 1);
    Tensor bias = Tensor.of(new double[] {0.01, 0.02, 0.03, 0.04, 0.05, 0.06}, 6);
    Tensor h0 = Tensor.of(new double[] {0.3}, 1, 1);
    double z = sigmoid(0.1 * 0.9 + 0.01 + 0.5 * 0.3 + 0.04);
    double reset = sigmoid(0.2 * 0.9 + 0.02 + 0.6 * 0.3 + 0.05);
    double after = Math.tanh(0.3 * 0.9 + 0.03 + reset * (0.7 * 0.3 + 0.06));
    double before = Math.tanh(0.3 * 0.9 + 0.03 + 0.7 * reset * 0.3 + 0.06);
    close(
        new double[] {z * 0.3 + (1 - z) * after},
        all(new Structured.Gru(true), x, w, r, bias, h0).get(1),
        1e-12);
    close(
        new double[] {z * 0.3 + (1 - z) * before},
        all(new Structured.Gru(false), x, w, r, bias, h0).get(0),
        1e-12);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void svdfByHand() {
    Tensor x = Tensor.of(new double[] {1, 2}, 1, 2);
    Tensor feature = Tensor.of(new double[] {1, 1, 1, -1}, 2, 2);
    Tensor time = Tensor.of(new double[] {1, 10, 100, 1000}, 2, 2);
    Tensor bias = Tensor.of(new double[] {0.5}, 1);
    Tensor state = Tensor.of(new double[] {7, 5, 8, 6}, 1, 4);
    List<Tensor> results =
        all(new Structured.Svdf(2, Activation.NONE), x, feature, time, bias, state);
    close(new double[] {5 + 30 + 600 - 1000 + 0.5}, results.get(0), 0);
    close(new double[] {5, 3, 6, -1}, results.get(1), 0);
  }

  @Test
  void quantizedSvdfIsNearTheReal() {
    Quant xs = Quant.of(0.02f, 4);
    Quant fs = Quant.of(0.01f, 0);
    Quant ts = Quant.of(0.001f, 0);
    Quant ss = Quant.of(0.002f, 0);
    Quant out = Quant.of(0.05f, -3);
    Tensor x = Ops.integers(random, DType.I8, xs, 2, 5);
    Tensor feature = Ops.integers(random, DType.I8, fs, 6, 5);
    Tensor time = Ops.integers(random, DType.I16, ts, 6, 3);
    Tensor bias = Ops.integers(random, DType.I32, null, 3);
    Tensor state = Ops.integers(random, DType.I16, ss, 2, 18);
    Structured.Svdf op = new Structured.Svdf(2, Activation.NONE);
    List<Tensor> found = Ops.quantized(op, List.of(out, ss), x, feature, time, bias, state);
    double[] biases = bias.toDoubleArray();
    for (int i = 0; i < 3; i++) {
      biases[i] *= (double) ts.scale() * ss.scale();
    }
    List<Tensor> real =
        all(op, reals(x), reals(feature), reals(time), Tensor.of(biases, 3), reals(state));
    for (int i = 0; i < 6; i++) {
      double expected = Math.clamp(real.get(0).get(i), (-128 + 3) * 0.05, (127 + 3) * 0.05);
      assertEquals(expected, Ops.reals(found.get(0))[i], 0.06);
    }
    assertArrayEquals(real.get(1).toDoubleArray(), Ops.reals(found.get(1)), ss.scale());
  }

  private static Tensor reals(Tensor tensor) {
    return Tensor.of(Ops.reals(tensor), tensor.shape().dims());
  }

  @Test
  void treesPredictRows() {
    Trees trees =
        new Trees() {
          @Override
          public int features() {
            return 2;
          }

          @Override
          public int outputs() {
            return 1;
          }

          @Override
          public int trees() {
            return 1;
          }

          @Override
          public void predict(float[] rows, int count, float[] out) {
            for (int i = 0; i < count; i++) {
              out[i] = rows[2 * i] < rows[2 * i + 1] ? 1 : -1;
            }
          }
        };
    Tensor rows = Tensor.of(new float[] {1, 2, 2, 1}, 2, 2);
    close(new double[] {1, -1}, run(new Structured.TreeEnsemble(trees), rows), 0);
  }

  @Test
  void randomNumbersDependOnKeyAndPlaceAlone() {
    Tensor key = Tensor.of(new long[] {42, 1}, 2);
    Tensor more = draw(Structured.Random.Distribution.BITS, key, 10);
    Tensor less = draw(Structured.Random.Distribution.BITS, key, 4);
    for (int i = 0; i < 4; i++) {
      assertEquals(less.getLong(i), more.getLong(i));
    }
    Tensor other = draw(Structured.Random.Distribution.BITS, Tensor.of(new long[] {42, 2}, 2), 10);
    assertNotEquals(List.of(other.toString()), List.of(more.toString()));

    double[] uniform = draw(Structured.Random.Distribution.UNIFORM, key, 20_000).toDoubleArray();
    moments(uniform, 0.5, 1.0 / 12);
    for (double value : uniform) {
      assertTrue(value >= 0 && value < 1);
    }
    moments(draw(Structured.Random.Distribution.NORMAL, key, 20_000).toDoubleArray(), 0, 1);
  }

  private static Tensor draw(Structured.Random.Distribution distribution, Tensor key, int count) {
    return run(new Structured.Random(distribution, List.of(count)), key);
  }

  private static void moments(double[] values, double mean, double variance) {
    double sum = 0;
    double squares = 0;
    for (double value : values) {
      sum += value;
      squares += (value - mean) * (value - mean);
    }
    assertEquals(mean, sum / values.length, 0.02);
    assertEquals(variance, squares / values.length, 0.03);
  }
}
