package dev.tendril.forest.train;

import dev.tendril.forest.options.TreeParameters.NumericalSplit;
import dev.tendril.forest.tree.Condition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the best of some thresholds that are chosen without regard to the label: drawn between the
/// least and the greatest value of the node, as extremely randomized trees do (Geurts, Ernst,
/// Wehenkel 2006), or at equal distances. Nothing is sorted; rows are counted into the buckets
/// between thresholds.
final class ThresholdSearch {
  private static final int MANY = 255;

  private final GrowthRules rules;
  private final SplitSearch.Site site;
  private final int attribute;
  private final Attribute.Numerical values;
  private final Scratch scratch;

  /// @param scratch with the rows of the node in `sorted`, in any order
  ThresholdSearch(
      GrowthRules rules,
      SplitSearch.Site site,
      int attribute,
      Attribute.Numerical values,
      Scratch scratch) {
    this.rules = rules;
    this.site = site;
    this.attribute = attribute;
    this.values = values;
    this.scratch = scratch;
  }

  /// @param replacement what stands in for a missing value at the node
  @Nullable Cut search(float replacement, SplitMix random) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < site.size(); i++) {
      float value = values.value(scratch.sorted[i], replacement);
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    if (!(least < most)) {
      return null;
    }
    return best(thresholds(least, most, random), replacement);
  }

  private float[] thresholds(float least, float most, SplitMix random) {
    boolean drawn = rules.parameters().numericalSplit == NumericalSplit.HISTOGRAM_RANDOM;
    int asked = rules.parameters().numericalSplitNumCandidates;
    float[] thresholds = new float[asked > 0 ? asked : drawn ? 1 : MANY];
    double range = (double) most - least;
    for (int i = 0; i < thresholds.length; i++) {
      double place = drawn ? random.nextDouble() : (i + 0.5) / thresholds.length;
      float threshold = (float) (least + range * place);
      thresholds[i] = values.binned() ? (float) Math.ceil(threshold) : threshold;
    }
    Arrays.sort(thresholds);
    return thresholds;
  }

  private @Nullable Cut best(float[] thresholds, float replacement) {
    int buckets = thresholds.length + 1;
    int[] bucketOf = scratch.ints;
    int[] firstKeys = new int[buckets];
    Arrays.fill(firstKeys, Integer.MAX_VALUE);
    for (int i = 0; i < site.size(); i++) {
      long entry = scratch.sorted[i];
      int bucket = reached(thresholds, values.value(entry, replacement));
      bucketOf[(int) entry] = bucket;
      firstKeys[bucket] = Math.min(firstKeys[bucket], (int) (entry >>> 32));
    }
    Target target = site.target().toward(rules.directions().of(values.column()));
    int width = target.width();
    long[] sums = scratch.zeros(buckets * width);
    target.sumByBucket(site.rows(), site.from(), site.to(), bucketOf, buckets, sums);
    int best = -1;
    double bestScore = Target.ILLEGAL;
    for (int cut = 0; cut < thresholds.length; cut++) {
      double score = target.score(sums, cut * width, site.whole());
      if (score > bestScore) {
        bestScore = score;
        best = cut;
      }
      for (int i = 0; i < width; i++) {
        sums[(cut + 1) * width + i] += sums[cut * width + i];
      }
    }
    return best < 0
        ? null
        : cut(bestScore, thresholds[best], firstKey(firstKeys, best), replacement);
  }

  /// The number of thresholds that a value reaches.
  private static int reached(float[] thresholds, float value) {
    int low = 0;
    int high = thresholds.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (value >= thresholds[middle]) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int firstKey(int[] firstKeys, int cut) {
    return Arrays.stream(firstKeys, cut + 1, firstKeys.length).min().orElseThrow();
  }

  private Cut cut(double score, float threshold, int firstKey, float replacement) {
    Condition condition =
        values.binned()
            ? new Condition.BinAtLeast(values.column(), (int) threshold)
            : new Condition.AtLeast(values.column(), threshold);
    return new Cut(score, attribute, condition, replacement >= threshold, firstKey);
  }
}
