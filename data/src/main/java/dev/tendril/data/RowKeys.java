package dev.tendril.data;

import org.jspecify.annotations.Nullable;

/// A 64-bit key of every row's value in one column: equal values have equal keys, whatever codes
/// the column uses for them, and all missing values have one key.
final class RowKeys {
  private RowKeys() {}

  static long[] of(Column column) {
    long[] keys = new long[column.rows()];
    switch (column) {
      case NumericalColumn numbers -> {
        for (int row = 0; row < keys.length; row++) {
          keys[row] = Float.floatToIntBits(numbers.value(row) + 0f);
        }
      }
      case CategoricalColumn categories -> {
        for (int row = 0; row < keys.length; row++) {
          keys[row] = HashColumn.hash(categories.text(row));
        }
      }
      case TextColumn texts -> {
        for (int row = 0; row < keys.length; row++) {
          keys[row] = HashColumn.hash(texts.text(row));
        }
      }
      case BooleanColumn flags -> {
        for (int row = 0; row < keys.length; row++) {
          keys[row] = flags.value(row);
        }
      }
      case HashColumn hashes -> {
        for (int row = 0; row < keys.length; row++) {
          keys[row] = hashes.value(row);
        }
      }
      case DiscretizedColumn bins -> {
        for (int row = 0; row < keys.length; row++) {
          keys[row] = bins.bin(row);
        }
      }
      case CategoricalSetColumn _, VectorSequenceColumn _ ->
          throw new DataException(
              "column \""
                  + column.name()
                  + "\" is "
                  + column.semantic()
                  + " and cannot group rows; use a column with one value a row");
    }
    return keys;
  }

  /// The value of a row as text, null when missing.
  static @Nullable String text(Column column, int row) {
    if (column.isMissing(row)) {
      return null;
    }
    return switch (column) {
      case NumericalColumn numbers -> Numbers.text(numbers.value(row));
      case CategoricalColumn categories -> categories.text(row);
      case TextColumn texts -> texts.text(row);
      case BooleanColumn flags -> flags.value(row) == 1 ? "1" : "0";
      case HashColumn hashes -> Long.toHexString(hashes.value(row));
      case DiscretizedColumn bins -> Integer.toString(bins.bin(row));
      case CategoricalSetColumn _, VectorSequenceColumn _ ->
          throw new DataException(
              "column \""
                  + column.name()
                  + "\" is "
                  + column.semantic()
                  + "; expected a column with one value a row");
    };
  }
}
