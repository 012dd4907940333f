package dev.tendril.forest.train;

import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Output;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The nodes of trees whose splits are searched exactly, over every cut between two values.
///
/// The rows of a node are a range of one array, ascending; a split moves the negative ones to the
/// front of the range without changing the order within a side. Every node draws from a random
/// stream of its own, so that nodes can be grown in any order and by any thread.
///
/// Attributes are tried in random order until enough of them had a legal split: constant ones do
/// not use up the budget. As in YDF one more than the budget is tried. Of equal scores the first
/// found wins.
final class ExactNodes {
  /// Nodes with fewer values than this to look at are searched by one thread.
  private static final long SEARCH_GRAIN = 1 << 15;

  private final TrainingTable table;
  private final GrowthRules rules;
  private final SplitSearch search;
  private final @Nullable ObliqueSearch oblique;
  private final int[] searched;
  private final Workers workers;
  private final Scratch.Pool scratches;
  private final byte[] side;

  /// @param workers the threads that one tree may use
  ExactNodes(TrainingTable table, GrowthRules rules, Workers workers) {
    this.table = table;
    this.rules = rules;
    this.search = new SplitSearch(table, rules);
    this.oblique = ObliqueSearch.of(table, rules, search);
    this.searched =
        IntStream.range(0, table.attributes().size())
            .filter(i -> oblique == null || !ObliqueSearch.summable(table.attributes().get(i)))
            .toArray();
    this.workers = workers;
    this.scratches = new Scratch.Pool(table.rows());
    this.side = new byte[table.rows()];
  }

  /// Told of every leaf, possibly by several threads at a time but for disjoint rows.
  interface LeafListener {
    void leaf(int[] rows, int from, int to, Output output);
  }

  /// The root of a tree. Trees of one instance must not be grown at the same time.
  ///
  /// @param rows the distinct rows to grow on, ascending; rearranged
  /// @param count how many of them there are
  /// @param lists the presorted lists of these rows, split along; null: sort in the nodes
  GrowingNode root(
      Target target,
      int[] rows,
      int count,
      long seed,
      @Nullable PresortedLists lists,
      LeafListener listener) {
    long[] whole = new long[target.width()];
    target.sum(rows, 0, count, whole);
    return new ExactNode(new Context(target, rows, lists, listener), 0, count, whole, 1, seed);
  }

  /// What the nodes of one tree share.
  private record Context(
      Target target, int[] rows, @Nullable PresortedLists lists, LeafListener listener) {}

  private final class ExactNode extends GrowingNode {
    private final Context tree;
    private final int from;
    private final int to;

    ExactNode(Context tree, int from, int to, long[] whole, int depth, long seed) {
      super(tree.target(), whole, depth, seed);
      this.tree = tree;
      this.from = from;
      this.to = to;
    }

    @Override
    int rows() {
      return to - from;
    }

    @Override
    Output output() {
      return tree.target().within(bounds()).output(tree.rows(), from, to, whole);
    }

    @Override
    void settle(Output output) {
      tree.listener().leaf(tree.rows(), from, to, output);
    }

    @Override
    Children split(Cut cut) {
      int middle = partition(cut);
      long[] positive = new long[whole.length];
      tree.target().sum(tree.rows(), middle, to, positive);
      long[] negative = without(positive);
      PresortedLists lists = tree.lists();
      if (lists != null
          && (rules.splittable(negative[0], depth + 1)
              || rules.splittable(positive[0], depth + 1))) {
        int except = cut.condition() instanceof Condition.IsMissing ? -1 : cut.attribute();
        lists.partition(from, to, side, except, scratches, wide());
      }
      return new Children(
          new ExactNode(tree, from, middle, negative, depth + 1, seed(false)),
          new ExactNode(tree, middle, to, positive, depth + 1, seed(true)));
    }

    /// Marks the side of every row and moves the negative ones to the front.
    private int partition(Cut cut) {
      Scratch scratch = scratches.borrow();
      Sides.mark(table, cut, tree.rows(), from, to, side, scratch);
      int middle = RowPartition.split(tree.rows(), from, to, side, scratch.rows);
      scratches.giveBack(scratch);
      return middle;
    }

    /// Whether the node is large enough for several threads.
    private boolean wide() {
      return workers.threads() > 1 && (long) rows() * table.attributes().size() > SEARCH_GRAIN;
    }

    @Override
    @Nullable Cut best() {
      SplitSearch.Site site =
          new SplitSearch.Site(
              tree.target().within(bounds()),
              tree.rows(),
              from,
              to,
              whole,
              seed,
              new SplitSearch.Bar());
      int n = searched.length;
      int[] order = searched.clone();
      new SplitMix(seed).shuffle(order);
      Cut slanted = oblique == null ? null : oblique.search(site, workers, scratches);
      @Nullable Cut best = gains(slanted) ? slanted : null;
      if (rules.candidates() >= n && wide()) {
        @Nullable Cut[] cuts = new Cut[n];
        workers.forEach(n, i -> cuts[i] = search(site, order[i]));
        for (Cut cut : cuts) {
          best = gains(cut) ? SplitSearch.better(best, cut) : best;
        }
        return best;
      }
      int budget = rules.candidates();
      for (int i = 0; i < n && budget >= 0; i++) {
        Cut cut = search(site, order[i]);
        budget -= cut == null ? 0 : 1;
        best = gains(cut) ? SplitSearch.better(best, cut) : best;
      }
      return best;
    }

    private static boolean gains(@Nullable Cut cut) {
      return cut != null && cut.score() > 0;
    }

    private @Nullable Cut search(SplitSearch.Site site, int attribute) {
      Scratch scratch = scratches.borrow();
      Cut cut = search.search(site, attribute, tree.lists(), scratch);
      scratches.giveBack(scratch);
      if (cut != null) {
        site.bar().raise(cut.score());
      }
      return cut;
    }
  }
}
