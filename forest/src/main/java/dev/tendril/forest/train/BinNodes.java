package dev.tendril.forest.train;

import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Output;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The nodes of trees that search a few features a node, between bins of values: those of random
/// forests on large tables.
///
/// There is no histogram of all features to hand down, as [HistogramNodes] have, since most of it
/// would never be looked at. A node counts its rows into the bins of the features that it draws
/// ([Tally]), at about a nanosecond for a row and a feature. A cut lies in the middle between the
/// occupied bins on either side, as an exact search has it between two values.
///
/// Features are drawn until enough of them had a legal split, one more than the budget, as in
/// [ExactNodes]. Rows that a tree does not learn from may travel along, so that what it predicts
/// for them need not be found by walking down.
///
/// Trees of one instance must not be grown at the same time, nor by several threads.
final class BinNodes {
  private final BinnedTable table;
  private final GrowthRules rules;
  private final int mostBins;
  private final int[] spare;
  private final long[] values;
  private final int[] features;
  private final int[] order;
  private final byte[] side;

  BinNodes(BinnedTable table, GrowthRules rules) {
    this.table = table;
    this.rules = rules;
    this.mostBins = table.features.stream().mapToInt(BinnedFeature::sums).max().orElse(1);
    this.spare = new int[table.rows];
    this.values = new long[table.rows];
    this.features = IntStream.range(0, table.features.size()).toArray();
    this.order = features.clone();
    this.side = new byte[Math.max(BinnedTable.NARROW, mostBins)];
  }

  /// Rows that a tree is not grown on, but that are to know what it predicts.
  ///
  /// @param rows rearranged
  /// @param outputs receives what the tree predicts for each of them, in their final order
  record Along(int[] rows, Output[] outputs) {
    static final Along NONE = new Along(new int[0]);

    Along(int[] rows) {
      this(rows, new Output[rows.length]);
    }
  }

  /// The root of a tree.
  ///
  /// @param rows the distinct rows to grow on, ascending; rearranged
  GrowingNode root(Target target, int[] rows, Along along, long seed) {
    long[] whole = new long[target.width()];
    target.sum(rows, 0, rows.length, whole);
    Tally tally = Tally.of(target, mostBins, values);
    Context tree = new Context(target, rows, along, tally);
    return new BinNode(
        tree, new Range(0, rows.length), new Range(0, along.rows().length), whole, 1, seed);
  }

  /// What the nodes of one tree share.
  private record Context(Target target, int[] rows, Along along, Tally tally) {}

  private record Range(int from, int to) {}

  private final class BinNode extends GrowingNode {
    private final Context tree;
    private final int from;
    private final int to;
    private final Range along;

    BinNode(Context tree, Range rows, Range along, long[] whole, int depth, long seed) {
      super(tree.target(), whole, depth, seed);
      this.tree = tree;
      this.from = rows.from();
      this.to = rows.to();
      this.along = along;
    }

    @Override
    int rows() {
      return to - from;
    }

    @Override
    Output output() {
      return tree.target().output(tree.rows(), from, to, whole);
    }

    @Override
    void settle(Output output) {
      Arrays.fill(tree.along().outputs(), along.from(), along.to(), output);
    }

    @Override
    @Nullable Cut best() {
      tree.tally().enter(tree.rows(), from, to, whole);
      SplitMix random = new SplitMix(seed);
      int n = order.length;
      System.arraycopy(features, 0, order, 0, n);
      int budget = rules.candidates();
      Cut best = null;
      for (int left = n; left > 0 && budget >= 0; left--) {
        int drawn = random.nextInt(left);
        int feature = order[drawn];
        order[drawn] = order[left - 1];
        order[left - 1] = feature;
        Cut cut = search(feature, best == null ? 0 : best.score());
        budget -= cut == null ? 0 : 1;
        best = cut != null && cut.score() > 0 ? SplitSearch.better(best, cut) : best;
      }
      return best;
    }

    /// The best split on one feature: null when none is legal; its score is 0 when none gains
    /// anything, or less than the bar.
    private @Nullable Cut search(int at, double bar) {
      BinnedFeature feature = table.features.get(at);
      Tally tally = tree.tally();
      tally.add(table, at);
      Cut missing = null;
      if (feature.gaps()) {
        missing = missing(at, feature);
        tally.move(feature.bins(), feature.replacement());
      }
      Cut cut =
          feature.kind() == BinnedFeature.Kind.CATEGORY
              ? categories(at, feature, bar)
              : ordered(at, feature, bar);
      return SplitSearch.better(cut, missing);
    }

    private @Nullable Cut missing(int at, BinnedFeature feature) {
      double score = tree.tally().score(feature.bins());
      return score == Target.ILLEGAL
          ? null
          : new Cut(score, at, new Condition.IsMissing(feature.column()), true, 0);
    }

    private @Nullable Cut ordered(int at, BinnedFeature feature, double bar) {
      Tally tally = tree.tally();
      int found = tally.cut(bar);
      if (found < 0) {
        return found == Target.BELOW_BAR ? Cut.NONE : null;
      }
      return feature.between(tally.below, tally.above, tally.score, at);
    }

    private @Nullable Cut categories(int at, BinnedFeature feature, double bar) {
      CategoricalSearch.Categories categories =
          new CategoricalSearch.Categories(
              at, feature.column(), feature.bins(), feature.replacement());
      return tree.tally().subset(rules, categories, bar, new SplitMix(SplitMix.mix(seed, 16 + at)));
    }

    @Override
    Children split(Cut cut) {
      int feature = cut.attribute();
      table.features.get(feature).sides(cut, side);
      int middle = divide(feature, tree.rows(), from, to);
      int middleAlong = divide(feature, tree.along().rows(), along.from(), along.to());
      boolean fewer = middle - from < to - middle;
      long[] less = new long[whole.length];
      tree.target().sum(tree.rows(), fewer ? from : middle, fewer ? middle : to, less);
      long[] more = without(less);
      BinNode low =
          new BinNode(
              tree,
              new Range(from, middle),
              new Range(along.from(), middleAlong),
              fewer ? less : more,
              depth + 1,
              seed(false));
      BinNode high =
          new BinNode(
              tree,
              new Range(middle, to),
              new Range(middleAlong, along.to()),
              fewer ? more : less,
              depth + 1,
              seed(true));
      return new Children(low, high);
    }
  }

  private int divide(int feature, int[] rows, int from, int to) {
    return table.wide(feature)
        ? divide(table.chars(feature), side, rows, from, to, spare)
        : divide(table.bytes(feature), side, rows, from, to, spare);
  }

  private static int divide(byte[] bins, byte[] side, int[] rows, int from, int to, int[] spare) {
    int low = from;
    int high = 0;
    for (int i = from; i < to; i++) {
      int row = rows[i];
      int positive = side[bins[row] & 255];
      rows[low] = row;
      spare[high] = row;
      low += 1 - positive;
      high += positive;
    }
    System.arraycopy(spare, 0, rows, low, high);
    return low;
  }

  private static int divide(char[] bins, byte[] side, int[] rows, int from, int to, int[] spare) {
    int low = from;
    int high = 0;
    for (int i = from; i < to; i++) {
      int row = rows[i];
      int positive = side[bins[row]];
      rows[low] = row;
      spare[high] = row;
      low += 1 - positive;
      high += positive;
    }
    System.arraycopy(spare, 0, rows, low, high);
    return low;
  }
}
