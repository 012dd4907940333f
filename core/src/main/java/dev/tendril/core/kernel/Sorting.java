package dev.tendril.core.kernel;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Sorts along an axis, stably, with NaN at the end in either direction.
final class Sorting {
  private Sorting() {}

  /// Writes the first values and their places, as many as the results hold.
  ///
  /// @param results values and places
  static void sort(Tensor operand, int axis, boolean descending, List<Tensor> results) {
    Shape shape = operand.shape();
    Shape sorted = results.getFirst().shape();
    Cells bits = Cells.bits(operand);
    Cells values = Cells.bits(results.get(0));
    Cells places = Cells.of(results.get(1));
    long stride = shape.strides()[axis];
    Integer[] order = new Integer[shape.dim(axis)];
    int[] lines = shape.with(axis, 1).dims();
    for (Walk at = new Walk(lines, shape.strides(), sorted.strides()); at.more(); at.next()) {
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, order(operand, at.place(0), stride, descending));
      for (int i = 0; i < sorted.dim(axis); i++) {
        long to = at.place(1) + i * sorted.strides()[axis];
        values.set(to, bits.integer(at.place(0) + order[i] * stride));
        places.set(to, (long) order[i]);
      }
    }
  }

  private static Comparator<Integer> order(
      Tensor operand, long start, long stride, boolean descending) {
    Cells cells = Cells.of(operand);
    if (!operand.dtype().isFloat()) {
      Comparator<Integer> integers =
          Comparator.comparingLong(i -> cells.integer(start + i * stride));
      return descending ? integers.reversed() : integers;
    }
    return (i, j) -> {
      double a = cells.real(start + i * stride);
      double b = cells.real(start + j * stride);
      if (Double.isNaN(a) || Double.isNaN(b)) {
        return Boolean.compare(Double.isNaN(a), Double.isNaN(b));
      }
      int order = a < b ? -1 : a > b ? 1 : 0;
      return descending ? -order : order;
    };
  }
}
