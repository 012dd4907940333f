package dev.tendril.forest.train;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The rows of a node counted into the bins of one feature at a time, and the best cut between
/// these bins.
///
/// Features are counted one after the other, so that a node which looks at a few of them pays for
/// these alone. Nodes near the leaves have fewer rows than a feature has bins; which bins are
/// occupied is therefore noted in bits, and the others are never looked at. Used by one thread.
abstract class Tally {
  /// Places that a cut is between: the highest occupied bin below it, and the lowest above.
  int below;

  int above;

  /// The score of the cut.
  double score;

  /// Bins are looked for by their bits.
  private final long[] occupied;

  /// @param bins the most bins of a feature
  Tally(int bins) {
    occupied = new long[(Math.max(BinnedTable.NARROW, bins) + Long.SIZE - 1) / Long.SIZE];
  }

  /// The quickest one for a target.
  ///
  /// @param bins the most bins of a feature
  /// @param values room for as many longs as the tree has rows
  static Tally of(Target target, int bins, long[] values) {
    return target instanceof ClassTarget classes && classes.packed() != null
        ? new TwoClassTally(classes, bins, values)
        : new PlainTally(target, bins);
  }

  /// Begins a node.
  ///
  /// @param whole its sums
  abstract void enter(int[] rows, int from, int to, long[] whole);

  /// Counts the rows of the node into the bins of a feature. Bins are empty before.
  final void add(BinnedTable table, int feature) {
    if (table.wide(feature)) {
      add(table.chars(feature));
    } else {
      add(table.bytes(feature), table.features.get(feature).sums());
    }
  }

  /// @param bins by row
  /// @param count the number of bins
  final void add(byte[] bins, int count) {
    add(bins, count, occupied);
  }

  /// @param bins by row
  final void add(char[] bins) {
    add(bins, occupied);
  }

  /// @param count the number of bins
  /// @param bits receives which bins have rows
  abstract void add(byte[] bins, int count, long[] bits);

  /// @param bits receives which bins have rows
  abstract void add(char[] bins, long[] bits);

  /// The score of splitting one bin from the others.
  abstract double score(int bin);

  /// Moves what is in one bin to another.
  final void move(int from, int to) {
    if ((occupied[from >> 6] >>> from & 1) != 0) {
      merge(from, to);
      occupied[from >> 6] &= ~(1L << from);
      occupied[to >> 6] |= 1L << to;
    }
  }

  abstract void merge(int from, int to);

  /// Finds the best cut of the bins in ascending order, the lowest of equals, and empties them.
  ///
  /// @param bar a score; cuts that are clearly below it may be passed over
  /// @return 0 when there is one, -1 when none is legal, or [Target#BELOW_BAR]
  final int cut(double bar) {
    return cut(occupied, bar);
  }

  abstract int cut(long[] bits, double bar);

  /// Finds the subset of bins that splits best, and empties them.
  ///
  /// @param random for subsets that are drawn
  /// @return null when none is legal, [Cut#NONE] when none reaches the bar
  @Nullable Cut subset(
      GrowthRules rules, CategoricalSearch.Categories categories, double bar, SplitMix random) {
    Target target = target().categorical();
    long[] sums = new long[categories.arity() * target.width()];
    for (int word = 0; word < occupied.length; word++) {
      for (long left = occupied[word]; left != 0; left &= left - 1) {
        drain(word * Long.SIZE + Long.numberOfTrailingZeros(left), sums);
      }
      occupied[word] = 0;
    }
    return new CategoricalSearch(rules, target, whole(), categories, sums, bar).search(random);
  }

  /// The first occupied bin from one on; -1: there is none.
  final int next(int bin) {
    int word = bin >> 6;
    if (word >= occupied.length) {
      return -1;
    }
    long left = occupied[word] & -1L << bin;
    while (left == 0) {
      if (++word == occupied.length) {
        return -1;
      }
      left = occupied[word];
    }
    return word * Long.SIZE + Long.numberOfTrailingZeros(left);
  }

  /// Forgets which bins are occupied.
  final void clear() {
    Arrays.fill(occupied, 0);
  }

  abstract Target target();

  /// The sums of the node.
  abstract long[] whole();

  /// Adds what a bin holds to sums by bin in the layout of [Target], and empties it.
  abstract void drain(int bin, long[] sums);
}
