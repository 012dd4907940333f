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
/// negative sum of squared errors; of an uplift, the area under the uplift curve of the node's
/// rows, or 0 where they are all treated or all control.
final class Pruning {
  private final TrainingData data;
  private final TreeWalk walk;

  /// Of an uplift: what the pruned tree predicts for every row so far.
  private final float[] effects;

  /// @param schema the schema that the tree was grown by
  /// @param data the validation rows
  Pruning(Schema schema, TrainingData data) {
    this.data = data;
    this.walk = new TreeWalk(schema, data.frame());
    this.effects = new float[data.uplift() ? data.frame().rows() : 0];
  }

  Tree prune(Tree tree, int[] rows) {
    return new Tree(prune(tree.root(), rows).node());
  }

  /// A pruned subtree and its score on the rows that reach it.
  private record Pruned(Node node, double score) {}

  private Pruned prune(Node node, int[] rows) {
    Output output = Objects.requireNonNull(node.output());
    return switch (node) {
      case Node.Leaf leaf -> new Pruned(leaf, asLeaf(output, rows));
      case Node.Split split -> {
        int[] positive = Arrays.stream(rows).filter(row -> walk.positive(split, row)).toArray();
        int[] negative = Arrays.stream(rows).filter(row -> !walk.positive(split, row)).toArray();
        Pruned low = prune(split.negative(), negative);
        Pruned high = prune(split.positive(), positive);
        double asTree = data.uplift() ? curve(rows) : low.score() + high.score();
        float[] before = effects(rows);
        double asLeaf = asLeaf(output, rows);
        if (asLeaf >= asTree) {
          yield new Pruned(new Node.Leaf(output, split.statistics().examples()), asLeaf);
        }
        restore(rows, before);
        yield new Pruned(
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

  /// The score of a leaf, whose effect becomes that of its rows.
  private double asLeaf(Output output, int[] rows) {
    if (output instanceof Output.Uplift uplift) {
      for (int row : rows) {
        effects[row] = uplift.effect()[0];
      }
      return curve(rows);
    }
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

  private float[] effects(int[] rows) {
    float[] some = new float[effects.length == 0 ? 0 : rows.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = effects[rows[i]];
    }
    return some;
  }

  private void restore(int[] rows, float[] some) {
    for (int i = 0; i < some.length; i++) {
      effects[rows[i]] = some[i];
    }
  }

  private double curve(int[] rows) {
    long treated = Arrays.stream(rows).filter(row -> data.treatments()[row] == 1).count();
    return treated == 0 || treated == rows.length
        ? 0
        : data.upliftOf(effects(rows), rows).auuc().value();
  }
}
