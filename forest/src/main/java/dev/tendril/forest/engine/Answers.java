package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.LossKind;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.learn.Task;

/// What happens before the first and after the last tree, the same for all engines: the first sums
/// go in, the trees are added in place, and the sums become predictions.
///
/// * mean: sums divided by the number of trees.
/// * boosting: the sums start at the initial predictions and pass through the inverse link function
///   of the loss: the logistic function for two classes, softmax for several, the exponential for
///   Poisson, none otherwise. Without link, two classes have the logit of each against the other.
/// * isolation: `2^(-mean path / c(examples per tree))` (Liu, Ting, Zhou 2008, equation 2).
///
/// Exponentials are those of [StrictMath], so that all machines agree.
public final class Answers {
  private final Combination combination;
  private final int trees;
  private final int outputs;
  private final boolean classification;
  private final double typicalPath;

  public Answers(Forest forest) {
    this.combination = forest.combination();
    this.trees = forest.trees().size();
    this.classification = forest.task() instanceof Task.Classification;
    this.outputs =
        forest.task() instanceof Task.Classification(String label)
            ? forest.schema().field(label).vocabulary().size() - 1
            : 1;
    this.typicalPath =
        combination instanceof Combination.Isolation(long examples) ? typicalPath(examples) : 1;
  }

  /// The number of predicted values a row.
  public int outputs() {
    return outputs;
  }

  /// The number of sums a row that trees are added to: the first of the outputs.
  public int sums() {
    return combination instanceof Combination.Sum sum ? sum.outputs() : outputs;
  }

  void start(float[] out, int offset, int count) {
    for (int row = 0; row < count; row++) {
      int at = offset + row * outputs;
      for (int i = 0; i < outputs; i++) {
        out[at + i] =
            combination instanceof Combination.Sum sum && i < sum.outputs() ? sum.initial()[i] : 0;
      }
    }
  }

  /// Turns sums into predictions, in place.
  ///
  /// @param out [#outputs] values a row, of which the first [#sums] hold the sums
  /// @param offset of the first row in it
  public void finish(float[] out, int offset, int count) {
    for (int row = 0; row < count; row++) {
      finish(out, offset + row * outputs);
    }
  }

  private void finish(float[] out, int at) {
    switch (combination) {
      case Combination.Mean _ -> {
        for (int i = 0; i < outputs; i++) {
          out[at + i] /= trees;
        }
      }
      case Combination.Isolation _ ->
          out[at] = (float) StrictMath.pow(2, -(out[at] / trees) / typicalPath);
      case Combination.Sum sum -> link(sum, out, at);
    }
  }

  private void link(Combination.Sum sum, float[] out, int at) {
    if (classification && sum.outputs() == 1) {
      float logit = out[at];
      if (sum.logits()) {
        out[at] = -logit;
        out[at + 1] = logit;
      } else {
        float probability = (float) (1 / (1 + StrictMath.exp(-logit)));
        out[at] = 1 - probability;
        out[at + 1] = probability;
      }
    } else if (!sum.logits() && classification) {
      softmax(out, at);
    } else if (!sum.logits() && sum.loss() == LossKind.POISSON) {
      out[at] = (float) StrictMath.exp(Math.clamp(out[at], -19f, 19f));
    }
  }

  private void softmax(float[] out, int at) {
    float largest = out[at];
    for (int i = 1; i < outputs; i++) {
      largest = Math.max(largest, out[at + i]);
    }
    double sum = 0;
    for (int i = 0; i < outputs; i++) {
      double e = StrictMath.exp((double) out[at + i] - largest);
      out[at + i] = (float) e;
      sum += e;
    }
    for (int i = 0; i < outputs; i++) {
      out[at + i] = (float) (out[at + i] / sum);
    }
  }

  /// The first of the sums that a leaf adds to; its contribution goes to this one and those after.
  ///
  /// @param tree the position of the leaf's tree
  public int firstSum(Node.Leaf leaf, int tree) {
    if (leaf.output() instanceof Output.Value) {
      return tree % sums();
    }
    return switch (leaf.output()) {
      case Output.Distribution(int topClass, _) -> votes() ? Math.max(0, topClass - 1) : 0;
      case Output.Value _, Output.Uplift _, Output.Isolated _ -> tree % sums();
    };
  }

  /// What a leaf adds to the sums of a row.
  ///
  /// @param depth of the leaf, 0 for a lone leaf
  public float[] contribution(Node.Leaf leaf, int depth) {
    // Linking a switch on patterns takes milliseconds, which boosted trees are spared.
    if (leaf.output() instanceof Output.Value value) {
      return new float[] {value.value()};
    }
    return switch (leaf.output()) {
      case Output.Value(float value, _) -> new float[] {value};
      case Output.Uplift uplift -> new float[] {uplift.effect()[0]};
      case Output.Isolated(long examples) -> new float[] {(float) (depth + typicalPath(examples))};
      case Output.Distribution distribution -> {
        if (votes()) {
          yield new float[] {distribution.topClass() > 0 ? 1 : 0};
        }
        double sum = distribution.sum();
        float[] shares = new float[Math.max(0, distribution.weights().length - 1)];
        for (int i = 0; i < shares.length; i++) {
          shares[i] = (float) (distribution.weights()[i + 1] / sum);
        }
        yield shares;
      }
    };
  }

  private boolean votes() {
    return combination instanceof Combination.Mean(boolean winnerTakeAll) && winnerTakeAll;
  }

  /// The mean length of the path to a row in a random tree of some rows (Liu, Ting, Zhou 2008,
  /// equation 1), with the harmonic number approximated by its logarithm.
  public static double typicalPath(long examples) {
    if (examples <= 1) {
      return 0;
    }
    if (examples == 2) {
      return 1;
    }
    double n = examples;
    return 2 * (StrictMath.log(n - 1) + 0.5772156649) - 2 * (n - 1) / n;
  }
}
