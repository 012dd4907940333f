package dev.tendril.forest.train;

import dev.tendril.forest.options.TreeParameters.CategoricalAlgorithm;
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
  private final Target target;
  private final long[] whole;
  private final Categories categories;
  private final long[] sums;
  private final int width;

  /// Whether any split is legal.
  private boolean legal;

  private double bestScore;

  /// By category, whether the best split so far sends it to the positive side; empty: there is none
  /// that reaches the bar.
  private boolean[] positive = {};

  /// A categorical attribute at a node.
  ///
  /// @param attribute position in the training table
  /// @param column position in the schema
  /// @param arity the number of categories
  /// @param replacement what a missing value counts as
  record Categories(int attribute, int column, int arity, int replacement) {}

  /// @param target that of splits on categories
  /// @param whole sums of the node
  /// @param sums by category
  /// @param bar a score; splits below it need not be told
  CategoricalSearch(
      GrowthRules rules,
      Target target,
      long[] whole,
      Categories categories,
      long[] sums,
      double bar) {
    this.rules = rules;
    this.target = target;
    this.whole = whole;
    this.categories = categories;
    this.sums = sums;
    this.width = target.width();
    this.bestScore = Math.nextDown(bar);
  }

  /// The best split: null when none is legal, [Cut#NONE] when none reaches the bar.
  @Nullable Cut search(SplitMix random) {
    int[] present = present();
    if (present.length < 2) {
      return null;
    }
    switch (algorithm(rules, categories)) {
      case CART -> cutOrders(present);
      case ONE_HOT -> oneAgainstOthers(present);
      case RANDOM -> drawSubsets(present, random);
    }
    if (positive.length == 0) {
      return legal ? Cut.NONE : null;
    }
    return new Cut(
        bestScore,
        categories.attribute(),
        new Condition.Contains(categories.column(), chosen()),
        positive[categories.replacement()],
        0);
  }

  /// How an attribute is split.
  static CategoricalAlgorithm algorithm(GrowthRules rules, Categories categories) {
    return categories.arity() >= rules.parameters().categoricalArityLimitForRandom
        ? CategoricalAlgorithm.RANDOM
        : rules.parameters().categoricalAlgorithm;
  }

  /// The positive categories, ascending.
  private int[] chosen() {
    int[] chosen = new int[positive.length];
    int n = 0;
    for (int key = 0; key < positive.length; key++) {
      if (positive[key]) {
        chosen[n++] = key;
      }
    }
    return Arrays.copyOf(chosen, n);
  }

  private int[] present() {
    int count = 0;
    for (int key = 0; key < categories.arity(); key++) {
      count += sums[key * width] > 0 ? 1 : 0;
    }
    int[] present = new int[count];
    count = 0;
    for (int key = 0; key < categories.arity(); key++) {
      if (sums[key * width] > 0) {
        present[count++] = key;
      }
    }
    return present;
  }

  private void cutOrders(int[] present) {
    int[] order = present.clone();
    double[] place = new double[present.length];
    long[] below = new long[width];
    for (int o = 0; o < target.orders(); o++) {
      if (o > 0) {
        System.arraycopy(present, 0, order, 0, present.length);
        Arrays.fill(below, 0);
      }
      sortByPlace(o, order, place);
      int bestCut = 0;
      for (int cut = 1; cut < order.length; cut++) {
        addBucket(order[cut - 1], below);
        if (improves(target.score(below, 0, whole))) {
          bestCut = cut;
        }
      }
      if (bestCut > 0) {
        keep(order, bestCut, order.length);
      }
    }
  }

  /// Insertion sort: stable, and quick for the few categories that a node has.
  private void sortByPlace(int o, int[] order, double[] place) {
    for (int i = 0; i < order.length; i++) {
      int key = order[i];
      double at = target.place(o, sums, key * width, whole);
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
      if (improves(target.score(sums, key * width, whole))) {
        keep(new int[] {key}, 0, 1);
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
      if (improves(target.score(side, 0, whole))) {
        int[] drawn = drawn(present, bits);
        keep(drawn, 0, drawn.length);
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

  /// Takes note of a score.
  private boolean improves(double score) {
    if (score == Target.ILLEGAL) {
      return false;
    }
    legal = true;
    if (score <= bestScore) {
      return false;
    }
    bestScore = score;
    return true;
  }

  private void keep(int[] keys, int from, int to) {
    positive = new boolean[categories.arity()];
    for (int i = from; i < to; i++) {
      positive[keys[i]] = true;
    }
  }
}
