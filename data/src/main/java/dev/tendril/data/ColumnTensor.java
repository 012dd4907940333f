package dev.tendril.data;

import dev.tendril.core.Tensor;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/// Columns as tensors.
final class ColumnTensor {
  private ColumnTensor() {}

  static Tensor of(Column column) {
    return switch (column) {
      case NumericalColumn numbers -> Tensor.vector(numbers.values());
      case DiscretizedColumn bins -> Tensor.vector(numbers(bins));
      case CategoricalColumn categories -> integers(column, categories::code);
      case BooleanColumn truths -> integers(column, truths::value);
      case TextColumn _, CategoricalSetColumn _, HashColumn _, VectorSequenceColumn _ ->
          throw new DataException(
              "column \""
                  + column.name()
                  + "\" is "
                  + column.semantic()
                  + ", of which a row has no single number; expected a numerical, categorical or"
                  + " boolean column to make a tensor of");
    };
  }

  private static float[] numbers(DiscretizedColumn bins) {
    float[] values = new float[bins.rows()];
    for (int row = 0; row < values.length; row++) {
      values[row] = bins.isMissing(row) ? Float.NaN : bins.details().representative(bins.bin(row));
    }
    return values;
  }

  private static Tensor integers(Column column, IntUnaryOperator value) {
    int[] values = new int[column.rows()];
    Arrays.setAll(values, value);
    return Tensor.vector(values);
  }
}
