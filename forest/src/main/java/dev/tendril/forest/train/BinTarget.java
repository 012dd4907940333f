package dev.tendril.forest.train;

import dev.tendril.forest.tree.Output;
import org.jspecify.annotations.Nullable;

/// A target whose sums can be kept by bin, in a [Histogram].
///
/// The first sum of a bin is packed: `value << shift | count`, with a value that may be negative;
/// [#shift] is chosen so that neither part can overflow. The second, where there is one, adds up
/// [#seconds].
abstract class BinTarget extends Target {
  /// Bits of a packed sum for the value and the count together; one is the sign.
  private static final int BITS = Long.SIZE - 1;

  /// Makes the output of a node from its rows.
  interface Leaf {
    /// @param bounds that a Newton step has to stay within
    Output output(int[] rows, int from, int to, Bounds bounds);

    /// @param entries whose lower halves are rows
    /// @param sums their sums
    /// @param bounds that a Newton step has to stay within
    default Output output(long[] entries, int from, int to, long[] sums, Bounds bounds) {
      int[] rows = new int[to - from];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = (int) entries[from + i];
      }
      return output(rows, 0, rows.length, bounds);
    }
  }

  BinTarget(int @Nullable [] multiplicity, int minExamples) {
    super(multiplicity, minExamples);
  }

  @Override
  BinTarget within(Bounds bounds) {
    super.within(bounds);
    return this;
  }

  @Override
  BinTarget toward(int direction) {
    super.toward(direction);
    return this;
  }

  /// The bits that count so many rows.
  static int shift(int rows) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(rows);
  }

  /// The most bits of a value of which so many are to be added up in what the count leaves.
  static int valueBits(int rows) {
    return Math.min(30, BITS - 2 * shift(rows));
  }

  /// By row what packed sums add up.
  abstract int[] values();

  /// By row what second sums add up; empty: nothing.
  abstract int[] seconds();

  /// Writes the sums of a bin in the layout of [Target].
  abstract void unpack(long first, long second, int shift, long[] sums, int at);

  /// The best cut of bins in ascending order: the lowest of equals.
  ///
  /// @param bins the bins of one feature
  /// @param whole sums of the node
  /// @param bar a score; cuts that are below it may be passed over
  /// @param score receives the score at index 0
  /// @return the first bin above the cut, -1 when no cut is legal, or [#BELOW_BAR]
  int scan(Bins bins, long[] whole, double bar, double[] score) {
    return plainScan(bins, whole, bar, score);
  }

  /// What [#scan] does, said plainly.
  final int plainScan(Bins bins, long[] whole, double bar, double[] score) {
    long[] side = new long[width()];
    int best = -1;
    double bestScore = ILLEGAL;
    long first = 0;
    long second = 0;
    for (int bin = 0; bin + 1 < bins.count(); bin++) {
      first += bins.first(bin);
      second += bins.second(bin);
      if (bins.first(bin) == 0) {
        continue;
      }
      unpack(first, second, bins.shift(), side, 0);
      double at = score(side, 0, whole);
      if (at > bestScore) {
        bestScore = at;
        best = bin + 1;
      }
    }
    score[0] = bestScore;
    return best >= 0 && bestScore < bar ? BELOW_BAR : best;
  }

  /// The weight of a node's rows, in the unit of the user's weights. Targets whose sums by bin lack
  /// it look at the rows.
  ///
  /// @param entries whose lower halves are rows
  /// @param sums the node's
  double weight(long[] entries, int from, int to, long[] sums) {
    return weight(sums);
  }

  /// What a node with these rows predicts.
  ///
  /// @param entries whose lower halves are rows
  /// @param sums the node's
  abstract Output output(long[] entries, int from, int to, long[] sums);

  /// The sums of the bins of one feature.
  ///
  /// @param first packed sums
  /// @param second second sums; empty: none
  /// @param start the place of the first bin in both
  record Bins(long[] first, long[] second, int start, int count, int shift) {
    long first(int bin) {
      return first[start + bin];
    }

    long second(int bin) {
      return second.length == 0 ? 0 : second[start + bin];
    }
  }
}
