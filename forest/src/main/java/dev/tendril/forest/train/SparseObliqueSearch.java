package dev.tendril.forest.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sparse oblique splits (Tomita et al. 2020, "Sparse Projection Oblique Randomer Forests", JMLR
/// 21): each node draws sums of a few attributes with random weights and keeps the best.
///
/// Of p numerical attributes, p^e sums are drawn. An attribute is in a sum with the same
/// probability, d / p, so that a sum has d attributes on average; one that would have none gets
/// one. Rather than to toss a coin for each of p attributes, the distance to the next one is drawn,
/// which is geometric.
///
/// A sum that only repeats another, or turns its sign, is tried once.
final class SparseObliqueSearch extends ObliqueSearch {
  private static final int MOST = 6000;

  /// Nodes with fewer sums times rows are searched by one thread.
  private static final long GRAIN = 1 << 14;

  private final int count;
  private final double share;
  private final float[] scales;

  SparseObliqueSearch(TrainingTable table, GrowthRules rules, SplitSearch axis, int[] numerical) {
    super(table, rules, axis, numerical);
    double wanted = Math.pow(size(), rules.parameters().sparseObliqueNumProjectionsExponent);
    this.count = (int) Math.clamp(Math.ceil(wanted), 1, MOST);
    this.share = rules.parameters().sparseObliqueProjectionDensityFactor / size();
    this.scales = new float[size()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = scale(attribute(i));
    }
  }

  /// What the weights of an attribute are divided by.
  private float scale(Attribute.Numerical attribute) {
    double scale =
        switch (rules.parameters().sparseObliqueNormalization) {
          case NONE -> 1;
          case STANDARD_DEVIATION -> Spread.of(attribute.values()).deviation();
          case MIN_MAX -> Spread.of(attribute.values()).range();
        };
    return Double.isFinite(scale) ? (float) Math.max(1e-6, scale) : 1;
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

  /// A drawn sum; of one attribute, its weight is 1.
  private record Drawn(int[] attributes, float[] weights) {
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

  @Override
  @Nullable Cut search(SplitSearch.Site site, Workers workers, Scratch.Pool scratches) {
    List<Drawn> drawn = draw(SplitMix.mix(site.seed(), SALT));
    @Nullable Cut best = null;
    if (workers.threads() > 1 && (long) site.size() * drawn.size() > GRAIN) {
      @Nullable Cut[] cuts = new Cut[drawn.size()];
      workers.forEach(
          cuts.length,
          i -> {
            Scratch scratch = scratches.borrow();
            cuts[i] = search(site, drawn.get(i), scratch);
            scratches.giveBack(scratch);
          });
      for (Cut cut : cuts) {
        best = SplitSearch.better(best, cut);
      }
      return best;
    }
    Scratch scratch = scratches.borrow();
    for (Drawn sum : drawn) {
      best = SplitSearch.better(best, search(site, sum, scratch));
    }
    scratches.giveBack(scratch);
    return best;
  }

  private @Nullable Cut search(SplitSearch.Site site, Drawn drawn, Scratch scratch) {
    if (drawn.attributes().length == 1) {
      return single(site, drawn.attributes()[0], scratch);
    }
    Attribute.Numerical[] attributes =
        Arrays.stream(drawn.attributes())
            .mapToObj(this::attribute)
            .toArray(Attribute.Numerical[]::new);
    return sum(site, new Projection(attributes, drawn.weights()), scratch);
  }

  private List<Drawn> draw(long seed) {
    SplitMix random = new SplitMix(seed);
    Set<Long> seen = new HashSet<>(2 * count);
    List<Drawn> sums = new ArrayList<>(count);
    int[] room = new int[size()];
    for (int i = 0; i < count; i++) {
      Drawn sum = weigh(drawAttributes(random, room), random);
      if (seen.add(sum.direction())) {
        sums.add(sum);
      }
    }
    return sums;
  }

  private int[] drawAttributes(SplitMix random, int[] room) {
    int n = 0;
    if (share >= 1) {
      for (; n < room.length; n++) {
        room[n] = n;
      }
    } else {
      double odds = StrictMath.log1p(-share);
      for (int i = skip(random, odds); i < room.length; i += 1 + skip(random, odds)) {
        room[n++] = i;
      }
    }
    if (n == 0) {
      return new int[] {random.nextInt(room.length)};
    }
    int[] drawn = Arrays.copyOf(room, n);
    int most = rules.parameters().sparseObliqueMaxNumFeatures;
    if (most > 0 && n > most) {
      random.shuffle(drawn);
      drawn = Arrays.copyOf(drawn, most);
      Arrays.sort(drawn);
    }
    return drawn;
  }

  /// How many attributes to pass over; geometric, by inversion.
  private int skip(SplitMix random, double odds) {
    return (int) Math.min(size(), StrictMath.log(1 - random.nextDouble()) / odds);
  }

  /// Draws the weights. An attribute whose weight is 0 is left out, unless it is the last.
  private Drawn weigh(int[] attributes, SplitMix random) {
    float[] weights = new float[attributes.length];
    int n = 0;
    for (int i = 0; i < attributes.length; i++) {
      float weight = directed(weight(random), attributes[i]) / scales[attributes[i]];
      if (weight != 0) {
        attributes[n] = attributes[i];
        weights[n++] = weight;
      }
    }
    return n < 2
        ? new Drawn(new int[] {attributes[0]}, new float[] {1})
        : new Drawn(Arrays.copyOf(attributes, n), Arrays.copyOf(weights, n));
  }

  /// A feature that predictions have to follow gets a weight of its direction, so that they have to
  /// follow the sum.
  private float directed(float weight, int i) {
    int direction = rules.directions().of(attribute(i).column());
    return direction == 0 ? weight : direction * Math.abs(weight);
  }

  private float weight(SplitMix random) {
    return switch (rules.parameters().sparseObliqueWeights) {
      case BINARY -> random.nextBoolean() ? 1 : -1;
      case CONTINUOUS -> (float) (2 * random.nextDouble() - 1);
      case POWER_OF_TWO -> {
        int exponent =
            uniform(
                rules.parameters().sparseObliqueWeightsPowerOfTwoMinExponent,
                rules.parameters().sparseObliqueWeightsPowerOfTwoMaxExponent,
                random);
        yield Math.scalb(random.nextBoolean() ? 1f : -1f, exponent);
      }
      case INTEGER ->
          uniform(
              rules.parameters().sparseObliqueWeightsIntegerMinimum,
              rules.parameters().sparseObliqueWeightsIntegerMaximum,
              random);
    };
  }

  private static int uniform(int least, int greatest, SplitMix random) {
    return least + random.nextInt(greatest - least + 1);
  }
}
