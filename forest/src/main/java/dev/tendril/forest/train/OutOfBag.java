package dev.tendril.forest.train;

import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Predictions;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Predictions for every training row by the trees that did not see it, and what follows from them:
/// an honest estimate of the forest's quality without a test set, and permutation importances
/// (Breiman 2001, §3.1 and §10).
///
/// Trees must be added in their order, since sums of floats depend on it.
final class OutOfBag {
  private final TrainingData data;
  private final boolean winnerTakeAll;
  private final int width;
  private final double[] sums;
  private final int[] trees;
  private final double[][] shuffledSums;

  /// @param importances whether permutation importances are measured
  OutOfBag(TrainingData data, boolean winnerTakeAll, boolean importances) {
    this.data = data;
    this.winnerTakeAll = winnerTakeAll;
    this.width = Math.max(1, data.classCount());
    this.sums = new double[data.frame().rows() * width];
    this.trees = new int[data.frame().rows()];
    this.shuffledSums =
        importances ? new double[data.features().size()][sums.length] : new double[0][];
  }

  /// The answers of one tree, computed apart from the sums so that trees can be walked in parallel.
  ///
  /// @param rows the rows that the tree did not see
  /// @param outputs what it predicts for them
  /// @param shuffled by feature: what it predicts with the feature shuffled among them; null where
  ///     the tree does not use it
  record Answers(int[] rows, Output[] outputs, Output[][] shuffled) {
    /// Answers without shuffling.
    Answers(int[] rows, Output[] outputs) {
      this(rows, outputs, new Output[0][]);
    }
  }

  /// Whether answers are to be had by walking only.
  boolean shuffles() {
    return shuffledSums.length > 0;
  }

  /// The rows that a tree does not see, ascending.
  static int[] unseen(int[] multiplicity) {
    return IntStream.range(0, multiplicity.length).filter(row -> multiplicity[row] == 0).toArray();
  }

  Answers walk(Tree tree, int[] multiplicity, int permutations, long seed) {
    TreeWalk walk = new TreeWalk(data.frame().schema(), data.frame());
    int[] rows = unseen(multiplicity);
    Output[] outputs = new Output[rows.length];
    for (int i = 0; i < rows.length; i++) {
      outputs[i] = walk.leaf(tree, rows[i]).output();
    }
    Output[][] shuffled = new Output[shuffledSums.length * permutations][];
    if (shuffledSums.length > 0) {
      BitSet used = used(tree);
      for (int f = 0; f < shuffled.length; f++) {
        int attribute = data.features().get(f / permutations);
        if (used.get(attribute)) {
          int[] lenders = rows.clone();
          new SplitMix(SplitMix.mix(seed, f)).shuffle(lenders);
          shuffled[f] = new Output[rows.length];
          for (int i = 0; i < rows.length; i++) {
            shuffled[f][i] = walk.leaf(tree, rows[i], attribute, lenders[i]).output();
          }
        }
      }
    }
    return new Answers(rows, outputs, shuffled);
  }

  private static BitSet used(Tree tree) {
    BitSet used = new BitSet();
    tree.forEach(
        (node, _) -> {
          if (node instanceof Node.Split split) {
            Arrays.stream(split.condition().attributes()).forEach(used::set);
          }
        });
    return used;
  }

  void add(Answers answers) {
    int permutations =
        shuffledSums.length == 0 ? 1 : answers.shuffled().length / shuffledSums.length;
    for (int i = 0; i < answers.rows().length; i++) {
      int row = answers.rows()[i];
      trees[row]++;
      add(answers.outputs()[i], sums, row * width, 1);
      for (int f = 0; f < answers.shuffled().length; f++) {
        Output[] outputs = answers.shuffled()[f];
        Output output = outputs == null ? answers.outputs()[i] : outputs[i];
        add(output, shuffledSums[f / permutations], row * width, 1.0 / permutations);
      }
    }
  }

