package dev.tendril.benchmarks;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Operands that are the same in every process, and how far answers are from what they should be.
final class Numbers {
  private Numbers() {}

  /// Numbers from -1 to 1.
  static float[] random(long seed, int count) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat(-1, 1);
    }
    return values;
  }

  /// The greatest distance of two answers, as a share of the greatest value expected; NaN when any
  /// is.
  static double distance(float[] found, float[] expected) {
    if (found.length != expected.length) {
      throw new IllegalArgumentException(
          found.length + " numbers; expected " + expected.length + " as in the reference");
    }
    double most = 0;
    double size = 0;
    for (int i = 0; i < found.length; i++) {
      most = Math.max(most, Math.abs(found[i] - expected[i]));
      size = Math.max(size, Math.abs(expected[i]));
    }
    return most / size;
  }

  /// Some elements of the product of two square matrices, in 64 bits.
  ///
  /// @param places positions in the row-major order
  static float[] product(int n, float[] left, float[] right, int[] places) {
    float[] elements = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      double sum = 0;
      for (int k = 0; k < n; k++) {
        sum += (double) left[places[i] / n * n + k] * right[k * n + places[i] % n];
      }
      elements[i] = (float) sum;
    }
    return elements;
  }
}
