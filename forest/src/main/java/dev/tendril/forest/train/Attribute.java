package dev.tendril.forest.train;

import org.jspecify.annotations.Nullable;

/// A column in the form in which splits are searched: every value an integer key.
///
/// Missing values: under global imputation the keys already hold the replacement, and `missing`
/// marks the rows; under the other policies the key of a missing value is -1 and the node decides.
sealed interface Attribute {
  /// The position of the column in the schema.
  int column();

  /// Which rows have no value; null when all have one.
  boolean @Nullable [] missing();

  /// A number. Keys are twice the rank of the value among the distinct values of the column, so
  /// that a replacement that falls between two of them has a key too.
  ///
  /// @param values by row, NaN when missing; empty for bins
  /// @param distinct the distinct values, ascending; empty under global imputation, where every key
  ///     is that of a row's own value
  /// @param keys by row
  /// @param order all rows, ascending by key and row; empty unless presorted lists are wanted
  /// @param replacement the global replacement of a missing value
  /// @param binned whether the values are bin indices of a discretized column
  record Numerical(
      int column,
      float[] values,
      float[] distinct,
      int[] keys,
      int[] order,
      float replacement,
      boolean @Nullable [] missing,
      boolean binned)
      implements Attribute {
    /// The value of a sorted entry, `key << 32 | row`.
    ///
    /// @param local what stands in for a missing value at the node
    float value(long entry, float local) {
      int key = (int) (entry >>> 32);
      if (binned) {
        return key / 2f;
      }
      if (distinct.length > 0) {
        return (key & 1) == 0 ? distinct[key >> 1] : local;
      }
      float value = values[(int) entry];
      return Float.isNaN(value) ? replacement : value;
    }
  }

  /// A categorical value or a truth value. Keys are vocabulary indices, or 0 and 1.
  ///
  /// @param arity the number of keys
  /// @param replacement the global replacement of a missing value
  record Categorical(
      int column,
      int arity,
      int[] keys,
      int replacement,
      boolean @Nullable [] missing,
      boolean bool)
      implements Attribute {}

  /// A set of categorical values; row `r` owns the items from `starts[r]` to `starts[r + 1]`. A
  /// missing set is searched as an empty one.
  record Items(int column, int arity, int[] starts, int[] items, boolean @Nullable [] missing)
      implements Attribute {}

  /// A sequence of vectors; row `r` owns the vectors from `starts[r]` to `starts[r + 1]`. A missing
  /// sequence is searched as an empty one.
  ///
  /// @param length of every vector
  /// @param values the components of all vectors, one vector after the other
  record Vectors(int column, int length, int[] starts, float[] values, boolean @Nullable [] missing)
      implements Attribute {}
}
