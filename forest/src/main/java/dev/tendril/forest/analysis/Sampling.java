package dev.tendril.forest.analysis;

import dev.tendril.data.CounterRandom;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Random orders and choices of rows as a function of a seed.
final class Sampling {
  private Sampling() {}

  /// The numbers 0 to `n - 1` in random order (Fisher and Yates).
  static int[] permutation(int n, long seed) {
    int[] order = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = (int) Math.unsignedMultiplyHigh(CounterRandom.bits(seed, i), i + 1L);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /// At most `most` of the rows 0 to `n - 1`, ascending.
  static int[] rows(int n, int most, long seed) {
    if (n <= most) {
      return IntStream.range(0, n).toArray();
    }
    int[] picked = Arrays.copyOf(permutation(n, seed), most);
    Arrays.sort(picked);
    return picked;
  }
}
