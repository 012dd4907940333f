package dev.tendril.core.kernel;

import dev.tendril.core.Elements;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Contract;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What attention means (Vaswani et al. 2017, equation 1): row by row the scores, their softmax,
/// the mean of values that they weigh. All in 64 bits, rounded once.
final class AttentionKernels {
  private final double[] q;
  private final double[] k;
  private final double[] v;
  private final double @Nullable [] mask;
  private final int n;
  private final int d;
  private final int e;

  private AttentionKernels(List<Tensor> operands, Tensor result) {
    q = Values.reals(operands.get(0));
    k = Values.reals(operands.get(1));
    v = Values.reals(operands.get(2));
    mask = operands.size() > 3 ? Values.reals(operands.get(3)) : null;
    n = operands.get(1).shape().dim(-2);
    d = operands.get(0).shape().dim(-1);
    e = result.shape().dim(-1);
  }

  static void attention(Contract.Attention op, List<Tensor> operands, Tensor result) {
    AttentionKernels kernel = new AttentionKernels(operands, result);
    Shape y = result.shape();
    int m = y.dim(-2);
    long batches = y.size(0, y.rank() - 2);
    double[] scores = new double[kernel.n];
    double[] out = new double[kernel.e];
    for (long batch = 0; batch < batches; batch++) {
      int qFirst = first(batch, y, operands.get(0));
      int kFirst = first(batch, y, operands.get(1));
      int vFirst = first(batch, y, operands.get(2));
      for (int row = 0; row < m; row++) {
        int seen = op.causal() ? Math.clamp(row + 1L + kernel.n - m, 0, kernel.n) : kernel.n;
        kernel.score(op.scale(), qFirst + row * kernel.d, kFirst, seen, scores);
        if (operands.size() > 3) {
          kernel.mask(batch, row, y, operands.get(3).shape(), seen, scores);
        }
        kernel.weigh(scores, seen, vFirst, out);
        for (int i = 0; i < kernel.e; i++) {
          Elements.setDouble(
              result.memory(), result.dtype(), (batch * m + row) * kernel.e + i, out[i]);
        }
      }
    }
  }

  private static int first(long batch, Shape result, Tensor operand) {
    Shape shape = operand.shape();
    return Math.toIntExact(
        MatMulKernels.matrix(batch, result, shape) * shape.dim(-2) * shape.dim(-1));
  }

  private void score(float scale, int qRow, int kFirst, int seen, double[] scores) {
    for (int column = 0; column < seen; column++) {
      double sum = 0;
      for (int i = 0; i < d; i++) {
        sum += q[qRow + i] * k[kFirst + column * d + i];
      }
      scores[column] = scale * sum;
    }
  }

  private void mask(long batch, int row, Shape result, Shape shape, int seen, double[] scores) {
    if (mask == null) {
      return;
    }
    int rows = shape.rank() < 2 ? 1 : shape.dim(-2);
    int columns = shape.rank() < 1 ? 1 : shape.dim(-1);
    long matrix = shape.rank() < 3 ? 0 : MatMulKernels.matrix(batch, result, shape);
    int first = Math.toIntExact((matrix * rows + (rows == 1 ? 0 : row)) * columns);
    for (int column = 0; column < seen; column++) {
      scores[column] += mask[first + (columns == 1 ? 0 : column)];
    }
  }

  private void weigh(double[] scores, int seen, int vFirst, double[] out) {
    Arrays.fill(out, 0);
    double greatest = Double.NEGATIVE_INFINITY;
    for (int column = 0; column < seen; column++) {
      greatest = Math.max(greatest, scores[column]);
    }
    if (greatest == Double.NEGATIVE_INFINITY) {
      return;
    }
    double sum = 0;
    for (int column = 0; column < seen; column++) {
      double weight = Math.exp(scores[column] - greatest);
      sum += weight;
      for (int i = 0; i < e; i++) {
        out[i] += weight * v[vFirst + column * e + i];
      }
    }
    for (int i = 0; i < e; i++) {
      out[i] /= sum;
    }
  }
}
