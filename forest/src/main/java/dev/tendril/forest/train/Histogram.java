package dev.tendril.forest.train;

import java.util.ArrayDeque;
import java.util.Arrays;

/// Sums over the rows of a node for every bin of every feature.
///
/// The first sum of a bin is **packed**: the low bits count examples, the bits above hold the sum
/// of what the target splits on, so that one addition does both. Some targets need another sum,
/// which is in [#second].
///
/// The sums of a child are those of its parent less those of its sibling; sums of integers are
/// exact, so nothing is lost however often this is done.
final class Histogram {
  final long[] first;
  final long[] second;

  /// Takes what is read only in order to have it in the cache.
  int touched;

  private Histogram(int length, boolean both) {
    first = new long[length];
    second = new long[both ? length : 0];
  }

  void subtract(Histogram other, BinnedTable table) {
    table.forEachRange(
        (from, to) -> {
          subtract(first, other.first, from, to);
          if (second.length > 0) {
            subtract(second, other.second, from, to);
          }
        });
  }

  private static void subtract(long[] from, long[] what, int begin, int end) {
    for (int i = begin; i < end; i++) {
      from[i] -= what[i];
    }
  }

  void add(Histogram other, BinnedTable table) {
    table.forEachRange(
        (from, to) -> {
          add(first, other.first, from, to);
          if (second.length > 0) {
            add(second, other.second, from, to);
          }
        });
  }

  private static void add(long[] to, long[] what, int begin, int end) {
    for (int i = begin; i < end; i++) {
      to[i] += what[i];
    }
  }

  private void clear(BinnedTable table) {
    table.forEachRange(
        (from, to) -> {
          Arrays.fill(first, from, to, 0);
          if (second.length > 0) {
            Arrays.fill(second, from, to, 0);
          }
        });
  }

  /// The histograms of one training run.
  static final class Pool {
    /// As many as the nodes of one path and their siblings need.
    private static final int FEWEST = 64;

    private static final long MOST_BYTES = 1L << 25;

    private final BinnedTable table;
    private final boolean both;
    private final ArrayDeque<Histogram> idle = new ArrayDeque<>();
    private final int most;
    private int lent;

    /// @param both whether the second sums are needed
    Pool(BinnedTable table, boolean both) {
      this.table = table;
      this.both = both;
      long bytes = (both ? 2L : 1L) * Long.BYTES * Math.max(1, table.length);
      this.most = (int) Math.max(FEWEST, MOST_BYTES / bytes);
    }

    /// A histogram of nothing.
    Histogram borrow() {
      Histogram histogram;
      synchronized (this) {
        histogram = idle.poll();
        lent++;
      }
      if (histogram == null) {
        return new Histogram(table.length, both);
      }
      histogram.clear(table);
      return histogram;
    }

    synchronized void giveBack(Histogram histogram) {
      lent--;
      idle.push(histogram);
    }

    /// Whether so many are lent that who can do without should give one back.
    synchronized boolean crowded() {
      return lent > most;
    }
  }
}
