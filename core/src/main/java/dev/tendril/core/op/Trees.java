package dev.tendril.core.op;

/// A forest as an attribute of an op. Immutable.
///
/// Rows are 32-bit floats: numbers as they are, categories and booleans as their index, NaN where a
/// value is missing.
public interface Trees {
  /// The number of columns of a row.
  int features();

  /// The number of results of a row.
  int outputs();

  int trees();

  /// Computes results row by row, as the model that it comes from does, bit by bit.
  ///
  /// @param rows `[count, features]`
  /// @param out `[count, outputs]`
  void predict(float[] rows, int count, float[] out);
}
