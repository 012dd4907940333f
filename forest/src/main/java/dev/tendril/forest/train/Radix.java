package dev.tendril.forest.train;

import java.util.Arrays;

/// Sorts longs by their upper 32 bits, read as an unsigned number; the lower half is carried along.
/// Equal keys keep their order, so a list that starts in row order ends in (key, row) order.
///
/// Least-significant-digit radix sort with digits of 8 or 11 bits over the bits in which the keys
/// differ at all; short lists are sorted by comparison, which gives the same result since row
/// numbers ascend.
final class Radix {
  private static final int SHORT = 200;
  private static final int MEDIUM = 1500;

  private Radix() {}

  /// @param scratch at least as long as `n`
  static void sort(long[] values, int n, long[] scratch) {
    if (n < SHORT) {
      sortShort(values, n);
      return;
    }
    long any = 0;
    for (int i = 1; i < n; i++) {
      any |= values[i] ^ values[0];
    }
    int differing = (int) (any >>> 32);
    int low = Integer.numberOfTrailingZeros(differing);
    int bits = 32 - Integer.numberOfLeadingZeros(differing) - low;
    if (differing == 0) {
      return;
    }
    int widest = n < MEDIUM ? 8 : 11;
    int passes = (bits + widest - 1) / widest;
    int digit = (bits + passes - 1) / passes;
    int[] starts = new int[1 << digit];
    long[] from = values;
    long[] to = scratch;
    for (int pass = 0; pass < passes; pass++) {
      pass(from, to, n, 32 + low + pass * digit, (1 << digit) - 1, starts);
      long[] swapped = from;
      from = to;
      to = swapped;
    }
    if (passes % 2 == 1) {
      System.arraycopy(from, 0, values, 0, n);
    }
  }

  private static void pass(long[] from, long[] to, int n, int shift, int mask, int[] starts) {
    Arrays.fill(starts, 0);
    for (int i = 0; i < n; i++) {
      starts[(int) (from[i] >>> shift) & mask]++;
    }
    int sum = 0;
    for (int d = 0; d <= mask; d++) {
      int count = starts[d];
      starts[d] = sum;
      sum += count;
    }
    for (int i = 0; i < n; i++) {
      long value = from[i];
      to[starts[(int) (value >>> shift) & mask]++] = value;
    }
  }

  private static void sortShort(long[] values, int n) {
    for (int i = 0; i < n; i++) {
      values[i] ^= Long.MIN_VALUE;
    }
    Arrays.sort(values, 0, n);
    for (int i = 0; i < n; i++) {
      values[i] ^= Long.MIN_VALUE;
    }
  }
}
