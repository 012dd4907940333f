package dev.tendril.forest.train;

import org.jspecify.annotations.Nullable;

/// Row weights in the fixed point of [Target].
///
/// @param quantized null: all weights are 1
/// @param exponent binary exponent
record Weights(int @Nullable [] quantized, int exponent) {
  static Weights of(float @Nullable [] weights) {
    if (weights == null) {
      return new Weights(null, 0);
    }
    int[] quantized = new int[weights.length];
    return new Weights(quantized, Target.quantize(weights, quantized));
  }
}
