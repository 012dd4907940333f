package dev.tendril.forest.train;

import dev.tendril.forest.tree.Output;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RecursiveTask;
import org.jspecify.annotations.Nullable;

/// The nodes of trees whose splits are searched over bins of values (Ranka and Singh 1998; Chen and
/// Guestrin 2016; Ke et al. 2017).
///
/// A node has a [Histogram], unless so many nodes wait to be split that memory would not do for
/// them. Only the smaller child of a split adds up its rows; the other's histogram is the parent's
/// less the smaller one's, made in place. That is three quarters of the work saved, and it is exact
/// since all sums are integers: the trees are the same for any number of threads and any order of
/// adding.
///
/// Rows travel as entries `value << 32 | row`, so that gradients are read in the order of the rows
/// of a node, not gathered. Rows that were held out or not sampled travel along without a value: at
/// a leaf they too receive what it predicts.
final class HistogramNodes {
  /// The fewest rows that a thread takes off another that adds up a node.
  private static final int GRAIN = 1 << 12;

  private final BinnedTable table;
  private final GrowthRules rules;
  private final Workers workers;
  private final Histogram.Pool pool;
  private final Entries learned;
  private Entries carried = new Entries(0);

  /// Entries of rows, in two arrays between which they go back and forth from depth to depth.
  private record Entries(long[] even, long[] odd) {
    Entries(int rows) {
      this(new long[rows], new long[rows]);
    }

    long[] at(int depth) {
      return depth % 2 == 0 ? even : odd;
    }
  }

  /// Told of every leaf, possibly by several threads at a time but for disjoint rows.
  interface LeafListener {
    /// @param entries whose lower halves are rows
    void leaf(long[] entries, int from, int to, Output output);
  }

  /// @param mostRows the most rows of a tree
  /// @param both whether targets have second sums
  HistogramNodes(
      BinnedTable table, GrowthRules rules, Workers workers, int mostRows, boolean both) {
    this.table = table;
    this.rules = rules;
    this.workers = workers;
    this.pool = new Histogram.Pool(table, both);
    this.learned = new Entries(mostRows);
  }

  /// The root of a tree. Trees of one instance must not be grown at the same time.
  ///
  /// @param rows to grow on
  /// @param along rows that only receive what leaves predict, in two parts
  GrowingNode root(BinTarget target, int[] rows, List<int[]> along, long seed, LeafListener told) {
    long[] entries = learned.at(1);
    int[] values = target.values();
    Blocks.run(workers, rows.length, (from, to) -> enter(rows, values, from, to, entries));
    int n = carry(along);
    Tree tree =
        new Tree(target, BinTarget.shift(rows.length), rows.length / workers.threads(), told);
    Histogram histogram = pool.borrow();
    addUp(tree, 1, 0, rows.length, histogram);
    long[] whole = new long[target.width()];
    long first = 0;
    long second = 0;
    for (int bin = 0; bin < table.features.getFirst().sums(); bin++) {
      first += histogram.first[table.start(0) + bin];
      second += histogram.second.length > 0 ? histogram.second[table.start(0) + bin] : 0;
    }
    target.unpack(first, second, tree.shift(), whole, 0);
    return new HistogramNode(
        tree, new Range(0, rows.length), new Range(0, n), whole, histogram, 1, seed);
  }

  private int carry(List<int[]> along) {
    int rows = along.stream().mapToInt(part -> part.length).sum();
    if (rows > carried.even().length) {
      carried = new Entries(rows);
    }
    int n = 0;
    for (int[] part : along) {
      for (int row : part) {
        carried.at(1)[n++] = row;
      }
    }
    return n;
  }

  private static void enter(int[] rows, int[] values, int from, int to, long[] entries) {
    for (int i = from; i < to; i++) {
      entries[i] = (long) values[rows[i]] << 32 | rows[i];
    }
  }

  private void addUp(Tree tree, int depth, int from, int to, Histogram into) {
    if (workers.threads() == 1 || to - from < 2 * GRAIN) {
      HistogramKernel.add(
          table, learned.at(depth), from, to, tree.shift(), tree.target().seconds(), into);
      return;
    }
    int middle = from + (to - from) / 2;
    Addition rest = new Addition(tree, depth, middle, to);
    rest.fork();
    addUp(tree, depth, from, middle, into);
    if (rest.tryUnfork()) {
      addUp(tree, depth, middle, to, into);
      return;
    }
    Histogram other = rest.join();
    into.add(other, table);
    pool.giveBack(other);
  }

  /// Adds up some rows apart, if a thread has nothing else to do before their turn comes.
  private final class Addition extends RecursiveTask<Histogram> {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial")
    private final Tree tree;

    private final int depth;
    private final int from;
    private final int to;

    Addition(Tree tree, int depth, int from, int to) {
      this.tree = tree;
      this.depth = depth;
      this.from = from;
      this.to = to;
    }

