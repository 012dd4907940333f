package dev.tendril.forest;

import dev.tendril.forest.engine.Answers;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Forest.Importance;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/// The importances of columns that only isolation trees tell:
///
/// * `MEAN_PARTITION_SCORE`: the mean of `1 - 4 r (1 - r)` over the splits on a column, r being the
///   share of the rows on one side: 0 for halves, near 1 where single rows are split off.
/// * `DIFFI` (Carletti, Terzi, Susto 2020): how much more uneven the splits of outliers are than
///   the splits of inliers, nearer splits counting more. A row of a tree's sample counts as an
///   outlier where its leaf alone gives it a score of at least 0.5. Above 1: the column tells
///   outliers.
///
/// Both need the number of training rows at the nodes; where a model does not keep them, there are
/// none.
final class IsolationImportances {
  private static final double OUTLIER = 0.5;

  private final int[] splits;
  private final double[] partition;

  /// By kind of row (inliers, outliers), by column: the sum of imbalances over rows and splits.
  private final double[][] imbalance;

  /// How many rows and splits they were summed over.
  private final long[][] passed;

  /// A split on the path to a leaf.
  ///
  /// @param imbalances of the inliers and of the outliers that pass it; negative when there are
  ///     fewer than two
  private record Step(int[] attributes, double[] imbalances) {}

  private final List<Step> path = new ArrayList<>();
  private long treeRows;

  private IsolationImportances(int columns) {
    this.splits = new int[columns];
    this.partition = new double[columns];
    this.imbalance = new double[2][columns];
    this.passed = new long[2][columns];
  }

  static Map<String, List<Importance>> of(Forest forest) {
    IsolationImportances sums = new IsolationImportances(forest.schema().size());
    for (Tree tree : forest.trees()) {
      if (tree.root() instanceof Node.Split root) {
        if (root.statistics().examples() <= 0) {
          return Map.of();
        }
        sums.treeRows = root.statistics().examples();
        sums.visit(root, 0, sums.count(root, 0));
      }
    }
    return Map.of(
        "DIFFI",
        sums.ranked(forest, sums::diffi),
        "MEAN_PARTITION_SCORE",
        sums.ranked(forest, at -> sums.partition[at] / sums.splits[at]));
  }

  private List<Importance> ranked(Forest forest, IntToDoubleFunction importance) {
    return forest.features().stream()
        .filter(feature -> splits[feature] > 0)
        .map(feature -> new Importance(feature, importance.applyAsDouble(feature)))
        .sorted(Comparator.comparingDouble(Importance::importance).reversed())
        .toList();
  }

  private double diffi(int column) {
    double inliers = imbalance[0][column] * passed[1][column];
    return inliers == 0 ? 0 : imbalance[1][column] * passed[0][column] / inliers;
  }

  /// The rows of a subtree.
  ///
  /// @param inliersAndOutliers the number of each
  private record Counted(long[] inliersAndOutliers, List<Counted> negativeAndPositive) {
    long of(int kind) {
      return inliersAndOutliers[kind];
    }
  }

  private Counted count(Node node, int depth) {
    return switch (node) {
      case Node.Leaf leaf -> {
        long rows = leaf.output() instanceof Output.Isolated(long examples) ? examples : 0;
        double length = depth + Answers.typicalPath(rows);
        boolean outlier = Math.pow(2, -length / Answers.typicalPath(treeRows)) >= OUTLIER;
        yield new Counted(new long[] {outlier ? 0 : rows, outlier ? rows : 0}, List.of());
      }
      case Node.Split split -> {
        Counted low = count(split.negative(), depth + 1);
        Counted high = count(split.positive(), depth + 1);
        long[] both = {low.of(0) + high.of(0), low.of(1) + high.of(1)};
        yield new Counted(both, List.of(low, high));
      }
    };
  }

  private void visit(Node node, int depth, Counted counted) {
    switch (node) {
      case Node.Leaf _ -> leaf(depth, counted);
      case Node.Split split -> {
        int[] attributes = split.condition().attributes();
        Node.Statistics statistics = split.statistics();
        double share = (double) statistics.positiveExamples() / statistics.examples();
        for (int attribute : attributes) {
          splits[attribute]++;
          partition[attribute] += 1 - 4 * share * (1 - share);
        }
        Counted low = counted.negativeAndPositive().get(0);
        Counted high = counted.negativeAndPositive().get(1);
        double[] imbalances = {imbalance(low.of(0), high.of(0)), imbalance(low.of(1), high.of(1))};
        path.add(new Step(attributes, imbalances));
        visit(split.negative(), depth + 1, low);
        visit(split.positive(), depth + 1, high);
        path.removeLast();
      }
    }
  }

  private void leaf(int depth, Counted counted) {
    for (Step step : path) {
      for (int kind = 0; kind < 2; kind++) {
        if (step.imbalances()[kind] >= 0) {
          for (int attribute : step.attributes()) {
            passed[kind][attribute] += counted.of(kind);
            imbalance[kind][attribute] += counted.of(kind) * step.imbalances()[kind] / depth;
          }
        }
      }
    }
  }

  /// The induced imbalance coefficient (equations 4 to 6): 0 for a split that parts none, else from
  /// 0.5 for halves to 1 where one row is split off.
  private static double imbalance(long low, long high) {
    long rows = low + high;
    if (rows < 2) {
      return -1;
    }
    if (low == 0 || high == 0) {
      return 0;
    }
    double larger = (double) Math.max(low, high) / rows;
    double least = (double) Math.ceilDiv(rows, 2L) / rows;
    double most = (double) (rows - 1) / rows;
    return most > least ? 0.5 + 0.5 * (larger - least) / (most - least) : larger;
  }
}
