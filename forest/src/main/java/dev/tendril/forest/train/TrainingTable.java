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
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The features of a training run as [Attribute]s, made once and shared by all trees.
///
/// @param attributes one per feature, in column order
record TrainingTable(int rows, List<Attribute> attributes) {

  private static final int[] UNORDERED = {};

  /// @param columns positions of the features in the frame
  static TrainingTable of(Frame frame, List<Integer> columns, GrowthRules rules, Workers workers) {
    boolean impute = rules.global();
    boolean presort = rules.presorted(columns.size());
    Scratch.Pool scratches = new Scratch.Pool(frame.rows());
    Attribute[] attributes = new Attribute[columns.size()];
    workers.run(
        () -> {
          workers.forEach(
              attributes.length,
              i -> {
                Scratch scratch = scratches.borrow();
                Column column = frame.column(columns.get(i));
                attributes[i] = attribute(columns.get(i), column, impute, presort, scratch);
                scratches.giveBack(scratch);
              });
          return attributes;
        });
    return new TrainingTable(frame.rows(), List.of(attributes));
  }

  /// The position of the attribute that a column of the schema is.
  int attribute(int column) {
    int low = 0;
    int high = attributes.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (attributes.get(middle).column() < column) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// Whether trees can be grown on a column of this kind.
  static boolean learnable(Column column) {
    return switch (column) {
      case NumericalColumn _,
          DiscretizedColumn _,
          CategoricalColumn _,
          BooleanColumn _,
          CategoricalSetColumn _,
          VectorSequenceColumn _ ->
          true;
      case TextColumn _, HashColumn _ -> false;
    };
  }

  private static Attribute attribute(
      int index, Column column, boolean impute, boolean presort, Scratch scratch) {
    boolean[] missing = missing(column);
    return switch (column) {
      case NumericalColumn numbers -> numerical(index, numbers, missing, impute, presort, scratch);
      case DiscretizedColumn bins -> binned(index, bins, missing, impute, presort, scratch);
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
      case VectorSequenceColumn vectors -> vectors(index, vectors, missing);
      case TextColumn _, HashColumn _ ->
          throw new IllegalArgumentException(
              "a " + column.semantic() + " column cannot be learned from");
    };
  }

  private static Attribute.Vectors vectors(
      int index, VectorSequenceColumn column, boolean @Nullable [] missing) {
    int length = column.length();
    int[] starts = new int[column.rows() + 1];
    for (int row = 0; row < column.rows(); row++) {
      starts[row + 1] = column.end(row);
    }
    float[] values = new float[starts[column.rows()] * length];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.value(i / length, i % length);
    }
    return new Attribute.Vectors(index, length, starts, values, missing);
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
      int index,
      NumericalColumn column,
      boolean @Nullable [] missing,
      boolean impute,
      boolean presort,
      Scratch scratch) {
    float mean = 0;
    if (column.field().details() instanceof Field.Numerical statistics) {
      mean = (float) statistics.mean();
    }
    int n = column.rows();
    long[] sorted = scratch.sorted;
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
    Radix.sort(sorted, present, scratch.spare);
    int[] keys = new int[n];
    Arrays.fill(keys, -1);
    int count = 0;
    for (int i = 0; i < present; i++) {
      count += i == 0 || sorted[i] >>> 32 != sorted[i - 1] >>> 32 ? 1 : 0;
      keys[(int) sorted[i]] = 2 * (count - 1);
    }
    float[] distinct = new float[impute ? 0 : count];
    for (int i = 0; i < present && !impute; i++) {
      distinct[keys[(int) sorted[i]] >> 1] = unsortable((int) (sorted[i] >>> 32));
    }
    return new Attribute.Numerical(
        index,
        column.values(),
        distinct,
        keys,
        presort ? rows(sorted, present) : UNORDERED,
        mean,
        missing,
        false);
  }

  /// The lower halves of sorted entries.
  private static int[] rows(long[] sorted, int n) {
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) {
      rows[i] = (int) sorted[i];
    }
    return rows;
  }

  private static Attribute.Numerical binned(
      int index,
      DiscretizedColumn column,
      boolean @Nullable [] missing,
      boolean impute,
      boolean presort,
      Scratch scratch) {
    int replacement = column.details().bin((float) column.details().numerical().mean());
    int[] keys = new int[column.rows()];
    for (int row = 0; row < keys.length; row++) {
      if (column.isMissing(row)) {
        keys[row] = impute ? 2 * replacement : -1;
      } else {
        keys[row] = 2 * column.bin(row);
      }
    }
    int[] order = UNORDERED;
    if (presort) {
      for (int row = 0; row < keys.length; row++) {
        scratch.sorted[row] = (long) keys[row] << 32 | row;
      }
      Radix.sort(scratch.sorted, keys.length, scratch.spare);
      order = rows(scratch.sorted, keys.length);
    }
    return new Attribute.Numerical(
        index, new float[0], new float[0], keys, order, replacement, missing, true);
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