    @Override
    protected Histogram compute() {
      Histogram sums = pool.borrow();
      addUp(tree, depth, from, to, sums);
      return sums;
    }
  }

  /// What the nodes of one tree share.
  ///
  /// @param share the rows that each thread has to look at if all have the same: larger nodes are
  ///     worked on by several threads, smaller ones beside each other
  private record Tree(BinTarget target, int shift, int share, LeafListener told) {}

  /// Some entries.
  private record Range(int from, int to) {
    int size() {
      return to - from;
    }
  }

  private final class HistogramNode extends GrowingNode {
    private final Tree tree;
    private final Range range;
    private final Range along;
    private final double weight;
    private @Nullable Histogram histogram;

    HistogramNode(
        Tree tree,
        Range range,
        Range along,
        long[] whole,
        @Nullable Histogram histogram,
        int depth,
        long seed) {
      super(tree.target(), whole, depth, seed);
      this.tree = tree;
      this.range = range;
      this.along = along;
      this.weight = tree.target().weight(learned.at(depth), range.from(), range.to(), whole);
      this.histogram = histogram;
    }

    @Override
    int rows() {
      return range.size();
    }

    @Override
    double weight() {
      return weight;
    }

    @Override
    Output output() {
      return tree.target()
          .within(bounds())
          .output(learned.at(depth), range.from(), range.to(), whole);
    }

    @Override
    void settle(Output output) {
      release();
      tree.told().leaf(learned.at(depth), range.from(), range.to(), output);
      tree.told().leaf(carried.at(depth), along.from(), along.to(), output);
    }

    private void release() {
      if (histogram != null) {
        pool.giveBack(histogram);
        histogram = null;
      }
    }

    @Override
    @Nullable Cut best() {
      Cut cut =
          new BinSearch(table, rules, tree.target().within(bounds()), tree.shift(), whole, seed)
              .search(Objects.requireNonNull(histogram));
      if (cut == null || pool.crowded()) {
        release();
      }
      return cut;
    }

    /// The histogram, added up once more where it was not kept while the node waited for its turn.
    private Histogram histogram() {
      if (histogram == null) {
        histogram = pool.borrow();
        addUp(tree, depth, range.from(), range.to(), histogram);
      }
      return histogram;
    }

    @Override
    Children split(Cut cut) {
      int feature = cut.attribute();
      byte[] side = new byte[Math.max(BinnedTable.NARROW, table.features.get(feature).sums())];
      table.features.get(feature).sides(cut, side);
      Histogram sums = histogram();
      histogram = null;
      long[] positive = positive(sums, feature, side);
      long[] negative = without(positive);
      int middle = divide(learned, range, feature, side);
      int middleAlong = divide(carried, along, feature, side);
      HistogramNode low =
          child(
              new Range(range.from(), middle),
              new Range(along.from(), middleAlong),
              negative,
              false);
      HistogramNode high =
          child(new Range(middle, range.to()), new Range(middleAlong, along.to()), positive, true);
      share(sums, low, high);
      return new Children(low, high);
    }

    private HistogramNode child(Range rows, Range carriedRows, long[] sums, boolean positive) {
      return new HistogramNode(tree, rows, carriedRows, sums, null, depth + 1, seed(positive));
    }

    private int divide(Entries entries, Range divided, int feature, byte[] side) {
      return EntryPartition.split(
          rows() > tree.share() ? workers : Workers.CALLER,
          table,
          feature,
          side,
          entries.at(depth),
          divided.from(),
          divided.to(),
          entries.at(depth + 1));
    }

    private long[] positive(Histogram sums, int feature, byte[] side) {
      long first = 0;
      long second = 0;
      int start = table.start(feature);
      for (int bin = 0; bin < table.features.get(feature).sums(); bin++) {
        if (side[bin] == 1) {
          first += sums.first[start + bin];
          second += sums.second.length > 0 ? sums.second[start + bin] : 0;
        }
      }
      long[] positive = new long[whole.length];
      tree.target().unpack(first, second, tree.shift(), positive, 0);
      return positive;
    }

    /// Gives each child that may be split its histogram.
    private void share(Histogram sums, HistogramNode low, HistogramNode high) {
      HistogramNode small = low.rows() <= high.rows() ? low : high;
      HistogramNode large = small == low ? high : low;
      boolean smallNeeds = rules.splittable(small.examples(), small.depth);
      boolean largeNeeds = rules.splittable(large.examples(), large.depth);
      if (!smallNeeds && !largeNeeds) {
        pool.giveBack(sums);
        return;
      }
      Histogram own = pool.borrow();
      addUp(tree, depth + 1, small.range.from(), small.range.to(), own);
      if (largeNeeds) {
        sums.subtract(own, table);
        large.histogram = sums;
      } else {
        pool.giveBack(sums);
      }
      if (smallNeeds) {
        small.histogram = own;
      } else {
        pool.giveBack(own);
      }
    }
  }
}
