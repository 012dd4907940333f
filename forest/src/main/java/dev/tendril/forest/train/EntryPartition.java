package dev.tendril.forest.train;

import java.util.Arrays;

/// Divides the rows of a node between its children by the bins of one feature.
///
/// Negative rows are written from the front and positive ones from the back, so that the latter
/// come out in reverse: what matters is only that rows stay in some order of memory. The place to
/// write to is computed, not branched for. Large nodes are divided by several threads, whose parts
/// begin where counts say; the result is the same.
final class EntryPartition {
  private static final int GRAIN = 1 << 14;

  private EntryPartition() {}

  /// @param table what the rows' bins are read from
  /// @param side by bin: 1 goes to the positive side
  /// @param to receives the range from `begin` to `end`
  /// @return where the positive rows begin
  static int split(
      Workers workers,
      BinnedTable table,
      int feature,
      byte[] side,
      long[] from,
      int begin,
      int end,
      long[] to) {
    int parts = workers.threads() == 1 ? 1 : Math.max(1, (end - begin) / GRAIN);
    if (parts == 1) {
      return part(table, feature, side, from, begin, end, to, begin, end - 1);
    }
    int[] bounds = new int[parts + 1];
    Arrays.setAll(bounds, p -> (int) (begin + (long) p * (end - begin) / parts));
    int[] positives = new int[parts];
    workers.forEach(
        parts, p -> positives[p] = count(table, feature, side, from, bounds[p], bounds[p + 1]));
    int[] before = new int[parts + 1];
    for (int p = 0; p < parts; p++) {
      before[p + 1] = before[p] + positives[p];
    }
    workers.forEach(
        parts,
        p ->
            part(
                table,
                feature,
                side,
                from,
                bounds[p],
                bounds[p + 1],
                to,
                bounds[p] - before[p],
                end - 1 - before[p]));
    return end - before[parts];
  }

  private static int count(
      BinnedTable table, int feature, byte[] side, long[] from, int begin, int end) {
    int sum = 0;
    if (table.wide(feature)) {
      char[] bins = table.chars(feature);
      for (int i = begin; i < end; i++) {
        sum += side[bins[(int) from[i]]];
      }
      return sum;
    }
    byte[] bins = table.bytes(feature);
    for (int i = begin; i < end; i++) {
      sum += side[bins[(int) from[i]] & 255];
    }
    return sum;
  }

  private static int part(
      BinnedTable table,
      int feature,
      byte[] side,
      long[] from,
      int begin,
      int end,
      long[] to,
      int low,
      int high) {
    return table.wide(feature)
        ? part(table.chars(feature), side, from, begin, end, to, low, high)
        : part(table.bytes(feature), side, from, begin, end, to, low, high);
  }

  private static int part(
      byte[] bins, byte[] side, long[] from, int begin, int end, long[] to, int low, int high) {
    int front = low;
    int back = high;
    for (int i = begin; i < end; i++) {
      long entry = from[i];
      int positive = side[bins[(int) entry] & 255];
      to[front + (back - front & -positive)] = entry;
      front += 1 - positive;
      back -= positive;
    }
    return front;
  }

  private static int part(
      char[] bins, byte[] side, long[] from, int begin, int end, long[] to, int low, int high) {
    int front = low;
    int back = high;
    for (int i = begin; i < end; i++) {
      long entry = from[i];
      int positive = side[bins[(int) entry]];
      to[front + (back - front & -positive)] = entry;
      front += 1 - positive;
      back -= positive;
    }
    return front;
  }
}
