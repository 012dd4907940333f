package dev.tendril.forest.analysis;

import dev.tendril.forest.engine.Answers;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.LossKind;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.learn.Task;
import java.util.List;

/// What the trees of a forest add up to before any link function: the scale on which the parts of a
/// prediction can be summed.
///
/// | forest | a raw score is |
/// |---|---|
/// | random forest, CART: classification | the probability or share of votes of a class |
/// | random forest, CART: others | the predicted value |
/// | boosting, two classes | the logit of the second class |
/// | boosting, several classes | the logit of a class, up to a common constant |
/// | boosting with Poisson loss | the logarithm of the predicted value |
/// | boosting, others | the predicted value |
/// | isolation forest | the mean length of the paths: the shorter, the more unusual |
final class RawScores {
  private final Forest forest;
  private final List<String> classes;

  /// @param classes those of the model, empty for other tasks than classification
  RawScores(Forest forest, List<String> classes) {
    this.forest = forest;
    this.classes = classes;
  }

  /// The names of the raw scores: classes, or that of the label.
  List<String> names() {
    if (!classes.isEmpty()) {
      return forest.combination() instanceof Combination.Sum sum && sum.outputs() == 1
          ? List.of(classes.getLast())
          : classes;
    }
    String label = forest.task().label();
    return List.of(label == null ? "score" : label);
  }

  /// What a raw score is, in words.
  String unit() {
    boolean classification = forest.task() instanceof Task.Classification;
    return switch (forest.combination()) {
      case Combination.Mean(boolean winnerTakeAll) ->
          !classification ? "predicted value" : winnerTakeAll ? "share of votes" : "probability";
      case Combination.Isolation _ -> "mean length of path";
      case Combination.Sum sum ->
          classification
              ? "log odds"
              : sum.loss() == LossKind.POISSON
                  ? "logarithm of the predicted value"
                  : "predicted value";
    };
  }

  /// What a raw score is before the first tree.
  double initial(int score) {
    return forest.combination() instanceof Combination.Sum sum ? sum.initial()[score] : 0;
  }

  /// What the contributions of leaves are multiplied by.
  double scale() {
    return switch (forest.combination()) {
      case Combination.Sum _ -> 1;
      case Combination.Mean _, Combination.Isolation _ -> 1.0 / forest.trees().size();
    };
  }

  /// The first of the scores that the leaves of a tree contribute to.
  int first(int tree) {
    return forest.combination() instanceof Combination.Sum sum ? tree % sum.outputs() : 0;
  }

  /// To how many scores the leaves of a tree contribute.
  int width() {
    return forest.combination() instanceof Combination.Sum ? 1 : names().size();
  }

  /// What a leaf contributes to the scores from [#first] on, not yet scaled.
  ///
  /// @param depth of the leaf
  double[] contribution(Node.Leaf leaf, int depth) {
    double[] parts = new double[width()];
    switch (leaf.output()) {
      case Output.Value(float value, _) -> parts[0] = value;
      case Output.Uplift uplift -> parts[0] = uplift.effect()[0];
      case Output.Isolated(long examples) -> parts[0] = depth + Answers.typicalPath(examples);
      case Output.Distribution(int topClass, double[] weights) -> {
        boolean votes =
            forest.combination() instanceof Combination.Mean(boolean winnerTakeAll)
                && winnerTakeAll;
        double sum = 0;
        for (double weight : weights) {
          sum += weight;
        }
        for (int i = 0; i < parts.length; i++) {
          parts[i] = votes ? (topClass == i + 1 ? 1 : 0) : weights[i + 1] / sum;
        }
      }
    }
    return parts;
  }
}
