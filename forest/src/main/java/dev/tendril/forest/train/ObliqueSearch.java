package dev.tendril.forest.train;

import dev.tendril.forest.tree.Condition;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Finds the best split of a node on a weighted sum of numerical attributes: `Σ w x >= t`, a
/// hyperplane that need not be parallel to the axes.
///
/// Which sums are tried is up to the subclasses. Once the weights are chosen, a sum is one more
/// numerical attribute: its values are computed and sorted at the node, and every cut between two
/// of them is a candidate. The splits compete with those on other attributes by the same score, do
/// not use up the budget of attributes, and take the place of those on single numerical attributes.
///
/// A sum of one attribute is that attribute: it is searched and stored as such.
abstract class ObliqueSearch {
  /// Separates what is drawn here from other draws at the node.
  static final long SALT = 3;

  final TrainingTable table;
  final GrowthRules rules;
  private final SplitSearch axis;
  private final int[] numerical;

  ObliqueSearch(TrainingTable table, GrowthRules rules, SplitSearch axis, int[] numerical) {
    this.table = table;
    this.rules = rules;
    this.axis = axis;
    this.numerical = numerical;
  }

  /// The search that the hyper-parameters ask for; null where attributes are tested one by one, or
  /// where none is numerical.
  static @Nullable ObliqueSearch of(TrainingTable table, GrowthRules rules, SplitSearch axis) {
    int[] numerical =
        IntStream.range(0, table.attributes().size())
            .filter(i -> summable(table.attributes().get(i)))
            .toArray();
    if (numerical.length == 0) {
      return null;
    }
    return switch (rules.parameters().splitAxis) {
      case AXIS_ALIGNED -> null;
      case SPARSE_OBLIQUE -> new SparseObliqueSearch(table, rules, axis, numerical);
      case MHLD_OBLIQUE -> new DiscriminantSearch(table, rules, axis, numerical);
    };
  }

  /// Whether an attribute can be part of a sum.
  static boolean summable(Attribute attribute) {
    return attribute instanceof Attribute.Numerical numbers && !numbers.binned();
  }

  /// The best split on a sum; null when none is legal.
  ///
  /// @param workers the threads to share the work
  abstract @Nullable Cut search(SplitSearch.Site site, Workers workers, Scratch.Pool scratches);

  /// The number of numerical attributes.
  final int size() {
    return numerical.length;
  }

  /// One of the numerical attributes.
  final Attribute.Numerical attribute(int i) {
    return (Attribute.Numerical) table.attributes().get(numerical[i]);
  }

  /// The best split on one numerical attribute.
  final @Nullable Cut single(SplitSearch.Site site, int i, Scratch scratch) {
    return raise(site, axis.search(site, numerical[i], null, scratch));
  }

  /// The best split on a sum.
  final @Nullable Cut sum(SplitSearch.Site site, Projection projection, Scratch scratch) {
    int n = site.size();
    float[] values = scratch.floats();
    projection.values(site.rows(), site.from(), site.to(), values);
    long[] sorted = scratch.sorted;
    for (int i = 0; i < n; i++) {
      sorted[i] = (long) key(values[i]) << 32 | site.rows()[site.from() + i];
    }
    Radix.sort(sorted, n, scratch.spare);
    if (sorted[0] >>> 32 == sorted[n - 1] >>> 32) {
      return null;
    }
    int at =
        site.target()
            .toward(rules.directions().of(projection.condition(0)))
            .scan(sorted, 0, n, site.whole(), site.bar().score(), scratch.score);
    if (at < 0) {
      return at == Target.BELOW_BAR ? Cut.NONE : null;
    }
    float threshold = SplitSearch.threshold(value(sorted[at - 1]), value(sorted[at]));
    Condition.Oblique condition = projection.condition(threshold);
    return raise(site, new Cut(scratch.score[0], -1, condition, false, 0));
  }

  private static @Nullable Cut raise(SplitSearch.Site site, @Nullable Cut cut) {
    if (cut != null) {
      site.bar().raise(cut.score());
    }
    return cut;
  }

  /// What overflows to no number is at least no threshold, so it comes first.
  private static int key(float value) {
    return TrainingTable.sortable(Float.isNaN(value) ? Float.NEGATIVE_INFINITY : value + 0f);
  }

  private static float value(long entry) {
    return TrainingTable.unsortable((int) (entry >>> 32));
  }

  /// Writes 1 for every row that goes to the positive side of a condition, 0 for the others.
  static void mark(
      TrainingTable table,
      Condition.Oblique condition,
      int[] rows,
      int from,
      int to,
      float[] sums,
      byte[] side) {
    Projection.of(table, condition).values(rows, from, to, sums);
    for (int i = from; i < to; i++) {
      side[rows[i]] = (byte) (sums[i - from] >= condition.threshold() ? 1 : 0);
    }
  }
}
