package dev.tendril.forest.train;

import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.forest.options.TreeParameters.NumericalSplit;
import dev.tendril.forest.tree.Condition;
import org.jspecify.annotations.Nullable;

/// Finds the best split of a node on one attribute.
///
/// What a legal split is and what it is worth is the [Target]'s to say; this class knows the
/// candidates of each kind of attribute: every cut between two neighbouring numbers, subsets of
/// categories ([CategoricalSearch]), masks of items ([ItemSearch]), and, if allowed, whether the
/// value is missing.
final class SplitSearch {
  private final TrainingTable table;
  private final GrowthRules rules;

  SplitSearch(TrainingTable table, GrowthRules rules) {
    this.table = table;
    this.rules = rules;
  }

  /// A node during the search.
  ///
  /// @param rows all rows of the tree; the node's are those from `from` to `to`
  /// @param whole their sums
  /// @param seed the node's own
  /// @param bar the best score found at the node so far
  record Site(Target target, int[] rows, int from, int to, long[] whole, long seed, Bar bar) {
    int size() {
      return to - from;
    }
  }

  /// The best score that any attribute of a node has reached so far. What cannot pass it need not
  /// be looked at closely. Threads raise it without agreement: a raise that gets lost costs time,
  /// never changes the result, since what is as good as the bar is still looked at.
  static final class Bar {
    private double score;

    double score() {
      return score;
    }

    void raise(double reached) {
      if (reached > score) {
        score = reached;
      }
    }
  }

  /// The best split on an attribute: null when none is legal; its score is 0 when none gains
  /// anything, or less than the bar.
  @Nullable Cut search(Site site, int attribute, @Nullable PresortedLists lists, Scratch scratch) {
    Attribute values = table.attributes().get(attribute);
    SplitMix random = new SplitMix(SplitMix.mix(site.seed(), 16 + attribute));
    Cut cut =
        switch (values) {
          case Attribute.Numerical numerical ->
              numerical(site, attribute, numerical, lists, scratch, random);
          case Attribute.Categorical categorical ->
              categorical(site, attribute, categorical, scratch, random);
          case Attribute.Items items ->
              new ItemSearch(rules, site, attribute, items).search(random);
          case Attribute.Vectors vectors ->
              new SequenceSearch(rules, site, attribute, vectors, scratch).search(random);
        };
    return rules.parameters().allowNaConditions
        ? better(cut, missing(site, attribute, values))
        : cut;
  }

  static @Nullable Cut better(@Nullable Cut first, @Nullable Cut second) {
    return second == null || (first != null && first.score() >= second.score()) ? first : second;
  }

  private static @Nullable Cut missing(Site site, int attribute, Attribute values) {
    boolean[] missing = values.missing();
    if (missing == null) {
      return null;
    }
    long[] side = new long[site.target().width()];
    for (int i = site.from(); i < site.to(); i++) {
      if (missing[site.rows()[i]]) {
        site.target().add(site.rows()[i], side, 0);
      }
    }
    double score = site.target().score(side, 0, site.whole());
    return score == Target.ILLEGAL
        ? null
        : new Cut(score, attribute, new Condition.IsMissing(values.column()), true, 0);
  }

  private @Nullable Cut numerical(
      Site site,
      int attribute,
      Attribute.Numerical values,
      @Nullable PresortedLists lists,
      Scratch scratch,
      SplitMix random) {
    long[] sorted = scratch.sorted;
    int from = 0;
    int to = site.size();
    float replacement = values.replacement();
    if (rules.parameters().numericalSplit != NumericalSplit.EXACT) {
      replacement = gather(site, values, scratch, random);
      return new ThresholdSearch(rules, site, attribute, values, scratch)
          .search(replacement, random);
    }
    if (lists != null) {
      sorted = lists.list(attribute);
      from = site.from();
      to = site.to();
    } else {
      replacement = gather(site, values, scratch, random);
      Radix.sort(sorted, to, scratch.spare);
    }
    if (sorted[from] >>> 32 == sorted[to - 1] >>> 32) {
      return null;
    }
    int at =
        site.target()
            .toward(rules.directions().of(values.column()))
            .scan(sorted, from, to, site.whole(), site.bar().score(), scratch.score);
    if (at < 0) {
      return at == Target.BELOW_BAR ? Cut.NONE : null;
    }
    float above = values.value(sorted[at], replacement);
    Condition condition;
    boolean missingIsPositive;
    if (values.binned()) {
      int bin = (int) Math.ceil(above);
      condition = new Condition.BinAtLeast(values.column(), bin);
      missingIsPositive = keyOf(values, replacement) >= (int) (sorted[at] >>> 32);
    } else {
      float threshold = threshold(values.value(sorted[at - 1], replacement), above);
      condition = new Condition.AtLeast(values.column(), threshold);
      missingIsPositive = replacement >= threshold;
    }
    int firstKey = (int) (sorted[at] >>> 32);
    return new Cut(scratch.score[0], attribute, condition, missingIsPositive, firstKey);
  }

