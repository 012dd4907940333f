package dev.tendril.forest.train;

import dev.tendril.data.Frame;
import dev.tendril.data.Schema;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;

/// Adds what trees predict to the scores of rows that they were not grown on.
final class TreeScores {
  private final TreeWalk walk;
  private final Workers workers;

  /// @param schema the schema that the trees refer to
  /// @param frame the table of the rows
  TreeScores(Schema schema, Frame frame, Workers workers) {
    this.walk = new TreeWalk(schema, frame);
    this.workers = workers;
  }

  /// @param weight of the tree
  void add(Tree tree, int[] rows, float[] score, float weight) {
    Blocks.run(
        workers,
        rows.length,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            Node.Leaf leaf = walk.leaf(tree, rows[i]);
            score[rows[i]] += weight * ((Output.Value) leaf.output()).value();
          }
        });
  }
}
