package dev.tendril.forest.analysis;

import dev.tendril.data.Frame;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Which way a row would go at every split of a forest, also at those that it does not come to. The
/// forest's own engine tells: each split becomes a tree of its own with two leaves.
final class Decisions {
  private static final Node.Leaf END = new Node.Leaf(new Output.Isolated(1), 1);

  private final ForestModel stumps;
  private final int splits;

  Decisions(Forest forest) {
    List<Tree> trees = new ArrayList<>();
    for (Tree tree : forest.trees()) {
      tree.forEach(
          (node, _) -> {
            if (node instanceof Node.Split split) {
              trees.add(
                  new Tree(
                      new Node.Split(
                          split.condition(),
                          split.missingIsPositive(),
                          END,
                          END,
                          null,
                          split.statistics())));
            }
          });
    }
    splits = trees.size();
    stumps =
        ForestModel.of(
            new Forest(
                new Task.AnomalyDetection(null),
                forest.schema(),
                forest.features(),
                new Combination.Isolation(1),
                trees,
                Map.of(),
                List.of()),
            Provenance.UNKNOWN,
            null);
  }

  /// The number of splits.
  int splits() {
    return splits;
  }

  /// @return `[rows][splits]`, the splits tree by tree in pre-order, the negative side first: 1 for
  ///     the positive child, 0 for the negative one
  int[][] of(Frame frame) {
    return stumps.leaves(frame);
  }
}
