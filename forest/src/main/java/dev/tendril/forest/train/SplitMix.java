package dev.tendril.forest.train;

/// SplitMix64 (Steele, Lea, Flood 2014): a stream of 64-bit numbers from a seed. Streams of
/// different seeds are independent, so every tree and every node draws from its own, and what one
/// draws does not depend on when others do.
final class SplitMix {
  private long state;

  SplitMix(long seed) {
    state = seed;
  }

  /// A seed that is a function of two numbers, such as a tree's seed and the place of a node in it.
  /// The first round keeps it apart from what the stream of the seed itself gives.
  static long mix(long seed, long salt) {
    return finish(finish(seed ^ 0x5851f42d4c957f2dL) + 0x9e3779b97f4a7c15L * (salt + 1));
  }

  private static long finish(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  long nextLong() {
    state += 0x9e3779b97f4a7c15L;
    return finish(state);
  }

  /// Uniform from 0 to `bound - 1`, by multiplication (Lemire 2019; the bias is below `bound` /
  /// 2^32).
  int nextInt(int bound) {
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /// Uniform in [0, 1) with 53 bits.
  double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  boolean nextBoolean() {
    return nextLong() < 0;
  }

  void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
