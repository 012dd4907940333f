package dev.tendril.core.kernel;

import dev.tendril.core.Rounding;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Contract;
import java.util.List;

/// What products of matrices mean.
final class MatMulKernels {
  private MatMulKernels() {}

  static void matmul(Contract.MatMul op, List<Tensor> operands, Tensor result) {
    Shape a = operands.get(0).shape();
    Shape b = operands.get(1).shape();
    Shape y = result.shape();
    int m = y.dim(-2);
    int n = y.dim(-1);
    int k = a.dim(op.transposeA() ? -2 : -1);
    int aRow = op.transposeA() ? 1 : k;
    int aStep = op.transposeA() ? m : 1;
    int bColumn = op.transposeB() ? k : 1;
    int bStep = op.transposeB() ? 1 : n;
    Accumulator sums =
        Accumulator.of(Product.of(op, op.activation(), Rounding.EXACT), operands, result);
    long batches = y.size(0, y.rank() - 2);
    long index = 0;
    for (long batch = 0; batch < batches; batch++) {
      int aFirst = Math.toIntExact(matrix(batch, y, a) * m * k);
      int bFirst = Math.toIntExact(matrix(batch, y, b) * k * n);
      for (int row = 0; row < m; row++) {
        for (int column = 0; column < n; column++) {
          sums.add(aFirst + row * aRow, aStep, bFirst + column * bColumn, bStep, k);
          sums.finish(index++, column);
        }
      }
    }
  }

  /// Which matrix of an operand meets one of the result, by the rules of broadcasting.
  static long matrix(long batch, Shape result, Shape operand) {
    long matrix = 0;
    long stride = 1;
    long rest = batch;
    for (int axis = result.rank() - 3; axis >= 0; axis--) {
      int at = axis - result.rank() + operand.rank();
      int extent = at < 0 ? 1 : operand.dim(at);
      matrix += (extent == 1 ? 0 : rest % result.dim(axis)) * stride;
      stride *= extent;
      rest /= result.dim(axis);
    }
    return matrix;
  }
}
