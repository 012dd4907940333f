package dev.tendril.forest.train;

import dev.tendril.forest.options.TreeParameters.CategoricalAlgorithm;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.forest.tree.Condition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the subset of categories that splits a node best.
///
/// For two classes and for numbers the best of all 2^k subsets is a cut of the categories in the
/// order of their mean (Fisher 1958; Breiman et al. 1984, theorem 4.5); for more classes one order
/// per class is tried. With many categories this over-fits, and random subsets do better: each
/// category that is present goes to the positive side with probability 1/2, and the best of several
/// draws wins.
final class CategoricalSearch {
  private final GrowthRules rules;
  private final SplitSearch.Site site;
  private final int attribute;
  private final Attribute.Categorical values;
  private final int direction;
  private final Target target;
  private final int width;
  private final Scratch scratch;
  private final long[] sums;
  private int replacement;

  private @Nullable Cut best;

  CategoricalSearch(
      GrowthRules rules,
      SplitSearch.Site site,
      int attribute,
      Attribute.Categorical values,
      Scratch scratch) {
    this.rules = rules;
    this.site = site;
    this.attribute = attribute;
    this.values = values;
    this.direction = values.bool() ? rules.directions().of(values.column()) : 0;
    this.target = values.bool() ? site.target().toward(direction) : site.target().categorical();
    this.width = target.width();
    this.scratch = scratch;
    this.sums = scratch.zeros(values.arity() * width);
    this.replacement = values.replacement();
  }

  @Nullable Cut search(SplitMix random) {
    int[] keys = values.keys();
    if (!rules.global() && values.missing() != null) {
      keys = impute(random);
    }
    target.sumByBucket(site.rows(), site.from(), site.to(), keys, values.arity(), sums);
    if (values.bool()) {
      double score = target.score(sums, direction == 0 ? width : 0, site.whole());
      return score == Target.ILLEGAL
          ? null
          : new Cut(score, attribute, new Condition.IsTrue(values.column()), replacement == 1, 0);
    }
    int[] present = present();
    if (present.length < 2) {
      return null;
    }
    CategoricalAlgorithm algorithm =
        values.arity() >= rules.parameters().categoricalArityLimitForRandom
            ? CategoricalAlgorithm.RANDOM
            : rules.parameters().categoricalAlgorithm;
    switch (algorithm) {
      case CART -> cutOrders(present);
      case ONE_HOT -> oneAgainstOthers(present);
      case RANDOM -> drawSubsets(present, random);
    }
    return best;
  }

  private int[] present() {
    int count = 0;
    for (int key = 0; key < values.arity(); key++) {
      count += sums[key * width] > 0 ? 1 : 0;
    }
    int[] present = new int[count];
    count = 0;
    for (int key = 0; key < values.arity(); key++) {
      if (sums[key * width] > 0) {
        present[count++] = key;
      }
    }
    return present;
  }

  /// The keys of the node's rows with missing values replaced by the most frequent of the node, or
  /// by that of a row drawn from it.
  private int[] impute(SplitMix random) {
    long[] counts = new long[values.arity()];
    int[] present = new int[site.size()];
    int n = 0;
    for (int i = site.from(); i < site.to(); i++) {
      int key = values.keys()[site.rows()[i]];
      if (key >= 0) {
        counts[key]++;
        present[n++] = key;
      }
    }
    if (n > 0) {
      replacement = 0;
      for (int key = 1; key < counts.length; key++) {
        if (counts[key] > counts[replacement]) {
          replacement = key;
        }
      }
    }
    boolean draw =
        n > 0
            && rules.parameters().missingValuePolicy == MissingValuePolicy.RANDOM_LOCAL_IMPUTATION;
    int[] imputed = scratch.ints;
    for (int i = site.from(); i < site.to(); i++) {
      int row = site.rows()[i];
      int key = values.keys()[row];
      imputed[row] = key >= 0 ? key : draw ? present[random.nextInt(n)] : replacement;
    }
    return imputed;
  }

  private void cutOrders(int[] present) {
    int[] order = present.clone();
    double[] place = new double[present.length];
    long[] below = new long[width];
    for (int o = 0; o < target.orders(); o++) {
      sortByPlace(o, order, place);
      Arrays.fill(below, 0);
      int bestCut = 0;
      double bestScore = best == null ? Target.ILLEGAL : best.score();
      for (int cut = 1; cut < order.length; cut++) {
        addBucket(order[cut - 1], below);
        double score = target.score(below, 0, site.whole());
        if (score > bestScore) {
          bestScore = score;
          bestCut = cut;
        }
      }
      if (bestCut > 0) {
        keep(bestScore, Arrays.copyOfRange(order, bestCut, order.length));
      }
    }
  }

  /// Insertion sort: stable, and quick for the few categories that a node has.
  private void sortByPlace(int o, int[] order, double[] place) {
    Arrays.sort(order);
    for (int i = 0; i < order.length; i++) {
      int key = order[i];
      double at = target.place(o, sums, key * width);
      int j = i - 1;
      for (; j >= 0 && place[j] > at; j--) {
        order[j + 1] = order[j];
        place[j + 1] = place[j];
      }
      order[j + 1] = key;
      place[j + 1] = at;
    }
  }

  private void oneAgainstOthers(int[] present) {
    for (int key : present) {
      double score = target.score(sums, key * width, site.whole());
      if (improves(score)) {
        keep(score, new int[] {key});
      }
    }
  }

  private void drawSubsets(int[] present, SplitMix random) {
    double trials =
        rules.parameters().categoricalRandomNumTrialOffset
            + Math.pow(present.length, rules.parameters().categoricalRandomNumTrialExponent);
    int most = (int) Math.min(rules.parameters().categoricalRandomMaxNumTrials, trials);
    long[] packed = new long[present.length * width];
    for (int i = 0; i < present.length; i++) {
      System.arraycopy(sums, present[i] * width, packed, i * width, width);
    }
    long[] bits = new long[(present.length + 63) / 64];
    long[] side = new long[width];
    for (int trial = 0; trial < most; trial++) {
      for (int word = 0; word < bits.length; word++) {
        bits[word] = random.nextLong();
      }
      addDrawn(packed, bits, present.length, side);
      double score = target.score(side, 0, site.whole());
      if (improves(score)) {
        keep(score, drawn(present, bits));
      }
    }
  }

  /// Sums the buckets whose bit is set. A mask instead of a branch, since coins cannot be
  /// predicted.
  private void addDrawn(long[] packed, long[] bits, int count, long[] side) {
    Arrays.fill(side, 0);
    for (int i = 0; i < count; i++) {
      long mask = -(bits[i >> 6] >>> i & 1);
      for (int k = 0; k < width; k++) {
        side[k] += packed[i * width + k] & mask;
      }
    }
  }

  private static int[] drawn(int[] present, long[] bits) {
    int[] drawn = new int[present.length];
    int n = 0;
    for (int i = 0; i < present.length; i++) {
      if ((bits[i >> 6] >>> i & 1) == 1) {
        drawn[n++] = present[i];
      }
    }
    return Arrays.copyOf(drawn, n);
  }

  private void addBucket(int key, long[] to) {
    for (int i = 0; i < width; i++) {
      to[i] += sums[key * width + i];
    }
  }

  private boolean improves(double score) {
    return score != Target.ILLEGAL && (best == null || score > best.score());
  }

  private void keep(double score, int[] positive) {
    Arrays.sort(positive);
    best =
        new Cut(
            score,
            attribute,
            new Condition.Contains(values.column(), positive),
            Arrays.binarySearch(positive, replacement) >= 0,
            0);
  }
}
