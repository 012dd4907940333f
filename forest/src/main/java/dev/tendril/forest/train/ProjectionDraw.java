package dev.tendril.forest.train;

import dev.tendril.forest.options.ObliqueParameters;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Draws weighted sums of a few of p numerical attributes (Tomita et al. 2020, "Sparse Projection
/// Oblique Randomer Forests", JMLR 21), as the hyper-parameters say.
///
/// An attribute is in a sum with the same probability, d / p, so that a sum has d attributes on
/// average; one that would have none gets one. Rather than to toss a coin for each of p attributes,
/// the distance to the next one is drawn, which is geometric.
///
/// Immutable, so that threads can share it.
final class ProjectionDraw {
  /// Least divisor of a weight.
  private static final double LEAST_SCALE = 1e-6;

  private final ObliqueParameters parameters;
  private final double share;
  private final float[] scales;
  private final int[] directions;

  /// @param attributes the values of each attribute, NaN where one is missing
  /// @param directions by attribute: the sign that its weight must have, 1 or -1; 0: either
  ProjectionDraw(ObliqueParameters parameters, List<float[]> attributes, int[] directions) {
    this.parameters = parameters;
    this.share = parameters.sparseObliqueProjectionDensityFactor / attributes.size();
    this.scales = new float[attributes.size()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = scale(attributes.get(i));
    }
    this.directions = directions;
  }

  /// A drawn sum; of one attribute, its weight is 1.
  ///
  /// @param attributes ascending
  record Sum(int[] attributes, float[] weights) {
    /// Equal for sums that differ in sign only.
    long direction() {
      long hash = attributes.length;
      for (int i = 0; i < attributes.length; i++) {
        int bits = Float.floatToRawIntBits(weights[0] < 0 ? -weights[i] : weights[i]);
        hash = SplitMix.mix(hash ^ (bits & 0xffffffffL) << 32, attributes[i]);
      }
      return hash;
    }
  }

  /// How numbers are spread, the missing ones aside.
  private record Spread(double deviation, double range) {
    static Spread of(float[] values) {
      double sum = 0;
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      int n = 0;
      for (float value : values) {
        if (!Float.isNaN(value)) {
          sum += value;
          least = Math.min(least, value);
          most = Math.max(most, value);
          n++;
        }
      }
      double mean = sum / n;
      double squares = 0;
      for (float value : values) {
        squares += Float.isNaN(value) ? 0 : (value - mean) * (value - mean);
      }
      return n == 0 ? new Spread(1, 1) : new Spread(Math.sqrt(squares / n), most - least);
    }
  }

  /// What the weights of an attribute are divided by.
  private float scale(float[] values) {
    double scale =
        switch (parameters.sparseObliqueNormalization) {
          case NONE -> 1;
          case STANDARD_DEVIATION -> Spread.of(values).deviation();
          case MIN_MAX -> Spread.of(values).range();
        };
    return Double.isFinite(scale) ? (float) Math.max(LEAST_SCALE, scale) : 1;
  }

  Sum draw(SplitMix random) {
    return weigh(attributes(random), random);
  }

  private int[] attributes(SplitMix random) {
    int[] drawn = passing(random);
    if (drawn.length == 0) {
      return new int[] {random.nextInt(scales.length)};
    }
    int most = parameters.sparseObliqueMaxNumFeatures;
    if (most > 0 && drawn.length > most) {
      random.shuffle(drawn);
      drawn = Arrays.copyOf(drawn, most);
      Arrays.sort(drawn);
    }
    return drawn;
  }

  /// The attributes that their coins let in.
  private int[] passing(SplitMix random) {
    if (share >= 1) {
      return IntStream.range(0, scales.length).toArray();
    }
    int[] passing = new int[Math.min(scales.length, 16)];
    int n = 0;
    double odds = StrictMath.log1p(-share);
    for (int i = skip(random, odds); i < scales.length; i += 1 + skip(random, odds)) {
      if (n == passing.length) {
        passing = Arrays.copyOf(passing, Math.min(scales.length, 2 * n));
      }
      passing[n++] = i;
    }
    return Arrays.copyOf(passing, n);
  }

  /// How many attributes to pass over; geometric, by inversion.
  private int skip(SplitMix random, double odds) {
    return (int) Math.min(scales.length, StrictMath.log(1 - random.nextDouble()) / odds);
  }

  /// Draws the weights. An attribute whose weight is 0 is left out, unless it is the last.
  private Sum weigh(int[] attributes, SplitMix random) {
    float[] weights = new float[attributes.length];
    int n = 0;
    for (int attribute : attributes) {
      float weight = directed(weight(random), directions[attribute]) / scales[attribute];
      if (weight != 0) {
        attributes[n] = attribute;
        weights[n++] = weight;
      }
    }
    return n < 2
        ? new Sum(new int[] {attributes[0]}, new float[] {1})
        : new Sum(Arrays.copyOf(attributes, n), Arrays.copyOf(weights, n));
  }

  private static float directed(float weight, int direction) {
    return direction == 0 ? weight : direction * Math.abs(weight);
  }

  private float weight(SplitMix random) {
    return switch (parameters.sparseObliqueWeights) {
      case BINARY -> random.nextBoolean() ? 1 : -1;
      case CONTINUOUS -> (float) (2 * random.nextDouble() - 1);
      case POWER_OF_TWO -> {
        int exponent =
            uniform(
                parameters.sparseObliqueWeightsPowerOfTwoMinExponent,
                parameters.sparseObliqueWeightsPowerOfTwoMaxExponent,
                random);
        yield Math.scalb(random.nextBoolean() ? 1f : -1f, exponent);
      }
      case INTEGER ->
          uniform(
              parameters.sparseObliqueWeightsIntegerMinimum,
              parameters.sparseObliqueWeightsIntegerMaximum,
              random);
    };
  }

  private static int uniform(int least, int greatest, SplitMix random) {
    return least + random.nextInt(greatest - least + 1);
  }
}
