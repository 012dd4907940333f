package dev.tendril.forest.train;

import dev.tendril.forest.tree.Condition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the best split of a node over its histogram: the counterpart of [SplitSearch] for bins.
///
/// Missing values count to the bin of their replacement. Features are tried in random order until
/// enough of them had a legal split, as in [ExactNodes].
final class BinSearch {
  private final BinnedTable table;
  private final GrowthRules rules;
  private final BinTarget target;
  private final int shift;
  private final long[] whole;
  private final long seed;
  private final double[] score = new double[1];

  /// @param whole sums of the node
  /// @param seed the node's own
  BinSearch(
      BinnedTable table, GrowthRules rules, BinTarget target, int shift, long[] whole, long seed) {
    this.table = table;
    this.rules = rules;
    this.target = target;
    this.shift = shift;
    this.whole = whole;
    this.seed = seed;
  }

  /// The best split; null when none gains anything.
  @Nullable Cut search(Histogram histogram) {
    int n = table.features.size();
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    new SplitMix(seed).shuffle(order);
    int budget = rules.candidates();
    Cut best = null;
    for (int i = 0; i < n && budget >= 0; i++) {
      Cut cut = search(histogram, order[i], best == null ? 0 : best.score());
      budget -= cut == null ? 0 : 1;
      best = cut != null && cut.score() > 0 ? SplitSearch.better(best, cut) : best;
    }
    return best;
  }

  /// The best split on one feature: null when none is legal; its score is 0 when none gains
  /// anything, or less than the bar.
  private @Nullable Cut search(Histogram histogram, int at, double bar) {
    BinnedFeature feature = table.features.get(at);
    BinTarget.Bins bins = bins(histogram, at, feature);
    Cut cut =
        feature.kind() == BinnedFeature.Kind.CATEGORY
            ? categories(bins, at, feature)
            : ordered(bins, at, feature, bar);
    return feature.gaps() && rules.parameters().allowNaConditions
        ? SplitSearch.better(cut, missing(histogram, at, feature))
        : cut;
  }

  /// The sums of a feature, those of missing values added to the replacement's.
  private BinTarget.Bins bins(Histogram histogram, int at, BinnedFeature feature) {
    int start = table.start(at);
    if (!feature.gaps()) {
      return new BinTarget.Bins(histogram.first, histogram.second, start, feature.bins(), shift);
    }
    long[] first = Arrays.copyOfRange(histogram.first, start, start + feature.sums());
    first[feature.replacement()] += first[feature.bins()];
    long[] second = {};
    if (histogram.second.length > 0) {
      second = Arrays.copyOfRange(histogram.second, start, start + feature.sums());
      second[feature.replacement()] += second[feature.bins()];
    }
    return new BinTarget.Bins(first, second, 0, feature.bins(), shift);
  }

  private @Nullable Cut ordered(BinTarget.Bins bins, int at, BinnedFeature feature, double bar) {
    BinTarget along = target.toward(rules.directions().of(feature.column()));
    int first = along.scan(bins, whole, bar, score);
    if (first < 0) {
      return first == Target.BELOW_BAR ? Cut.NONE : null;
    }
    return new Cut(score[0], at, feature.atLeast(first), feature.replacement() >= first, first);
  }

  private @Nullable Cut categories(BinTarget.Bins bins, int at, BinnedFeature feature) {
    Target categorical = target.categorical();
    int width = categorical.width();
    long[] sums = new long[feature.bins() * width];
    for (int bin = 0; bin < feature.bins(); bin++) {
      if (bins.first(bin) != 0) {
        target.unpack(bins.first(bin), bins.second(bin), shift, sums, bin * width);
      }
    }
    CategoricalSearch.Categories categories =
        new CategoricalSearch.Categories(
            at, feature.column(), feature.bins(), feature.replacement());
    return new CategoricalSearch(rules, categorical, whole, categories, sums)
        .search(new SplitMix(SplitMix.mix(seed, 16 + at)));
  }

  private @Nullable Cut missing(Histogram histogram, int at, BinnedFeature feature) {
    int gap = table.start(at) + feature.bins();
    long[] side = new long[target.width()];
    target.unpack(
        histogram.first[gap],
        histogram.second.length == 0 ? 0 : histogram.second[gap],
        shift,
        side,
        0);
    double reached = target.score(side, 0, whole);
    return reached == Target.ILLEGAL
        ? null
        : new Cut(reached, at, new Condition.IsMissing(feature.column()), true, 0);
  }
}
