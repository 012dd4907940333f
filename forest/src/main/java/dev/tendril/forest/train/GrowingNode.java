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

  /// The sums of all rows of the node.
  final long[] whole;

  private final Target target;
  private Bounds bounds = Bounds.NONE;

  GrowingNode(Target target, long[] whole, int depth, long seed) {
    this.target = target;
    this.whole = whole;
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
  final long examples() {
    return whole[0];
  }

  /// Their weight.
  double weight() {
    return target.weight(whole);
  }

  /// Whether no split can gain anything.
  final boolean pure() {
    return target.pure(whole);
  }

  /// The sums of one side of a split, from those of the other.
  final long[] without(long[] side) {
    long[] rest = new long[whole.length];
    for (int i = 0; i < whole.length; i++) {
      rest[i] = whole[i] - side[i];
    }
    return rest;
  }

  /// The best split; null when none gains anything.
  abstract @Nullable Cut best();

  /// Between which values the leaves below the node have to stay. Splits are scored and outputs
  /// made within them.
  final Bounds bounds() {
    return bounds;
  }

  /// Carries a split out and passes on to the children what they have to stay within.
  ///
  /// @param directions of the constrained features
  final Children split(Cut cut, Directions directions) {
    Children children = split(cut);
    children.negative().bounds = bounds;
    children.positive().bounds = bounds;
    int direction = directions.of(cut.condition());
    if (direction != 0) {
      double low = bounds.clamp(children.negative().step());
      double high = bounds.clamp(children.positive().step());
      double middle = low + (high - low) / 2;
      children.negative().bounds = bounds.side(-direction, middle);
      children.positive().bounds = bounds.side(direction, middle);
    }
    return children;
  }

  /// Carries a split out. The node must not be asked for anything but its numbers afterwards.
  abstract Children split(Cut cut);

  /// The Newton step of all rows of the node, before shrinkage and bounds. Asked for only of trees
  /// with constrained features.
  final double step() {
    return target.step(whole);
  }

  /// What the node predicts.
  abstract Output output();

  /// Says that the node stays a leaf.
  ///
  /// @param output what it predicts
  abstract void settle(Output output);

  /// The two sides of a split.
  record Children(GrowingNode negative, GrowingNode positive) {}
}