  private @Nullable Cut categorical(
      Site site, int attribute, Attribute.Categorical values, Scratch scratch, SplitMix random) {
    int direction = values.bool() ? rules.directions().of(values.column()) : 0;
    Target target = values.bool() ? site.target().toward(direction) : site.target().categorical();
    int[] keys = values.keys();
    int replacement = values.replacement();
    if (!rules.global() && values.missing() != null) {
      keys = scratch.ints;
      replacement = impute(site, values, keys, random);
    }
    long[] sums = scratch.zeros(values.arity() * target.width());
    target.sumByBucket(site.rows(), site.from(), site.to(), keys, values.arity(), sums);
    if (values.bool()) {
      double score = target.score(sums, direction == 0 ? target.width() : 0, site.whole());
      return score == Target.ILLEGAL
          ? null
          : new Cut(score, attribute, new Condition.IsTrue(values.column()), replacement == 1, 0);
    }
    return new CategoricalSearch(
            rules,
            target,
            site.whole(),
            new CategoricalSearch.Categories(
                attribute, values.column(), values.arity(), replacement),
            sums)
        .search(random);
  }

  /// Writes the keys of the node's rows with missing values replaced by the most frequent of the
  /// node, or by that of a row drawn from it.
  ///
  /// @return what stands in for a missing value at this node
  private int impute(Site site, Attribute.Categorical values, int[] imputed, SplitMix random) {
    int replacement = values.replacement();
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
    for (int i = site.from(); i < site.to(); i++) {
      int row = site.rows()[i];
      int key = values.keys()[row];
      imputed[row] = key >= 0 ? key : draw ? present[random.nextInt(n)] : replacement;
    }
    return replacement;
  }

  /// Half-way between two values, in 32-bit floats as predictions compare them; the upper one where
  /// there is nothing in between.
  static float threshold(float below, float above) {
    float middle = below + (above - below) / 2;
    return middle > below && middle <= above ? middle : above;
  }

  /// Writes the node's rows with their keys, unsorted.
  ///
  /// @return what stands in for a missing value at this node
  private float gather(Site site, Attribute.Numerical values, Scratch scratch, SplitMix random) {
    int[] keys = values.keys();
    long[] out = scratch.sorted;
    int n = 0;
    int present = 0;
    for (int i = site.from(); i < site.to(); i++) {
      int row = site.rows()[i];
      int key = keys[row];
      if (key >= 0) {
        scratch.ints[present++] = key;
      }
      out[n++] = (long) key << 32 | row;
    }
    if (rules.global() || present == 0) {
      for (int i = 0; present == 0 && i < n; i++) {
        out[i] &= 0xffffffffL;
      }
      return values.replacement();
    }
    double sum = 0;
    for (int i = 0; i < present; i++) {
      sum += values.binned() ? scratch.ints[i] >> 1 : values.distinct()[scratch.ints[i] >> 1];
    }
    float mean = (float) (sum / present);
    int meanKey = keyOf(values, mean);
    boolean local =
        switch (rules.parameters().missingValuePolicy) {
          case LOCAL_IMPUTATION, GLOBAL_IMPUTATION -> true;
          case RANDOM_LOCAL_IMPUTATION -> false;
        };
    for (int i = 0; present < n && i < n; i++) {
      if (out[i] < 0) {
        int key = local ? meanKey : scratch.ints[random.nextInt(present)];
        out[i] = (long) key << 32 | (out[i] & 0xffffffffL);
      }
    }
    return mean;
  }

  /// The key of a number that need not be one of the column's: even if it is, odd if it falls
  /// between two.
  private static int keyOf(Attribute.Numerical values, float value) {
    if (values.binned()) {
      return value == (int) value ? 2 * (int) value : 2 * (int) value + 1;
    }
    int at = java.util.Arrays.binarySearch(values.distinct(), value);
    return at >= 0 ? 2 * at : 2 * (-at - 1) - 1;
  }
}
