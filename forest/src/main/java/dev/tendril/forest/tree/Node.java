package dev.tendril.forest.tree;

import org.jspecify.annotations.Nullable;

/// A node of a decision tree. Immutable; build trees from the leaves up.
public sealed interface Node {
  /// What the node says of its rows; inner nodes may keep none.
  @Nullable Output output();

  /// An end of the tree.
  ///
  /// @param output what is predicted here
  /// @param examples the number of training rows that ended here, 0 when unknown
  record Leaf(Output output, long examples) implements Node {}

  /// An inner node.
  ///
  /// @param condition which rows go to the positive child
  /// @param missingIsPositive where rows go whose tested value is missing
  /// @param output what the node itself would predict, if kept
  /// @param statistics how the split came about
  record Split(
      Condition condition,
      boolean missingIsPositive,
      Node negative,
      Node positive,
      @Nullable Output output,
      Statistics statistics)
      implements Node {}

  /// How a split came about.
  ///
  /// @param examples the number of training rows at the node
  /// @param weight their weight
  /// @param positiveExamples how many of them went to the positive child
  /// @param positiveWeight their weight
  /// @param score what the split gained, in the unit of its learner
  record Statistics(
      long examples, double weight, long positiveExamples, double positiveWeight, float score) {}
}
