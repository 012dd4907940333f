package dev.tendril.forest.train;

/// Adds rows up in a [Histogram].
///
/// An entry holds a row and its value, `value << 32 | row`. Its value is added, together with a one
/// that counts it, to one place per feature. Three things decide the speed: that one addition does
/// both; that the bins of a row lie side by side; and that the loop over the features is written
/// out ([HistogramLoops]). In small nodes of large tables rows lie far apart, and the loop would
/// wait for memory row by row; so some rows ahead are touched first, by a loop so light that the
/// processor has many of them under way at a time.
final class HistogramKernel {
  /// Rows that are touched ahead and then added.
  private static final int BLOCK = 256;

  /// Nodes that have at least this share of the rows are not touched ahead: 1 in so many.
  private static final int DENSE = 2;

  private HistogramKernel() {}

  /// Adds the rows of a node, or some of them.
  ///
  /// @param shift the bits of the packed sum that count
  /// @param second by row what the second sum adds; not read when the histogram has none
  static void add(
      BinnedTable table,
      long[] entries,
      int from,
      int to,
      int shift,
      int[] second,
      Histogram histogram) {
    boolean sparse = (long) (to - from) * DENSE < table.rows;
    for (BinnedTable.Group group : table.groups) {
      HistogramLoops.Loop packed = HistogramLoops.of(group, true);
      for (int at = from; at < to; at += BLOCK) {
        int end = Math.min(at + BLOCK, to);
        if (sparse) {
          histogram.touched += touch(entries, at, end, group.bins(), group.width());
        }
        packed.add(entries, at, end, shift, group.bins(), second, histogram.first);
      }
      if (histogram.second.length > 0) {
        HistogramLoops.of(group, false)
            .add(entries, from, to, shift, group.bins(), second, histogram.second);
      }
    }
    for (int f = 0; f < table.features.size(); f++) {
      if (table.wide(f)) {
        addWide(entries, from, to, shift, table.chars(f), table.start(f), histogram.first);
        if (histogram.second.length > 0) {
          addWide(entries, from, to, second, table.chars(f), table.start(f), histogram.second);
        }
      }
    }
  }

  /// Reads both ends of the bins of every row.
  private static int touch(long[] entries, int from, int to, byte[] bins, int width) {
    int sum = 0;
    int last = width - 1;
    for (int i = from; i < to; i++) {
      int at = (int) entries[i] * width;
      sum += bins[at] + bins[at + last];
    }
    return sum;
  }

  private static void addWide(
      long[] entries, int from, int to, int shift, char[] bins, int start, long[] sums) {
    for (int i = from; i < to; i++) {
      sums[start + bins[(int) entries[i]]] += ((entries[i] >> 32) << shift) + 1;
    }
  }

  private static void addWide(
      long[] entries, int from, int to, int[] second, char[] bins, int start, long[] sums) {
    for (int i = from; i < to; i++) {
      int row = (int) entries[i];
      sums[start + bins[row]] += second[row];
    }
  }
}
