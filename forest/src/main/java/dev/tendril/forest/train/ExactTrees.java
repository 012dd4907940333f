package dev.tendril.forest.train;

import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Trees with exact splits, over sorted values.
final class ExactTrees implements TreeSource {
  private final TreeScores scores;
  private final ExactNodes nodes;
  private final TreeGrower grower;
  private final @Nullable PresortedLists lists;
  private final int[] nodeRows;
  private final int[] held;

  /// @param rows the most rows of a tree
  /// @param held the rows of the table that are held out
  ExactTrees(TrainingData data, GrowthRules rules, int rows, int[] held, Workers workers) {
    TrainingTable table = TrainingTable.of(data.frame(), data.features(), rules, workers);
    this.scores = new TreeScores(data.frame().schema(), data.frame(), workers);
    this.nodes = new ExactNodes(table, rules, workers);
    this.grower = new TreeGrower(rules, workers);
    this.lists =
        rules.presorted(table.attributes().size())
            ? new PresortedLists(table, rows, workers)
            : null;
    this.nodeRows = new int[rows];
    this.held = held;
  }

  @Override
  public int valueBits() {
    return 30;
  }

  @Override
  public Tree grow(
      BinTarget target, BoostingSample sample, long seed, float[] score, float weight) {
    int n = sample.rows().length;
    if (lists != null) {
      lists.fill(sample.marks());
    }
    System.arraycopy(sample.rows(), 0, nodeRows, 0, n);
    Tree tree =
        grower.grow(
            nodes.root(
                target,
                nodeRows,
                n,
                seed,
                lists,
                (leafRows, from, to, output) ->
                    add(score, leafRows, from, to, weight * ((Output.Value) output).value())));
    for (int[] others : List.of(sample.left(), held)) {
      scores.add(tree, others, score, weight);
    }
    return tree;
  }

  private static void add(float[] score, int[] rows, int from, int to, float value) {
    for (int i = from; i < to; i++) {
      score[rows[i]] += value;
    }
  }
}