  private void add(Output output, double[] to, int at, double share) {
    switch (output) {
      case Output.Distribution distribution -> {
        if (winnerTakeAll) {
          to[at + distribution.topClass() - 1] += share;
        } else {
          double sum = distribution.sum();
          for (int c = 0; c < width; c++) {
            to[at + c] += share * distribution.weights()[c + 1] / sum;
          }
        }
      }
      case Output.Value(float value, _) -> to[at] += share * value;
      case Output.Uplift uplift -> to[at] += share * uplift.effect()[0];
      case Output.Isolated _ -> throw new IllegalStateException("not grown here: " + output);
    }
  }

  /// The rows that at least one tree did not see, ascending.
  int[] rows() {
    return IntStream.range(0, trees.length).filter(row -> trees[row] > 0).toArray();
  }

  /// The mean answers for [#rows()].
  Predictions predictions() {
    int[] rows = rows();
    float[] values = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      for (int c = 0; c < width; c++) {
        values[i * width + c] = (float) (sums[rows[i] * width + c] / trees[rows[i]]);
      }
    }
    List<String> classes =
        data.classCount() == 0
            ? List.of()
            : data.frame().schema().field(data.label()).vocabulary().values();
    return new Predictions(data.task(), classes, values);
  }

  /// The state of training after some trees: accuracy and log loss, root mean squared error, or the
  /// Qini of an uplift.
  Forest.LogEntry log(int treeCount) {
    Quality quality = quality(sums);
    return new Forest.LogEntry(
        treeCount, Float.NaN, (float) quality.loss(), (float) quality.metric());
  }

  /// How much worse each feature's shuffling makes the out-of-bag rows.
  Map<String, List<Forest.Importance>> importances() {
    if (shuffledSums.length == 0) {
      return Map.of();
    }
    Quality intact = quality(sums);
    Forest.Importance[] importances = new Forest.Importance[shuffledSums.length];
    for (int f = 0; f < importances.length; f++) {
      Quality worse = quality(shuffledSums[f]);
      double change =
          moreIsBetter() ? intact.metric() - worse.metric() : worse.metric() - intact.metric();
      importances[f] = new Forest.Importance(data.features().get(f), change);
    }
    Arrays.sort(importances, Comparator.comparingDouble(Forest.Importance::importance).reversed());
    String name =
        data.classCount() > 0
            ? "MEAN_DECREASE_IN_ACCURACY"
            : data.uplift() ? "MEAN_DECREASE_IN_QINI" : "MEAN_INCREASE_IN_RMSE";
    return Map.of(name, List.of(importances));
  }

  private boolean moreIsBetter() {
    return data.classCount() > 0 || data.uplift();
  }

  /// @param loss log loss, or root mean squared error; NaN for an uplift
  /// @param metric accuracy, root mean squared error, or Qini
  private record Quality(double loss, double metric) {}

  private Quality quality(double[] of) {
    if (data.uplift()) {
      return new Quality(Double.NaN, qini(of));
    }
    double weight = 0;
    double loss = 0;
    double right = 0;
    float[] weights = data.weights();
    for (int row = 0; row < trees.length; row++) {
      if (trees[row] == 0) {
        continue;
      }
      double w = weights == null ? 1 : weights[row];
      weight += w;
      if (data.classCount() > 0) {
        int top = 0;
        for (int c = 1; c < width; c++) {
          top = of[row * width + c] > of[row * width + top] ? c : top;
        }
        int truth = data.classes()[row];
        right += top == truth ? w : 0;
        loss -= w * Math.log(Math.max(of[row * width + truth] / trees[row], 1e-7));
      } else {
        double error = of[row] / trees[row] - data.numbers()[row];
        loss += w * error * error;
      }
    }
    if (weight == 0) {
      return new Quality(Double.NaN, Double.NaN);
    }
    double mean = loss / weight;
    return data.classCount() > 0
        ? new Quality(mean, right / weight)
        : new Quality(Math.sqrt(mean), Math.sqrt(mean));
  }

  private double qini(double[] of) {
    int[] rows = rows();
    float[] effects = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      effects[i] = (float) (of[rows[i]] / trees[rows[i]]);
    }
    return rows.length == 0 ? Double.NaN : data.upliftOf(effects, rows).qini().value();
  }
}
