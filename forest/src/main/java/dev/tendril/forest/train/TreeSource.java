package dev.tendril.forest.train;

import dev.tendril.forest.tree.Tree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Grows the trees of boosting on a table.
interface TreeSource {
  /// Scores that a tree is added to while it grows.
  ///
  /// @param others rows of the table that have scores but were not grown on
  /// @param score by row of the table
  /// @param weight of the tree
  record Receiver(List<int[]> others, float[] score, float weight) {}

  /// The most bits of a gradient in fixed point that this source can add up.
  int valueBits();

  /// Grows a tree.
  ///
  /// @param rows to grow on, ascending
  /// @param receiver of what it predicts; null: none
  Tree grow(BinTarget target, int[] rows, long seed, @Nullable Receiver receiver);
}
