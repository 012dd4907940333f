package dev.tendril.core.cpu;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.KernelProvider;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/// Softmax and normalization of rows against plain loops in 64 bits.
class RowKernelsTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @Test
  void softmaxesAndNormalizationsEqualThePlainLoops() {
    for (int width : new int[] {1, 2, 7, 8, 16, 17, 40, 100, 1000}) {
      int rows = 1 + random.nextInt(40);
      Tensor x = KernelCheck.random(random, TensorType.of(DType.F32, rows, width));
      check(new Structured.Softmax(-1, 3), List.of(x), 1e-6);
      check(new Structured.LogSoftmax(1), List.of(x), 2e-6);
      Tensor gamma = KernelCheck.random(random, TensorType.of(DType.F32, width));
      Tensor beta = KernelCheck.random(random, TensorType.of(DType.F32, width));
      check(new Structured.LayerNorm(1, 1e-3f), List.of(x, gamma, beta), 1e-5);
    }
  }

  private void check(Op op, List<Tensor> operands, double tolerance) {
    Tensor x = operands.getFirst();
    int width = x.shape().dim(1);
    double[] values = new double[(int) x.shape().size()];
    for (int row = 0; row < x.shape().dim(0); row++) {
      for (int j = 0; j < width; j++) {
        values[row * width + j] = value(op, operands, row * width, j);
      }
    }
    Tensor expected = Tensor.of(x.type(), values);
    for (KernelProvider provider : KernelCheck.providers("vector")) {
      Tensor actual = KernelCheck.run(provider, op, operands, List.of(x.type()), 0, 3).getFirst();
      KernelCheck.close(expected, actual, tolerance, op + " " + operands + ", seed " + seed);
    }
  }

  private static double value(Op op, List<Tensor> operands, int at, int place) {
    Tensor x = operands.getFirst();
    int width = x.shape().dim(1);
    double[] row = new double[width];
    for (int j = 0; j < width; j++) {
      row[j] = x.get(at + j);
    }
    if (op instanceof Structured.LayerNorm norm) {
      double mean = DoubleStream.of(row).sum() / width;
      double variance = DoubleStream.of(row).map(v -> (v - mean) * (v - mean)).sum() / width;
      return (row[place] - mean) / Math.sqrt(variance + norm.epsilon()) * operands.get(1).get(place)
          + operands.get(2).get(place);
    }
    double beta = op instanceof Structured.Softmax softmax ? softmax.beta() : 1;
    double sum = DoubleStream.of(row).map(v -> Math.exp(beta * v)).sum();
    double share = Math.exp(beta * row[place]) / sum;
    return op instanceof Structured.LogSoftmax ? Math.log(share) : share;
  }
}
