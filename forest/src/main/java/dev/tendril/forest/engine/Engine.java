package dev.tendril.forest.engine;

/// A way to compute what a forest predicts. All engines of a forest give the same bits, since each
/// adds 32-bit floats tree by tree in the order of the forest. Immutable and thread-safe.
public interface Engine {
  /// What it is called in reports, such as `flat`.
  String name();

  /// The number of predicted values a row.
  int outputs();

  /// Predicts the first rows of a block.
  ///
  /// @param out `[count, outputs]` from `offset` on: the probability of every class, or one value
  void predict(Rows rows, int count, float[] out, int offset);
}
