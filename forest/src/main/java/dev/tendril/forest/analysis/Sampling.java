package dev.tendril.forest.analysis;

import dev.tendril.learn.FeatureShuffling;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Random orders and choices of rows as a function of a seed.
final class Sampling {
  private Sampling() {}

  /// At most `most` of the rows 0 to `n - 1`, ascending.
  static int[] rows(int n, int most, long seed) {
    if (n <= most) {
      return IntStream.range(0, n).toArray();
    }
    int[] picked = Arrays.copyOf(FeatureShuffling.permutation(n, seed), most);
    Arrays.sort(picked);
    return picked;
  }
}
