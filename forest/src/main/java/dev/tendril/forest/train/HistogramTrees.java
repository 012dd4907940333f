package dev.tendril.forest.train;

import dev.tendril.data.Column;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.ObliqueParameters.SplitAxis;
import dev.tendril.forest.options.TreeParameters;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.forest.options.TreeParameters.NumericalSplit;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Trees with splits between bins, over histograms.
final class HistogramTrees implements TreeSource {
  /// The fewest rows for which histograms are chosen unasked.
  static final int LARGE = 20_000;

  private final HistogramNodes nodes;
  private final TreeGrower grower;
  private final int rows;

  /// @param rows the rows to learn from
  HistogramTrees(
      TrainingData data,
      GradientBoostedTreesParameters parameters,
      GrowthRules rules,
      int[] rows,
      Workers workers) {
    BinnedTable table =
        BinnedTable.of(
            data.frame(),
            data.features(),
            rows,
            parameters.maxBins,
            parameters.allowNaConditions,
            true,
            workers);
    boolean both = parameters.useHessianGain || data.weights() != null || sampled(parameters);
    this.nodes = new HistogramNodes(table, rules, workers, rows.length, both);
    this.grower = new TreeGrower(rules, workers);
    this.rows = rows.length;
  }

  /// Whether samples have weights.
  private static boolean sampled(GradientBoostedTreesParameters parameters) {
    return parameters.samplingMethod == GradientBoostedTreesParameters.SamplingMethod.GOSS;
  }

  /// Whether splits are searched over bins.
  ///
  /// @param reason why they cannot be; null when they can
  /// @param rows to learn from
  static boolean chosen(TreeParameters.TreeMethod method, @Nullable String reason, int rows) {
    return switch (method) {
      case EXACT -> false;
      case AUTO -> reason == null && rows >= LARGE;
      case HISTOGRAM -> {
        if (reason != null) {
          throw new IllegalArgumentException(
              "tree_method=histogram does not suit: " + reason + "; use auto or exact");
        }
        yield true;
      }
    };
  }

  /// Why histograms cannot be used; null when they can.
  static @Nullable String unsuited(TrainingData data, TreeParameters parameters) {
    for (int feature : data.features()) {
      Column column = data.frame().column(feature);
      if (!BinnedTable.suits(column)) {
        return "column \""
            + column.name()
            + "\" is "
            + column.semantic().toString().toLowerCase(Locale.ROOT)
            + ", which cannot be put into bins";
      }
    }
    if (parameters.splitAxis != SplitAxis.AXIS_ALIGNED) {
      return "split_axis="
          + parameters.splitAxis.toString().toLowerCase(Locale.ROOT)
          + " needs the values themselves";
    }
    if (parameters.numericalSplit != NumericalSplit.EXACT) {
      return "numerical_split="
          + parameters.numericalSplit.toString().toLowerCase(Locale.ROOT)
          + " draws its own thresholds";
    }
    if (parameters.missingValuePolicy != MissingValuePolicy.GLOBAL_IMPUTATION) {
      return "bins hold the replacements of missing values, which "
          + parameters.missingValuePolicy.toString().toLowerCase(Locale.ROOT)
          + " chooses anew at every node";
    }
    return null;
  }

  @Override
  public int valueBits() {
    return BinTarget.valueBits(rows);
  }

  @Override
  public Tree grow(BinTarget target, int[] rows, long seed, @Nullable Receiver receiver) {
    List<int[]> others = receiver == null ? List.of() : receiver.others();
    return grower.grow(nodes.root(target, rows, others, seed, listener(receiver)));
  }

  private static HistogramNodes.LeafListener listener(@Nullable Receiver receiver) {
    return receiver == null
        ? (_, _, _, _) -> {}
        : (entries, from, to, output) -> {
          float value = receiver.weight() * ((Output.Value) output).value();
          for (int i = from; i < to; i++) {
            receiver.score()[(int) entries[i]] += value;
          }
        };
  }
}
