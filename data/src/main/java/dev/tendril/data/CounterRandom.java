package dev.tendril.data;

/// Random bits as a function of a seed and a counter, such as a row's index: no state, so that any
/// part of a sequence can be drawn in any order and by any thread, and a stored seed keeps its
/// meaning.
///
/// The function is the SplitMix64 generator (Steele, Lea, Flood 2014) addressed by position: its
/// finalizer over `seed' + counter · 0x9E3779B97F4A7C15`, where `seed'` is the seed after one round
/// of the same finalizer, which keeps neighboring seeds from giving shifted copies of one sequence.
public final class CounterRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /// 64 random bits.
  public static long bits(long seed, long counter) {
    return mix(mix(seed + GOLDEN) + (counter + 1) * GOLDEN);
  }

  /// A number of `[0, 1)`, a multiple of 2^-53.
  public static double uniform(long seed, long counter) {
    return (bits(seed, counter) >>> 11) * 0x1p-53;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
