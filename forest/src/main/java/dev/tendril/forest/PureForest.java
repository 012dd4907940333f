package dev.tendril.forest;

import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import java.util.List;
import java.util.Map;

/// A forest without what predicting does not need: answers of inner nodes, distributions behind
/// votes, numbers of rows, scores of splits, importances, the course of training. It predicts the
/// same, and what rests on these figures, such as Shapley values, is no longer possible or coarse.
final class PureForest {
  private static final Node.Statistics NONE = new Node.Statistics(0, 0, 0, 0, 0);

  private PureForest() {}

  static Forest of(Forest forest) {
    boolean votes = forest.combination() instanceof Combination.Mean(boolean winner) && winner;
    return new Forest(
        forest.task(),
        forest.schema(),
        forest.features(),
        forest.combination(),
        forest.trees().stream().map(tree -> new Tree(node(tree.root(), votes))).toList(),
        Map.of(),
        List.of());
  }

  private static Node node(Node node, boolean votes) {
    return switch (node) {
      case Node.Leaf(Output output, _) -> new Node.Leaf(output(output, votes), 0);
      case Node.Split split ->
          new Node.Split(
              split.condition(),
              split.missingIsPositive(),
              node(split.negative(), votes),
              node(split.positive(), votes),
              null,
              NONE);
    };
  }

  private static Output output(Output output, boolean votes) {
    return switch (output) {
      case Output.Distribution(int top, double[] weights) ->
          new Output.Distribution(top, votes ? new double[0] : weights);
      case Output.Value(float value, _) -> new Output.Value(value, null);
      case Output.Uplift _, Output.Isolated _ -> output;
    };
  }
}
