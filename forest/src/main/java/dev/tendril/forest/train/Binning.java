package dev.tendril.forest.train;

import dev.tendril.data.NumericalColumn;
import java.util.Arrays;

/// Divides the numbers of a column into bins of about equally many rows.
///
/// With no more distinct values than bins every value has a bin of its own, and a search over bins
/// is exact. Otherwise bins are filled in ascending order; a value that alone is as frequent as a
/// bin would be under an equal division has a bin of its own, the others are gathered until the bin
/// has its share of what is left (Ke et al. 2017, LightGBM). Cuts lie midway between the values on
/// either side.
///
/// Large columns are judged by a sample of their rows, the same whatever the number of threads.
final class Binning {
  /// Rows that cuts are judged by.
  static final int SAMPLE = 1 << 16;

  private static final int DIGIT = 11;

  private Binning() {}

  /// Chooses the cuts.
  ///
  /// @param rows the rows to learn from
  /// @param mean the value that stands in for a missing one
  static float[] cuts(NumericalColumn column, int[] rows, float mean, int most) {
    int n = Math.min(rows.length, SAMPLE);
    int[] keys = new int[n];
    for (int i = 0; i < n; i++) {
      float value = column.value(rows[(int) ((long) i * rows.length / n)]);
      keys[i] = TrainingTable.sortable((Float.isNaN(value) ? mean : value) + 0f);
    }
    keys = sorted(keys);
    int size = 0;
    int[] counts = new int[n];
    for (int i = 0; i < n; i++) {
      if (i == 0 || keys[i] != keys[size - 1]) {
        keys[size++] = keys[i];
      }
      counts[size - 1]++;
    }
    return size <= most ? between(keys, size) : quantiles(keys, counts, size, n, most);
  }

  private static float[] between(int[] keys, int size) {
    float[] cuts = new float[size - 1];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = cut(keys, i);
    }
    return cuts;
  }

  /// The cut after a value.
  private static float cut(int[] keys, int at) {
    return SplitSearch.threshold(
        TrainingTable.unsortable(keys[at]), TrainingTable.unsortable(keys[at + 1]));
  }

  private static float[] quantiles(int[] keys, int[] counts, int size, int total, int most) {
    float[] cuts = new float[most - 1];
    int used = 0;
    int large = (total + most - 1) / most;
    int lone = 0;
    long crowd = 0;
    for (int i = 0; i < size; i++) {
      lone += counts[i] >= large ? 1 : 0;
      crowd += counts[i] >= large ? 0 : counts[i];
    }
    int shares = most - lone;
    long left = crowd;
    long filled = 0;
    for (int i = 0; i < size - 1 && used < cuts.length; i++) {
      boolean alone = counts[i] >= large;
      filled += counts[i];
      left -= alone ? 0 : counts[i];
      boolean full = !alone && filled * Math.max(1, shares) >= filled + left;
      if (alone || counts[i + 1] >= large || full) {
        cuts[used++] = cut(keys, i);
        shares -= alone ? 0 : 1;
        filled = 0;
      }
    }
    return Arrays.copyOf(cuts, used);
  }

  /// Radix sort, keys as unsigned numbers.
  private static int[] sorted(int[] keys) {
    int[] from = keys;
    int[] to = new int[keys.length];
    int[] starts = new int[1 << DIGIT];
    for (int shift = 0; shift < Integer.SIZE; shift += DIGIT) {
      pass(from, to, shift, starts);
      int[] swapped = from;
      from = to;
      to = swapped;
    }
    return from;
  }

  private static void pass(int[] from, int[] to, int shift, int[] starts) {
    int mask = (1 << DIGIT) - 1;
    Arrays.fill(starts, 0);
    for (int key : from) {
      starts[key >>> shift & mask]++;
    }
    int sum = 0;
    for (int d = 0; d <= mask; d++) {
      int count = starts[d];
      starts[d] = sum;
      sum += count;
    }
    for (int key : from) {
      to[starts[key >>> shift & mask]++] = key;
    }
  }

  /// Writes the bin of every row: the number of cuts that the value reaches.
  ///
  /// @param gap the bin of a missing value
  static void assign(NumericalColumn column, float[] cuts, int gap, byte[] bins) {
    long[] keys = new long[256];
    Arrays.fill(keys, Long.MAX_VALUE);
    for (int i = 0; i < cuts.length; i++) {
      keys[i] = Integer.toUnsignedLong(TrainingTable.sortable(cuts[i]));
    }
    float[] values = column.values();
    for (int from = 0; from < values.length; from += 1024) {
      assign(values, from, Math.min(from + 1024, values.length), keys, gap, bins);
    }
  }

  /// A binary search without branches, since none could be predicted.
  private static void assign(float[] values, int from, int to, long[] keys, int gap, byte[] bins) {
    for (int row = from; row < to; row++) {
      float value = values[row];
      long key = Integer.toUnsignedLong(TrainingTable.sortable(value + 0f));
      int at = (int) ((keys[127] - key - 1) >> 63) & 128;
      at += (int) ((keys[at + 63] - key - 1) >> 63) & 64;
      at += (int) ((keys[at + 31] - key - 1) >> 63) & 32;
      at += (int) ((keys[at + 15] - key - 1) >> 63) & 16;
      at += (int) ((keys[at + 7] - key - 1) >> 63) & 8;
      at += (int) ((keys[at + 3] - key - 1) >> 63) & 4;
      at += (int) ((keys[at + 1] - key - 1) >> 63) & 2;
      at += (int) ((keys[at] - key - 1) >> 63) & 1;
      bins[row] = (byte) (Float.isNaN(value) ? gap : at);
    }
  }
}
