package dev.tendril.core.cpu.scalar;

import dev.tendril.core.Shape;
import dev.tendril.core.op.Contract;

/// A [Contract.MatMul] as products of matrices.
///
/// @param m rows of the result
/// @param n columns of the result
/// @param k products in a sum
/// @param aAt where each product's left operand begins, in elements
/// @param bAt where each product's right operand begins, in elements
/// @param oneRight whether all products have the same right operand
public record MatMulShape(int m, int n, int k, long[] aAt, long[] bAt, boolean oneRight) {
  public static MatMulShape of(Contract.MatMul op, Shape a, Shape b) {
    int m = a.dim(op.transposeA() ? -1 : -2);
    int k = a.dim(op.transposeA() ? -2 : -1);
    int n = b.dim(op.transposeB() ? -2 : -1);
    Shape aOuter = outer(a);
    Shape bOuter = outer(b);
    if (bOuter.size() == 1 && !op.transposeA()) {
      return new MatMulShape(
          Math.toIntExact(aOuter.size() * m), n, k, new long[] {0}, new long[] {0}, true);
    }
    Shape all = Shape.broadcast(aOuter, bOuter);
    return new MatMulShape(
        m,
        n,
        k,
        starts(aOuter, all, (long) m * k),
        starts(bOuter, all, (long) k * n),
        bOuter.size() == 1);
  }

  public int batches() {
    return aAt.length;
  }

  private static Shape outer(Shape shape) {
    return shape.without(-1).without(-1);
  }

  /// Where each matrix of the broadcast shape begins.
  private static long[] starts(Shape own, Shape all, long size) {
    long[] starts = new long[Math.toIntExact(all.size())];
    long[] strides = own.strides();
    for (int i = 0; i < starts.length; i++) {
      long rest = i;
      for (int axis = all.rank() - 1; axis >= 0; axis--) {
        long index = rest % all.dim(axis);
        rest /= all.dim(axis);
        int mine = axis - all.rank() + own.rank();
        if (mine >= 0 && own.dim(mine) > 1) {
          starts[i] += index * strides[mine] * size;
        }
      }
    }
    return starts;
  }
}
