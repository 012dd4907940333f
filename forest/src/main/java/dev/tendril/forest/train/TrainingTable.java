package dev.tendril.forest.train;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.HashColumn;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.TextColumn;
import dev.tendril.data.VectorSequenceColumn;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The features of a training run as [Attribute]s, made once and shared by all trees.
///
/// @param attributes one per feature, in column order
record TrainingTable(int rows, List<Attribute> attributes) {

  /// @param columns positions of the features in the frame
  static TrainingTable of(
      Frame frame, List<Integer> columns, MissingValuePolicy policy, Workers workers) {
    boolean impute = policy == MissingValuePolicy.GLOBAL_IMPUTATION;
    Attribute[] attributes = new Attribute[columns.size()];
    workers.run(
        () -> {
          workers.forEach(
              attributes.length,
              i -> attributes[i] = attribute(columns.get(i), frame.column(columns.get(i)), impute));
          return attributes;
        });
    return new TrainingTable(frame.rows(), List.of(attributes));
  }

  /// Whether trees can be grown on a column of this kind.
  static boolean learnable(Column column) {
    return switch (column) {
      case NumericalColumn _,
          DiscretizedColumn _,
          CategoricalColumn _,
          BooleanColumn _,
          CategoricalSetColumn _ ->
          true;
      case TextColumn _, HashColumn _, VectorSequenceColumn _ -> false;
    };
  }

  private static Attribute attribute(int index, Column column, boolean impute) {
    boolean[] missing = missing(column);
    return switch (column) {
      case NumericalColumn numbers -> numerical(index, numbers, missing, impute);
      case DiscretizedColumn bins -> binned(index, bins, missing, impute);
      case CategoricalColumn values -> {
        int replacement = values.vocabulary().mostFrequent();
        int[] keys = new int[values.rows()];
        for (int row = 0; row < keys.length; row++) {
          int code = values.code(row);
          keys[row] = code < 0 && impute ? replacement : code;
        }
        yield new Attribute.Categorical(
            index, values.vocabulary().size(), keys, replacement, missing, false);
      }
      case BooleanColumn flags -> {
        int replacement = ((Field.Bool) flags.field().details()).mostFrequent() ? 1 : 0;
        int[] keys = new int[flags.rows()];
        for (int row = 0; row < keys.length; row++) {
          int value = flags.value(row);
          keys[row] = value < 0 && impute ? replacement : value;
        }
        yield new Attribute.Categorical(index, 2, keys, replacement, missing, true);
      }
      case CategoricalSetColumn sets -> {
        int[] starts = new int[sets.rows() + 1];
        for (int row = 0; row < sets.rows(); row++) {
          starts[row + 1] = sets.end(row);
        }
        int[] items = new int[starts[sets.rows()]];
        for (int i = 0; i < items.length; i++) {
          items[i] = sets.code(i);
        }
        for (int row = 0; row < sets.rows(); row++) {
          Arrays.sort(items, starts[row], starts[row + 1]);
        }
        yield new Attribute.Items(index, sets.vocabulary().size(), starts, items, missing);
      }
      case TextColumn _, HashColumn _, VectorSequenceColumn _ ->
          throw new IllegalArgumentException(
              "a " + column.semantic() + " column cannot be learned from");
    };
  }

  private static boolean @Nullable [] missing(Column column) {
    boolean[] missing = new boolean[column.rows()];
    boolean any = false;
    for (int row = 0; row < missing.length; row++) {
      missing[row] = column.isMissing(row);
      any |= missing[row];
    }
    return any ? missing : null;
  }

  private static Attribute.Numerical numerical(
      int index, NumericalColumn column, boolean @Nullable [] missing, boolean impute) {
    float mean = 0;
    if (column.field().details() instanceof Field.Numerical statistics) {
      mean = (float) statistics.mean();
    }
    int n = column.rows();
    long[] sorted = new long[n];
    int present = 0;
    for (int row = 0; row < n; row++) {
      float value = column.value(row);
      if (Float.isNaN(value)) {
        if (!impute) {
          continue;
        }
        value = mean;
      }
      sorted[present++] = (long) sortable(value + 0f) << 32 | row;
    }
    Radix.sort(sorted, present, new long[present]);
    int[] keys = new int[n];
    Arrays.fill(keys, -1);
    float[] distinct = new float[present];
    int count = 0;
    for (int i = 0; i < present; i++) {
      if (i == 0 || (int) (sorted[i] >>> 32) != (int) (sorted[i - 1] >>> 32)) {
        distinct[count++] = unsortable((int) (sorted[i] >>> 32));
      }
      keys[(int) sorted[i]] = 2 * (count - 1);
    }
    return new Attribute.Numerical(
        index, Arrays.copyOf(distinct, count), keys, mean, missing, false);
  }

  private static Attribute.Numerical binned(
      int index, DiscretizedColumn column, boolean @Nullable [] missing, boolean impute) {
    int replacement = column.details().bin((float) column.details().numerical().mean());
    float[] distinct = new float[column.details().boundaries().length + 1];
    for (int bin = 0; bin < distinct.length; bin++) {
      distinct[bin] = bin;
    }
    int[] keys = new int[column.rows()];
    for (int row = 0; row < keys.length; row++) {
      if (column.isMissing(row)) {
        keys[row] = impute ? 2 * replacement : -1;
      } else {
        keys[row] = 2 * column.bin(row);
      }
    }
    return new Attribute.Numerical(index, distinct, keys, replacement, missing, true);
  }

  /// Maps floats to integers whose unsigned order is the order of the floats.
  static int sortable(float value) {
    int bits = Float.floatToRawIntBits(value);
    return bits ^ ((bits >> 31) | Integer.MIN_VALUE);
  }

  static float unsortable(int key) {
    return Float.intBitsToFloat(key ^ ((~key >> 31) | Integer.MIN_VALUE));
  }
}
