package dev.tendril.core.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.cpu.scalar.Window;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.spi.KernelProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Convolutions and pooling against plain loops in 64 bits.
class WindowKernelsTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @Test
  void convolutionsEqualThePlainLoops() {
    for (int trial = 0; trial < 120; trial++) {
      int channels = random.nextInt(4) == 0 ? 3 : 1 + random.nextInt(40);
      checkConv(
          image(channels), 1 + random.nextInt(4), 1 + random.nextInt(4), 1 + random.nextInt(40));
    }
    checkConv(Shape.of(1, 7, 7, 200), 3, 3, 17);
  }

  @Test
  void depthwiseConvolutionsEqualThePlainLoops() {
    for (int trial = 0; trial < 120; trial++) {
      checkDepthwise(image(16 + random.nextInt(40)), 1 + random.nextInt(4), 1 + random.nextInt(4));
    }
  }

  @Test
  void poolsEqualThePlainLoops() {
    for (int trial = 0; trial < 120; trial++) {
      checkPool(image(16 + random.nextInt(40)), 1 + random.nextInt(4), 1 + random.nextInt(4));
    }
  }

  private Shape image(int channels) {
    return Shape.of(
        1 + random.nextInt(2), 1 + random.nextInt(20), 1 + random.nextInt(20), channels);
  }

  private List<Integer> pair(int bound) {
    return List.of(1 + random.nextInt(bound), 1 + random.nextInt(bound));
  }

  private Padding padding() {
    return switch (random.nextInt(3)) {
      case 0 -> Padding.VALID;
      case 1 -> Padding.SAME;
      default -> Padding.explicit(pair(2), pair(3));
    };
  }

  private Activation activation() {
    return List.of(Activation.NONE, Activation.RELU, Activation.RELU6).get(random.nextInt(3));
  }

  private void checkConv(Shape x, int rows, int columns, int out) {
    Contract.Conv op = new Contract.Conv(pair(3), padding(), pair(2), 1, activation());
    Shape filter = Shape.of(out, rows, columns, x.dim(-1));
    Window window = Window.ofFilter(x, filter, op.strides(), op.dilations(), op.padding());
    List<Tensor> operands = operands(x, filter, out);
    int channels = x.dim(-1);
    double[] values = new double[window.places() * out];
    for (int place = 0; place < window.places(); place++) {
      for (int o = 0; o < out; o++) {
        double sum = operands.size() > 2 ? operands.get(2).get(o) : 0;
        for (int tap = 0; tap < rows * columns; tap++) {
          long pixel = pixel(window, place, tap);
          for (int c = 0; pixel >= 0 && c < channels; c++) {
            sum +=
                operands.get(0).get(pixel * channels + c)
                    * operands.get(1).get(((long) o * rows * columns + tap) * channels + c);
          }
        }
        values[place * out + o] = cut(sum, op.activation());
      }
    }
    check(op, operands, window, out, values, 1e-6 + rows * columns * channels * 2e-7);
  }

  private void checkDepthwise(Shape x, int rows, int columns) {
    Contract.DepthwiseConv op =
        new Contract.DepthwiseConv(pair(3), padding(), pair(2), activation());
    int channels = x.dim(-1);
    Window window =
        Window.of(x, List.of(rows, columns), op.strides(), op.dilations(), op.padding());
    List<Tensor> operands = operands(x, Shape.of(rows, columns, channels), channels);
    double[] values = new double[window.places() * channels];
    for (int place = 0; place < window.places(); place++) {
      for (int c = 0; c < channels; c++) {
        double sum = operands.size() > 2 ? operands.get(2).get(c) : 0;
        for (int tap = 0; tap < rows * columns; tap++) {
          long pixel = pixel(window, place, tap);
          if (pixel >= 0) {
            sum +=
                operands.get(0).get(pixel * channels + c)
                    * operands.get(1).get((long) tap * channels + c);
          }
        }
        values[place * channels + c] = cut(sum, op.activation());
      }
    }
    check(op, operands, window, channels, values, 1e-5);
  }

  private void checkPool(Shape x, int rows, int columns) {
    Reduce.Kind kind = random.nextBoolean() ? Reduce.Kind.MAX : Reduce.Kind.MEAN;
    Padding padding = random.nextBoolean() ? Padding.SAME : Padding.VALID;
    Contract.Pool op =
        new Contract.Pool(kind, List.of(rows, columns), pair(3), padding, activation());
    int channels = x.dim(-1);
    Window window = Window.of(x, op.window(), op.strides(), List.of(1, 1), padding);
    List<Tensor> operands = List.of(KernelCheck.random(random, new TensorType(DType.F32, x)));
    double[] values = new double[window.places() * channels];
    for (int place = 0; place < window.places(); place++) {
      for (int c = 0; c < channels; c++) {
        double sum = 0;
        double most = Double.NEGATIVE_INFINITY;
        int count = 0;
        for (int tap = 0; tap < rows * columns; tap++) {
          long pixel = pixel(window, place, tap);
          if (pixel >= 0) {
            double value = operands.getFirst().get(pixel * channels + c);
            sum += value;
            most = Math.max(most, value);
            count++;
          }
        }
        values[place * channels + c] =
            cut(kind == Reduce.Kind.MAX ? most : sum / count, op.activation());
      }
    }
    check(op, operands, window, channels, values, 1e-6);
  }

  /// The pixel under an element of the window, or -1.
  private static long pixel(Window w, int place, int tap) {
    int across = place % w.outWidth();
    int down = place / w.outWidth() % w.outHeight();
    int image = place / w.outWidth() / w.outHeight();
    int y = down * w.strideDown() - w.top() + tap / w.columns() * w.dilationDown();
    int x = across * w.strideAcross() - w.left() + tap % w.columns() * w.dilationAcross();
    boolean inside = y >= 0 && y < w.height() && x >= 0 && x < w.width();
    return inside ? ((long) image * w.height() + y) * w.width() + x : -1;
  }

  private static double cut(double value, Activation activation) {
    return Math.min(Math.max(value, activation.low()), activation.high());
  }

  private List<Tensor> operands(Shape x, Shape filter, int out) {
    List<Tensor> operands = new ArrayList<>();
    operands.add(KernelCheck.random(random, new TensorType(DType.F32, x)));
    operands.add(KernelCheck.random(random, new TensorType(DType.F32, filter)));
    if (random.nextBoolean()) {
      operands.add(KernelCheck.random(random, TensorType.of(DType.F32, out)));
    }
    return operands;
  }

  private void check(
      Op op, List<Tensor> operands, Window window, int out, double[] values, double tolerance) {
    if (window.places() == 0) {
      return;
    }
    TensorType type =
        TensorType.of(DType.F32, window.batch(), window.outHeight(), window.outWidth(), out);
    Tensor expected = Tensor.of(type, values);
    String[] names =
        op instanceof Contract.Pool ? new String[] {"vector"} : new String[] {"vector", "scalar"};
    for (KernelProvider provider : KernelCheck.providers(names)) {
      for (int constants = 0; constants < operands.size(); constants++) {
        String what = provider.name() + " " + op + " " + operands + ", seed " + seed;
        Tensor one =
            KernelCheck.run(provider, op, operands, List.of(type), constants, 1).getFirst();
        KernelCheck.close(expected, one, tolerance, what);
        Tensor many =
            KernelCheck.run(provider, op, operands, List.of(type), constants, 3).getFirst();
        assertEquals(-1, one.memory().mismatch(many.memory()), what + ": threads");
      }
    }
  }
}
