package dev.tendril.forest.train;

import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import org.jspecify.annotations.Nullable;

/// Trees with exact splits, over sorted values.
final class ExactTrees implements TreeSource {
  private final TrainingTable table;
  private final TreeScores scores;
  private final ExactNodes nodes;
  private final TreeGrower grower;
  private final @Nullable PresortedLists lists;
  private final int[] nodeRows;

  /// @param rows the most rows of a tree
  ExactTrees(TrainingData data, GrowthRules rules, int rows, Workers workers) {
    this.table = TrainingTable.of(data.frame(), data.features(), rules, workers);
    this.scores = new TreeScores(data.frame().schema(), data.frame(), workers);
    this.nodes = new ExactNodes(table, rules, workers);
    this.grower = new TreeGrower(rules, workers);
    this.lists =
        rules.presorted(table.attributes().size())
            ? new PresortedLists(table, rows, workers)
            : null;
    this.nodeRows = new int[rows];
  }

  @Override
  public int valueBits() {
    return 30;
  }

  @Override
  public Tree grow(BinTarget target, int[] rows, long seed, @Nullable Receiver receiver) {
    if (lists != null) {
      lists.fill(Sampler.marks(rows, table.rows()));
    }
    System.arraycopy(rows, 0, nodeRows, 0, rows.length);
    Tree tree =
        grower.grow(nodes.root(target, nodeRows, rows.length, seed, lists, listener(receiver)));
    if (receiver != null) {
      for (int[] others : receiver.others()) {
        scores.add(tree, others, receiver.score(), receiver.weight());
      }
    }
    return tree;
  }

  private static ExactNodes.LeafListener listener(@Nullable Receiver receiver) {
    return receiver == null
        ? (_, _, _, _) -> {}
        : (rows, from, to, output) -> {
          float value = receiver.weight() * ((Output.Value) output).value();
          for (int i = from; i < to; i++) {
            receiver.score()[rows[i]] += value;
          }
        };
  }
}
