package dev.tendril.forest.train;

import dev.tendril.data.Schema;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import java.util.Arrays;
import java.util.Objects;

/// Reduced-error pruning (Quinlan 1987): from the leaves up, a node becomes a leaf if as a leaf it
/// predicts the validation rows that reach it no worse than its subtree does. Ties prune, so a node
/// that no validation row reaches becomes a leaf.
///
/// The score of a classification is the weight of the rows that are right; of a regression, the
/// negative sum of squared errors.
final class Pruning {
  private final TrainingData data;
  private final TreeWalk walk;

  /// @param schema the schema that the tree was grown by
  /// @param data the validation rows
  Pruning(Schema schema, TrainingData data) {
    this.data = data;
    this.walk = new TreeWalk(schema, data.frame());
  }

  Tree prune(Tree tree, int[] rows) {
    return new Tree(prune(tree.root(), rows).node());
  }

  /// A pruned subtree and its score on the rows that reach it.
  private record Pruned(Node node, double score) {}

  private Pruned prune(Node node, int[] rows) {
    Output output = Objects.requireNonNull(node.output());
    double asLeaf = score(output, rows);
    return switch (node) {
      case Node.Leaf leaf -> new Pruned(leaf, asLeaf);
      case Node.Split split -> {
        int[] positive = Arrays.stream(rows).filter(row -> walk.positive(split, row)).toArray();
        int[] negative = Arrays.stream(rows).filter(row -> !walk.positive(split, row)).toArray();
        Pruned low = prune(split.negative(), negative);
        Pruned high = prune(split.positive(), positive);
        double asTree = low.score() + high.score();
        yield asLeaf >= asTree
            ? new Pruned(new Node.Leaf(output, split.statistics().examples()), asLeaf)
            : new Pruned(
                new Node.Split(
                    split.condition(),
                    split.missingIsPositive(),
                    low.node(),
                    high.node(),
                    output,
                    split.statistics()),
                asTree);
      }
    };
  }

  private double score(Output output, int[] rows) {
    double score = 0;
    for (int row : rows) {
      double weight = data.weights() == null ? 1 : data.weights()[row];
      score +=
          switch (output) {
            case Output.Distribution(int top, _) -> data.classes()[row] == top - 1 ? weight : 0;
            case Output.Value(float value, _) -> {
              double error = value - data.numbers()[row];
              yield -weight * error * error;
            }
            case Output.Uplift _, Output.Isolated _ ->
                throw new IllegalStateException("not grown here: " + output);
          };
    }
    return score;
  }
}
