package dev.tendril.forest.train;

import dev.tendril.forest.tree.Condition;

/// A split that the search has found.
///
/// @param attribute position in the training table
/// @param missingIsPositive where rows without a value go
/// @param firstKey of a numerical cut the lowest key that goes to the positive side; otherwise
///     unused
record Cut(
    double score, int attribute, Condition condition, boolean missingIsPositive, int firstKey) {

  /// There are legal splits, but none worth telling.
  static final Cut NONE = new Cut(0, -1, new Condition.IsMissing(-1), false, 0);
}
