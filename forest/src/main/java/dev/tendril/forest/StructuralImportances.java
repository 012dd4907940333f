package dev.tendril.forest;

import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Forest.Importance;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/// The importances of columns that follow from the trees alone:
///
/// * `NUM_NODES`: how many conditions read a column,
/// * `NUM_AS_ROOT`: how many of them are at a root,
/// * `SUM_SCORE`: the sum of what their splits gained, each times the weight of its node's rows,
/// * `INV_MEAN_MIN_DEPTH`: 1 / (1 + d), where d is the depth at which a column is first read on the
///   path to a leaf, the depth of the leaf where it is not read, averaged over the leaves of a tree
///   and then over trees (Ishwaran et al. 2010, minimal depth).
///
/// One that says nothing of any column is left out, as the scores of isolation trees, which have
/// none.
final class StructuralImportances {
  private final Forest forest;
  private final long[] nodes;
  private final long[] roots;
  private final double[] scores;
  private final double[] depths;
  private final double[] treeDepths;
  private final int[] firstRead;
  private long leaves;

  private StructuralImportances(Forest forest) {
    this.forest = forest;
    int columns = forest.schema().size();
    this.nodes = new long[columns];
    this.roots = new long[columns];
    this.scores = new double[columns];
    this.depths = new double[columns];
    this.treeDepths = new double[columns];
    this.firstRead = new int[columns];
  }

  static Map<String, List<Importance>> of(Forest forest) {
    StructuralImportances counted = new StructuralImportances(forest);
    for (Tree tree : forest.trees()) {
      counted.add(tree);
    }
    Map<String, List<Importance>> all = new LinkedHashMap<>();
    int trees = Math.max(1, forest.trees().size());
    all.put(
        "INV_MEAN_MIN_DEPTH", counted.ranked(at -> 1 / (1 + counted.depths[at] / trees), false));
    all.put("NUM_AS_ROOT", counted.ranked(at -> counted.roots[at], true));
    all.put("NUM_NODES", counted.ranked(at -> counted.nodes[at], true));
    all.put("SUM_SCORE", counted.ranked(at -> counted.scores[at], true));
    all.values().removeIf(List::isEmpty);
    return all;
  }

  private List<Importance> ranked(IntToDoubleFunction importance, boolean withoutZeros) {
    List<Importance> ranked = new ArrayList<>();
    for (int feature : forest.features()) {
      double value = importance.applyAsDouble(feature);
      if (value != 0 || !withoutZeros) {
        ranked.add(new Importance(feature, value));
      }
    }
    ranked.sort(Comparator.comparingDouble(Importance::importance).reversed());
    return ranked;
  }

  private void add(Tree tree) {
    leaves = 0;
    Arrays.fill(treeDepths, 0);
    Arrays.fill(firstRead, -1);
    if (tree.root() instanceof Node.Split root) {
      for (int attribute : root.condition().attributes()) {
        roots[attribute]++;
      }
    }
    visit(tree.root(), 0);
    for (int feature : forest.features()) {
      depths[feature] += treeDepths[feature] / leaves;
    }
  }

  private void visit(Node node, int depth) {
    switch (node) {
      case Node.Leaf _ -> {
        leaves++;
        for (int feature : forest.features()) {
          treeDepths[feature] += firstRead[feature] >= 0 ? firstRead[feature] : depth;
        }
      }
      case Node.Split split -> {
        int[] attributes = split.condition().attributes();
        int[] before = new int[attributes.length];
        for (int i = 0; i < attributes.length; i++) {
          int attribute = attributes[i];
          nodes[attribute]++;
          scores[attribute] += split.statistics().score() * split.statistics().weight();
          before[i] = firstRead[attribute];
          firstRead[attribute] = before[i] >= 0 ? before[i] : depth;
        }
        visit(split.negative(), depth + 1);
        visit(split.positive(), depth + 1);
        for (int i = attributes.length - 1; i >= 0; i--) {
          firstRead[attributes[i]] = before[i];
        }
      }
    }
  }
}
