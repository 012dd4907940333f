package dev.tendril.forest.train;

import dev.tendril.forest.options.TreeParameters.GrowingStrategy;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayDeque;
import java.util.Deque;
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

  /// Grows all below a node. A loop where one might expect a recursion: the compiler would put all
  /// that a node does into one method as often as it can see a call.
  private Node node(GrowingNode start) {
    Deque<Open> path = new ArrayDeque<>();
    GrowingNode at = start;
    while (true) {
      Cut cut = cut(rules, at);
      if (cut != null) {
        Open open = open(at, cut);
        path.push(open);
        at = open.children.negative();
        continue;
      }
      Node grown = leaf(at);
      Open above = path.peek();
      while (above != null && (above.low != null || above.task != null)) {
        grown = close(path.pop(), grown);
        above = path.peek();
      }
      if (above == null) {
        return grown;
      }
      above.low = grown;
      at = above.children.positive();
    }
  }

  /// A node whose sides are being grown, the negative one first.
  private static final class Open {
    private final GrowingNode node;
    private final Cut cut;
    private final @Nullable Output output;
    private final GrowingNode.Children children;
    private @Nullable Node low;

    /// Grows the positive side; null: the loop does.
    private @Nullable ForkJoinTask<Node> task;

    Open(GrowingNode node, Cut cut, @Nullable Output output, GrowingNode.Children children) {
      this.node = node;
      this.cut = cut;
      this.output = output;
      this.children = children;
    }
  }

  private Open open(GrowingNode node, Cut cut) {
    Output output = rules.keepInner() ? node.output() : null;
    boolean fork = workers.threads() > 1 && node.rows() > GROW_GRAIN;
    Open open = new Open(node, cut, output, node.split(cut, rules.directions()));
    if (fork) {
      open.task = new Grow(open.children.positive()).fork();
    }
    return open;
  }

  /// @param last the side that was grown last
  private static Node close(Open open, Node last) {
    Node low = open.low == null ? last : open.low;
    Node high = open.task == null ? last : open.task.join();
    return split(open.node, open.cut, open.output, open.children.positive(), low, high);
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
