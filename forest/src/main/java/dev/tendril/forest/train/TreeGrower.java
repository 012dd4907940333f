package dev.tendril.forest.train;

import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import java.util.Objects;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveTask;
import org.jspecify.annotations.Nullable;

/// Grows one decision tree by divide and conquer: the best split of a node over some or all
/// attributes, then the same for either side.
///
/// The rows of a node are a range of one array, ascending; a split moves the negative ones to the
/// front of the range without changing the order within a side. Every node draws from a random
/// stream of its own, whose seed follows from its place in the tree, so that nodes can be grown in
/// any order and by any thread.
///
/// Attributes are tried in random order until enough of them had a legal split: constant ones do
/// not use up the budget. As in YDF one more than the budget is tried. Of equal scores the first
/// found wins.
final class TreeGrower {
  /// Nodes with fewer values than this to look at are searched by one thread.
  private static final long SEARCH_GRAIN = 1 << 15;

  /// Nodes with fewer rows than this are grown to their leaves by one thread.
  private static final int GROW_GRAIN = 1 << 10;

  /// Told of every leaf, possibly by several threads at a time but for disjoint rows.
  interface LeafListener {
    void leaf(int[] rows, int from, int to, Output output);
  }

  private final TrainingTable table;
  private final GrowthRules rules;
  private final SplitSearch search;
  private final Workers workers;
  private final Scratch.Pool scratches;
  private final byte[] side;

  /// @param workers the threads that one tree may use
  TreeGrower(TrainingTable table, GrowthRules rules, Workers workers) {
    this.table = table;
    this.rules = rules;
    this.search = new SplitSearch(table, rules);
    this.workers = workers;
    this.scratches = new Scratch.Pool(table.rows());
    this.side = new byte[table.rows()];
  }

  /// Grows a tree. Must be called from within [Workers#run]; calls on one grower must not overlap.
  ///
  /// @param rows the distinct rows to grow on, ascending; rearranged
  /// @param count how many of them there are
  /// @param lists the presorted lists of these rows, split along; null: sort in the nodes
  Tree grow(
      Target target,
      int[] rows,
      int count,
      long seed,
      @Nullable PresortedLists lists,
      LeafListener listener) {
    return new Tree(new Growth(target, rows, lists, listener).grow(0, count, 1, seed));
  }

  private final class Growth {
    private final Target target;
    private final int[] rows;
    private final @Nullable PresortedLists lists;
    private final LeafListener listener;

    Growth(Target target, int[] rows, @Nullable PresortedLists lists, LeafListener listener) {
      this.target = target;
      this.rows = rows;
      this.lists = lists;
      this.listener = listener;
    }

    Node grow(int from, int to, int depth, long seed) {
      long[] whole = new long[target.width()];
      target.sum(rows, from, to, whole);
      if (!rules.splittable(whole[0], depth) || target.pure(whole)) {
        return leaf(from, to, whole);
      }
      Cut cut = best(new SplitSearch.Site(target, rows, from, to, whole, seed));
      if (cut == null) {
        return leaf(from, to, whole);
      }
      boolean wide =
          workers.threads() > 1 && (long) (to - from) * table.attributes().size() > SEARCH_GRAIN;
      int middle = partition(from, to, cut);
      Output output = rules.keepInner() ? target.output(rows, from, to) : null;
      long[] positive = new long[target.width()];
      target.sum(rows, middle, to, positive);
      boolean carry =
          lists != null
              && (rules.splittable(whole[0] - positive[0], depth + 1)
                  || rules.splittable(positive[0], depth + 1));
      if (carry) {
        int except = cut.condition() instanceof Condition.IsMissing ? -1 : cut.attribute();
        Objects.requireNonNull(lists).partition(from, to, side, except, scratches, wide);
      }
      Node.Statistics statistics =
          new Node.Statistics(
              whole[0],
              target.weight(rows, from, to),
              positive[0],
              target.weight(rows, middle, to),
              (float) cut.score());
      Node low;
      Node high;
      if (workers.threads() > 1 && to - from > GROW_GRAIN) {
        ForkJoinTask<Node> task = new Grow(middle, to, depth + 1, SplitMix.mix(seed, 2)).fork();
        low = grow(from, middle, depth + 1, SplitMix.mix(seed, 1));
        high = task.join();
      } else {
        low = grow(from, middle, depth + 1, SplitMix.mix(seed, 1));
        high = grow(middle, to, depth + 1, SplitMix.mix(seed, 2));
      }
      return new Node.Split(
          cut.condition(), cut.missingIsPositive(), low, high, output, statistics);
    }

    private final class Grow extends RecursiveTask<Node> {
      private static final long serialVersionUID = 1;

      private final int from;
      private final int to;
      private final int depth;
      private final long seed;

      Grow(int from, int to, int depth, long seed) {
        this.from = from;
        this.to = to;
        this.depth = depth;
        this.seed = seed;
      }

      @Override
      protected Node compute() {
        return grow(from, to, depth, seed);
      }
    }

    private Node leaf(int from, int to, long[] whole) {
      Output output = target.output(rows, from, to);
      listener.leaf(rows, from, to, output);
      return new Node.Leaf(output, whole[0]);
    }

    private @Nullable Cut best(SplitSearch.Site site) {
      int n = table.attributes().size();
      int[] order = new int[n];
      for (int i = 0; i < n; i++) {
        order[i] = i;
      }
      new SplitMix(site.seed()).shuffle(order);
      @Nullable Cut best = null;
      if (rules.candidates() >= n
          && workers.threads() > 1
          && (long) site.size() * n > SEARCH_GRAIN) {
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
      Cut cut = search.search(site, attribute, lists, scratch);
      scratches.giveBack(scratch);
      return cut;
    }

    /// Marks the side of every row and moves the negative ones to the front.
    private int partition(int from, int to, Cut cut) {
      Sides.mark(table, cut, rows, from, to, side);
      Scratch scratch = scratches.borrow();
      int[] spare = scratch.ints;
      int low = from;
      int high = 0;
      for (int i = from; i < to; i++) {
        int row = rows[i];
        int positive = side[row];
        rows[low] = row;
        spare[high] = row;
        low += 1 - positive;
        high += positive;
      }
      System.arraycopy(spare, 0, rows, low, high);
      scratches.giveBack(scratch);
      return low;
    }
  }
}
