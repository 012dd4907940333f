package dev.tendril.forest.train;

import dev.tendril.forest.tree.Output;
import org.jspecify.annotations.Nullable;

/// A node of a tree that is being grown: some rows, and the means to find their best split and to
/// carry it out. [TreeGrower] decides which nodes are split and in what order; what it costs to
/// know the best split is the business of the subclasses, which keep rows in order
/// ([ExactNodes]) or count them into bins.
///
/// Nodes with disjoint rows may be worked on by several threads at a time, one a node.
abstract class GrowingNode {
  /// The depth of the node; that of the root is 1.
  final int depth;

  /// The seed of all that is drawn at this node; it follows from the node's place in the tree.
  final long seed;

  GrowingNode(int depth, long seed) {
    this.depth = depth;
    this.seed = seed;
  }

  /// The seed of the child on one side.
  final long seed(boolean positive) {
    return SplitMix.mix(seed, positive ? 2 : 1);
  }

  /// The number of rows that have to be looked at.
  abstract int rows();

  /// The number of examples, which counts a row as often as it was drawn.
  abstract long examples();

  /// Their weight.
  abstract double weight();

  /// Whether no split can gain anything.
  abstract boolean pure();

  /// The best split; null when none gains anything.
  abstract @Nullable Cut best();

  /// Carries a split out. The node must not be asked for anything but its numbers afterwards.
  abstract Children split(Cut cut);

  /// What the node predicts.
  abstract Output output();

  /// Says that the node stays a leaf.
  ///
  /// @param output what it predicts
  abstract void settle(Output output);

  /// The two sides of a split.
  record Children(GrowingNode negative, GrowingNode positive) {}
}
