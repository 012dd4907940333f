package dev.tendril.forest.train;

import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Best-first growth of one tree (Shi 2007, "Best-first decision tree learning"): of all leaves so
/// far the one that gains most is split next, until the tree has as many leaves as it may.
///
/// What a split gains is its score times the number of examples of the node, since scores are means
/// over the examples. Of equals the node that came up first is split: the order is that of the
/// splits, the negative side before the positive one, and does not depend on threads, which only
/// share the search for the two splits of new siblings.
final class BestFirst {
  private static final Comparator<Sprout> BEST =
      Comparator.comparingDouble(Sprout::gain).reversed().thenComparingInt(sprout -> sprout.number);

  private final GrowthRules rules;
  private final Workers workers;
  private final PriorityQueue<Sprout> waiting = new PriorityQueue<>(BEST);
  private int sprouts;

  BestFirst(GrowthRules rules, Workers workers) {
    this.rules = rules;
    this.workers = workers;
  }

  /// A node of the tree so far.
  private static final class Sprout {
    private final int number;
    private final GrowingNode node;
    private @Nullable Cut cut;
    private @Nullable Output output;
    private @Nullable Sprout negative;
    private @Nullable Sprout positive;

    Sprout(int number, GrowingNode node) {
      this.number = number;
      this.node = node;
    }

    double gain() {
      return cut == null ? 0 : cut.score() * node.examples();
    }
  }

  /// Grows the tree below a root. Used once.
  Node grow(GrowingNode root) {
    Sprout first = new Sprout(sprouts++, root);
    int most = rules.mostLeaves();
    if (most > 1) {
      first.cut = TreeGrower.cut(rules, root);
      enqueue(first);
    }
    int leaves = 1;
    while (leaves < most && !waiting.isEmpty()) {
      List<Sprout> siblings = split(waiting.remove());
      leaves++;
      if (leaves < most) {
        search(siblings);
      }
    }
    return finish(first);
  }

  private List<Sprout> split(Sprout sprout) {
    sprout.output = rules.keepInner() ? sprout.node.output() : null;
    GrowingNode.Children children =
        sprout.node.split(Objects.requireNonNull(sprout.cut), rules.directions());
    Sprout negative = new Sprout(sprouts++, children.negative());
    Sprout positive = new Sprout(sprouts++, children.positive());
    sprout.negative = negative;
    sprout.positive = positive;
    return List.of(negative, positive);
  }

  private void search(List<Sprout> siblings) {
    int rows = siblings.stream().mapToInt(sprout -> sprout.node.rows()).sum();
    if (rows > TreeGrower.GROW_GRAIN) {
      workers.forEach(siblings.size(), i -> search(siblings.get(i)));
    } else {
      siblings.forEach(this::search);
    }
    siblings.forEach(this::enqueue);
  }

  private void search(Sprout sprout) {
    sprout.cut = TreeGrower.cut(rules, sprout.node);
  }

  private void enqueue(Sprout sprout) {
    if (sprout.cut != null) {
      waiting.add(sprout);
    }
  }

  private static Node finish(Sprout sprout) {
    Sprout negative = sprout.negative;
    Sprout positive = sprout.positive;
    if (negative == null || positive == null) {
      return TreeGrower.leaf(sprout.node);
    }
    return TreeGrower.split(
        sprout.node,
        Objects.requireNonNull(sprout.cut),
        sprout.output,
        positive.node,
        finish(negative),
        finish(positive));
  }
}
