package dev.tendril.core.op;

/// A forest as an attribute of an op. Immutable, and for any number of threads at once.
///
/// Rows are 32-bit floats: numbers as they are, categories as their index in the vocabulary (0: out
/// of vocabulary), booleans as 0 or 1, NaN where a value is missing. Its link function is inside:
/// results are what the forest's model predicts.
public interface Trees {
  /// The number of columns of a row.
  int features();

  /// The number of results of a row.
  int outputs();

  int trees();

  /// Computes results row by row, as the model that it comes from does, bit by bit.
  ///
  /// @param rows `[count, features]`, or longer
  /// @param out `[count, outputs]`, or longer
  void predict(float[] rows, int count, float[] out);
}
