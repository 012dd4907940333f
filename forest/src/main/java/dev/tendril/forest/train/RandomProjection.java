package dev.tendril.forest.train;

import dev.tendril.data.Field;
import dev.tendril.forest.options.IsolationForestParameters;
import dev.tendril.forest.options.IsolationForestParameters.ObliqueWeights;
import dev.tendril.forest.tree.Condition;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A random weighted sum of a few numerical columns (Tomita et al. 2020, §3), cut at a random place
/// between its smallest and its largest value in a node.
///
/// Each column is in the sum with the same small probability; a sum of none is replaced by one of a
/// single column. The sum is made in 32-bit floats in column order, as predictions make it.
final class RandomProjection implements IsolationColumn {
  /// Least divisor of a weight.
  private static final double LEAST_SPREAD = 1e-6;

  private final List<NumberReader> numbers;
  private final IsolationForestParameters parameters;

  RandomProjection(List<NumberReader> numbers, IsolationForestParameters parameters) {
    this.numbers = numbers;
    this.parameters = parameters;
  }

  @Override
  public @Nullable Test test(int[] rows, int from, int to, SplitMix random, byte[] side) {
    int[] chosen = choose(random);
    float[] weights = new float[chosen.length];
    int[] attributes = new int[chosen.length];
    float[] replacements = new float[chosen.length];
    float[] sums = new float[to - from];
    float[] values = new float[to - from];
    for (int k = 0; k < chosen.length; k++) {
      NumberReader reader = numbers.get(chosen[k]);
      attributes[k] = reader.index();
      weights[k] = chosen.length == 1 ? 1 : weight(reader.statistics(), random);
      replacements[k] = reader.read(rows, from, to, random, values);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i] * weights[k];
      }
    }
    for (float sum : sums) {
      if (Float.isNaN(sum)) {
        return null;
      }
    }
    float threshold = IsolationNumbers.cut(sums, random);
    if (Float.isNaN(threshold)) {
      return null;
    }
    IsolationNumbers.mark(sums, threshold, rows, from, side);
    float usual = 0;
    for (int k = 0; k < chosen.length; k++) {
      usual += replacements[k] * weights[k];
    }
    return new Test(
        new Condition.Oblique(attributes, weights, threshold, replacements), usual >= threshold);
  }

  /// The columns of a sum, ascending.
  private int[] choose(SplitMix random) {
    double probability = parameters.sparseObliqueProjectionDensityFactor / numbers.size();
    int[] chosen = new int[numbers.size()];
    int n = 0;
    for (int i = 0; i < chosen.length; i++) {
      if (random.nextDouble() < probability) {
        chosen[n++] = i;
      }
    }
    if (n == 0) {
      return new int[] {random.nextInt(chosen.length)};
    }
    int most = parameters.sparseObliqueMaxNumFeatures;
    chosen = Arrays.copyOf(chosen, n);
    if (most > 0 && n > most) {
      random.shuffle(chosen);
      chosen = Arrays.copyOf(chosen, most);
      Arrays.sort(chosen);
    }
    return chosen;
  }

  private float weight(Field.Numerical statistics, SplitMix random) {
    double spread =
        switch (parameters.sparseObliqueNormalization) {
          case NONE -> 1;
          case STANDARD_DEVIATION -> Math.max(statistics.sd(), LEAST_SPREAD);
          case MIN_MAX -> Math.max((double) statistics.max() - statistics.min(), LEAST_SPREAD);
        };
    return (float) (weight(parameters.sparseObliqueWeights, random) / spread);
  }

  private static double weight(ObliqueWeights kind, SplitMix random) {
    double sign = random.nextBoolean() ? 1 : -1;
    return switch (kind) {
      case BINARY -> sign;
      case CONTINUOUS -> sign * (1 - random.nextDouble());
      case POWER_OF_TWO -> sign * Math.scalb(1.0, random.nextInt(7) - 3);
      case INTEGER -> sign * (1 + random.nextInt(5));
    };
  }
}
