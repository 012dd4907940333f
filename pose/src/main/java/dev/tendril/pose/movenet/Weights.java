package dev.tendril.pose.movenet;

import dev.tendril.core.Tensor;
import java.util.Random;

/// Where the numbers of a network come from.
@FunctionalInterface
public interface Weights {
  /// The weights of a layer.
  ///
  /// @param name of the layer with what they are, such as `block_1_expand/kernel`
  /// @param shape that they have: filters `[out, height, width, in]`, depthwise ones `[height,
  ///     width, channels]`, biases `[out]`
  Tensor get(String name, int... shape);

  /// Random numbers to begin training with, the same for the same seed: filters with the variance
  /// that keeps that of what they are given (He et al., ICCV 2015), biases 0.
  static Weights random(long seed) {
    return (name, shape) -> {
      Random random = new Random(seed ^ name.hashCode() * 0x9e3779b97f4a7c15L);
      int count = 1;
      for (int extent : shape) {
        count *= extent;
      }
      float[] numbers = new float[count];
      if (shape.length > 1) {
        int taps = shape.length == 3 ? shape[0] * shape[1] : count / shape[0];
        double spread = Math.sqrt(2.0 / taps);
        for (int i = 0; i < count; i++) {
          numbers[i] = (float) (random.nextGaussian() * spread);
        }
      }
      return Tensor.of(numbers, shape);
    };
  }
}
