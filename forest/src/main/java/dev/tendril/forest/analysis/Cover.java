package dev.tendril.forest.analysis;

import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;

/// Which share of the training rows at a node went which way. Models keep this in several forms, or
/// not at all; the first of these that is known is used: the weights of the split, its numbers of
/// rows, what the leaves below say of their rows. Where nothing is known the children share evenly.
///
/// No share is less than [#LEAST], so that a side that no training row took (as with trees that
/// were grown on other rows than they were counted on) still has a weight to divide by.
final class Cover {
  static final double LEAST = 1e-6;

  private Cover() {}

  /// The share of the rows that went to the positive child.
  static double positiveShare(Node.Split split) {
    return Math.clamp(share(split), LEAST, 1 - LEAST);
  }

  private static double share(Node.Split split) {
    Node.Statistics known = split.statistics();
    boolean weighed = known.positiveWeight() >= 0 && known.positiveWeight() <= known.weight();
    if (known.weight() > 0 && weighed) {
      return known.positiveWeight() / known.weight();
    }
    if (known.examples() > 0 && known.positiveExamples() <= known.examples()) {
      return (double) known.positiveExamples() / known.examples();
    }
    double positive = weight(split.positive());
    double all = positive + weight(split.negative());
    return all > 0 ? positive / all : 0.5;
  }

  private static double weight(Node node) {
    return switch (node) {
      case Node.Leaf leaf -> leaf.examples() > 0 ? leaf.examples() : weight(leaf.output());
      case Node.Split split ->
          split.statistics().weight() > 0
              ? split.statistics().weight()
              : weight(split.negative()) + weight(split.positive());
    };
  }

  private static double weight(Output output) {
    return switch (output) {
      case Output.Distribution distribution -> distribution.sum();
      case Output.Value(_, Output.Moments moments) when moments != null ->
          moments.sumWeights() > 0 ? moments.sumWeights() : Math.max(0, moments.count());
      case Output.Value _ -> 0;
      case Output.Uplift uplift -> uplift.sumWeights();
      case Output.Isolated(long examples) -> examples;
    };
  }
}
