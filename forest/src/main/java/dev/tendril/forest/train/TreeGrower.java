package dev.tendril.forest.train;

import dev.tendril.forest.options.TreeParameters.GrowingStrategy;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveTask;
import org.jspecify.annotations.Nullable;

/// Grows one decision tree: by divide and conquer, the best split of a node, then the same for
/// either side; or [BestFirst].
///
/// How the best split is found is up to the kind of [GrowingNode].
final class TreeGrower {
  /// Nodes with fewer rows than this are grown to their leaves by one thread.
  static final int GROW_GRAIN = 1 << 10;

  private final GrowthRules rules;
  private final Workers workers;

  /// @param workers the threads that one tree may use
  TreeGrower(GrowthRules rules, Workers workers) {
    this.rules = rules;
    this.workers = workers;
  }

  /// Grows a tree. Must be called from within [Workers#run].
  Tree grow(GrowingNode root) {
    boolean bestFirst = rules.parameters().growingStrategy == GrowingStrategy.BEST_FIRST_GLOBAL;
    return new Tree(bestFirst ? new BestFirst(rules, workers).grow(root) : node(root));
  }

  private Node node(GrowingNode node) {
    Cut cut = cut(rules, node);
    if (cut == null) {
      return leaf(node);
    }
    Output output = rules.keepInner() ? node.output() : null;
    boolean fork = workers.threads() > 1 && node.rows() > GROW_GRAIN;
    GrowingNode.Children children = node.split(cut, rules.directions());
    Node low;
    Node high;
    if (fork) {
      ForkJoinTask<Node> task = new Grow(children.positive()).fork();
      low = node(children.negative());
      high = task.join();
    } else {
      low = node(children.negative());
      high = node(children.positive());
    }
    return split(node, cut, output, children.positive(), low, high);
  }

  /// The split that a node is worth; null if it has to be a leaf.
  static @Nullable Cut cut(GrowthRules rules, GrowingNode node) {
    return rules.splittable(node.examples(), node.depth) && !node.pure() ? node.best() : null;
  }

  static Node leaf(GrowingNode node) {
    Output output = node.output();
    node.settle(output);
    return new Node.Leaf(output, node.examples());
  }

  static Node split(
      GrowingNode node,
      Cut cut,
      @Nullable Output output,
      GrowingNode positive,
      Node low,
      Node high) {
    Node.Statistics statistics =
        new Node.Statistics(
            node.examples(),
            node.weight(),
            positive.examples(),
            positive.weight(),
            (float) cut.score());
    return new Node.Split(cut.condition(), cut.missingIsPositive(), low, high, output, statistics);
  }

  private final class Grow extends RecursiveTask<Node> {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial")
    private final GrowingNode start;

    Grow(GrowingNode start) {
      this.start = start;
    }

    @Override
    protected Node compute() {
      return node(start);
    }
  }
}
