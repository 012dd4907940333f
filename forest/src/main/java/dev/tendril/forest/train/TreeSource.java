package dev.tendril.forest.train;

import dev.tendril.forest.tree.Tree;

/// Grows the trees of boosting on a table, and adds what they predict to the scores of all its rows
/// at once.
interface TreeSource {
  /// The most bits of a gradient in fixed point that this source can add up.
  int valueBits();

  /// Grows a tree and adds it to the scores.
  ///
  /// @param score by row of the table: of the sample, of what was not sampled, and of what is held
  ///     out from the same table
  /// @param weight of the tree in the scores
  Tree grow(BinTarget target, BoostingSample sample, long seed, float[] score, float weight);
}
