package dev.tendril.core.kernel;

import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Structured;

/// What random numbers mean: a function of key and place, without a state.
///
/// Bits are those of SplitMix64 (Steele, Lea, Flood 2014) addressed by position: with its finalizer
/// `mix` and `g = 0x9E3779B97F4A7C15`, `bits(s, i) = mix(mix(s + g) + (i + 1) · g)`. Element `i` of
/// a key of seed and stream has the 64 bits `bits(bits(seed, stream), i)`. Of them [BITS][
/// Structured.Random.Distribution#BITS] are the upper 32, a uniform number the upper 24 by 2^-24,
/// and a normal one `√(-2 ln u) · cos(2πv)` (Box and Muller 1958), `u` being the upper 32 bits plus
/// 1, `v` the lower 32, both by 2^-32.
final class RandomKernels {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private RandomKernels() {}

  static void random(Structured.Random op, Tensor key, Tensor result) {
    long stream = bits(key.getLong(0), key.getLong(1));
    long size = result.shape().size();
    for (long i = 0; i < size; i++) {
      long bits = bits(stream, i);
      switch (op.distribution()) {
        case UNIFORM ->
            Elements.setDouble(result.memory(), result.dtype(), i, (bits >>> 40) * 0x1p-24);
        case NORMAL -> Elements.setDouble(result.memory(), result.dtype(), i, normal(bits));
        case BITS -> Elements.setLong(result.memory(), result.dtype(), i, bits >> 32);
      }
    }
  }

  private static double normal(long bits) {
    double u = ((bits >>> 32) + 1) * 0x1p-32;
    double v = (bits & 0xFFFF_FFFFL) * 0x1p-32;
    return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v);
  }

  static long bits(long seed, long counter) {
    return mix(mix(seed + GOLDEN) + (counter + 1) * GOLDEN);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
