package dev.tendril.forest.train;

/// Adds rows up in a [Histogram]: the innermost loop of training.
///
/// An entry holds a row and its value, `value << 32 | row`. Its value is added, together with a one
/// that counts it, to one place per feature. Three things decide the speed, each by a factor of 1.5
/// to 2: that one addition does both; that the bins of a row lie side by side; and that the loop
/// over the features is written out, for 16, 8, 4 and 1 of them. In small nodes of large tables
/// rows lie far apart, and the loop would wait for memory row by row; so some rows ahead are
/// touched first, by a loop so light that the processor has many of them under way at a time.
final class HistogramKernel {
  /// Rows that are touched ahead, and then added for one part of the features after the other.
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
    for (int at = from; at < to; at += BLOCK) {
      int end = Math.min(at + BLOCK, to);
      for (BinnedTable.Group group : table.groups) {
        if (sparse) {
          histogram.touched += touch(entries, at, end, group.bins(), group.width());
        }
        add(entries, at, end, shift, group, histogram.first);
        if (histogram.second.length > 0) {
          addSecond(entries, at, end, group, second, histogram.second);
        }
      }
    }
    for (int f = 0; f < table.features.size(); f++) {
      if (table.wide(f)) {
        addWide(entries, from, to, shift, table.chars(f), table.start(f), histogram.first);
        if (histogram.second.length > 0) {
          addWideSecond(
              entries, from, to, second, table.chars(f), table.start(f), histogram.second);
        }
      }
    }
  }

  private static int touch(long[] entries, int from, int to, byte[] bins, int width) {
    int sum = 0;
    int last = width - 1;
    for (int i = from; i < to; i++) {
      int at = (int) entries[i] * width;
      sum += bins[at] + bins[at + last];
    }
    return sum;
  }

  private static void add(
      long[] entries, int from, int to, int shift, BinnedTable.Group group, long[] sums) {
    byte[] bins = group.bins();
    int width = group.width();
    int place = 0;
    int start = group.start();
    for (; place + 16 <= width; place += 16, start += 16 * BinnedTable.NARROW) {
      add16(entries, from, to, shift, bins, width, place, start, sums);
    }
    for (; place + 8 <= width; place += 8, start += 8 * BinnedTable.NARROW) {
      add8(entries, from, to, shift, bins, width, place, start, sums);
    }
    for (; place + 4 <= width; place += 4, start += 4 * BinnedTable.NARROW) {
      add4(entries, from, to, shift, bins, width, place, start, sums);
    }
    for (; place < width; place++, start += BinnedTable.NARROW) {
      add1(entries, from, to, shift, bins, width, place, start, sums);
    }
  }

  private static void add16(
      long[] entries,
      int from,
      int to,
      int shift,
      byte[] bins,
      int width,
      int place,
      int start,
      long[] sums) {
    for (int i = from; i < to; i++) {
      long entry = entries[i];
      int at = (int) entry * width + place;
      long value = (entry >> 32 << shift) + 1;
      sums[start + (bins[at] & 255)] += value;
      sums[start + 256 + (bins[at + 1] & 255)] += value;
      sums[start + 512 + (bins[at + 2] & 255)] += value;
      sums[start + 768 + (bins[at + 3] & 255)] += value;
      sums[start + 1024 + (bins[at + 4] & 255)] += value;
      sums[start + 1280 + (bins[at + 5] & 255)] += value;
      sums[start + 1536 + (bins[at + 6] & 255)] += value;
      sums[start + 1792 + (bins[at + 7] & 255)] += value;
      sums[start + 2048 + (bins[at + 8] & 255)] += value;
      sums[start + 2304 + (bins[at + 9] & 255)] += value;
      sums[start + 2560 + (bins[at + 10] & 255)] += value;
      sums[start + 2816 + (bins[at + 11] & 255)] += value;
      sums[start + 3072 + (bins[at + 12] & 255)] += value;
      sums[start + 3328 + (bins[at + 13] & 255)] += value;
      sums[start + 3584 + (bins[at + 14] & 255)] += value;
      sums[start + 3840 + (bins[at + 15] & 255)] += value;
    }
  }

  private static void add8(
      long[] entries,
      int from,
      int to,
      int shift,
      byte[] bins,
      int width,
      int place,
      int start,
      long[] sums) {
    for (int i = from; i < to; i++) {
      long entry = entries[i];
      int at = (int) entry * width + place;
      long value = (entry >> 32 << shift) + 1;
      sums[start + (bins[at] & 255)] += value;
      sums[start + 256 + (bins[at + 1] & 255)] += value;
      sums[start + 512 + (bins[at + 2] & 255)] += value;
      sums[start + 768 + (bins[at + 3] & 255)] += value;
      sums[start + 1024 + (bins[at + 4] & 255)] += value;
      sums[start + 1280 + (bins[at + 5] & 255)] += value;
      sums[start + 1536 + (bins[at + 6] & 255)] += value;
      sums[start + 1792 + (bins[at + 7] & 255)] += value;
    }
  }

  private static void add4(
      long[] entries,
      int from,
      int to,
      int shift,
      byte[] bins,
      int width,
      int place,
      int start,
      long[] sums) {
    for (int i = from; i < to; i++) {
      long entry = entries[i];
      int at = (int) entry * width + place;
      long value = (entry >> 32 << shift) + 1;
      sums[start + (bins[at] & 255)] += value;
      sums[start + 256 + (bins[at + 1] & 255)] += value;
      sums[start + 512 + (bins[at + 2] & 255)] += value;
      sums[start + 768 + (bins[at + 3] & 255)] += value;
    }
  }

  private static void add1(
      long[] entries,
      int from,
      int to,
      int shift,
      byte[] bins,
      int width,
      int place,
      int start,
      long[] sums) {
    for (int i = from; i < to; i++) {
      long entry = entries[i];
      int at = (int) entry * width + place;
      long value = (entry >> 32 << shift) + 1;
      sums[start + (bins[at] & 255)] += value;
    }
  }

  private static void addSecond(
      long[] entries, int from, int to, BinnedTable.Group group, int[] second, long[] sums) {
    byte[] bins = group.bins();
    int width = group.width();
    for (int i = from; i < to; i++) {
      int row = (int) entries[i];
      addSecond(bins, row * width, width, group.start(), second[row], sums);
    }
  }

  private static void addSecond(byte[] bins, int at, int width, int from, long value, long[] sums) {
    int start = from;
    int f = 0;
    for (; f + 4 <= width; f += 4, start += 4 * BinnedTable.NARROW) {
      sums[start + (bins[at + f] & 255)] += value;
      sums[start + 256 + (bins[at + f + 1] & 255)] += value;
      sums[start + 512 + (bins[at + f + 2] & 255)] += value;
      sums[start + 768 + (bins[at + f + 3] & 255)] += value;
    }
    for (; f < width; f++, start += BinnedTable.NARROW) {
      sums[start + (bins[at + f] & 255)] += value;
    }
  }

  private static void addWide(
      long[] entries, int from, int to, int shift, char[] bins, int start, long[] sums) {
    for (int i = from; i < to; i++) {
      sums[start + bins[(int) entries[i]]] += (entries[i] >> 32 << shift) + 1;
    }
  }

  private static void addWideSecond(
      long[] entries, int from, int to, int[] second, char[] bins, int start, long[] sums) {
    for (int i = from; i < to; i++) {
      int row = (int) entries[i];
      sums[start + bins[row]] += second[row];
    }
  }
}
