package dev.tendril.forest.train;

import dev.tendril.forest.tree.Condition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds a mask of items such that "the set shares an item with the mask" splits a node well.
///
/// Greedy (Guillame-Bert et al. 2020, arXiv 2009.09991, §3): candidates are drawn once; starting
/// from the empty mask, the candidate that improves the score most is added, until none does. Rows
/// that an added item made positive stay so. The least number of examples is not asked of the
/// sides, only that both have some.
final class ItemSearch {
  private final GrowthRules rules;
  private final SplitSearch.Site site;
  private final int attribute;
  private final Attribute.Items values;

  ItemSearch(GrowthRules rules, SplitSearch.Site site, int attribute, Attribute.Items values) {
    this.rules = rules;
    this.site = site;
    this.attribute = attribute;
    this.values = values;
  }

  @Nullable Cut search(SplitMix random) {
    Target target = site.target();
    int width = target.width();
    long[] sums = new long[values.arity() * width];
    int[] rowsWith = new int[values.arity()];
    boolean[] positive = new boolean[site.size()];
    for (int i = 0; i < positive.length; i++) {
      int row = site.rows()[site.from() + i];
      for (int k = values.starts()[row]; k < values.starts()[row + 1]; k++) {
        int item = values.items()[k];
        if (k > values.starts()[row] && values.items()[k - 1] == item) {
          continue;
        }
        rowsWith[item]++;
        target.add(row, sums, item * width);
      }
    }
    int known = rules.parameters().categoricalSetSplitMaxNumItems;
    boolean[] candidate = new boolean[values.arity()];
    int candidates = 0;
    for (int item = 0; item < candidate.length; item++) {
      boolean drawn = random.nextDouble() < rules.parameters().categoricalSetSplitGreedySampling;
      candidate[item] =
          drawn
              && (known < 0 || item <= known)
              && rowsWith[item] >= rules.parameters().categoricalSetSplitMinItemFrequency
              && rowsWith[item] < positive.length;
      candidates += candidate[item] ? 1 : 0;
    }
    if (candidates == 0) {
      return null;
    }
    int most = rules.parameters().categoricalSetSplitGreedyMaximumMaskSize;
    long[] side = new long[width];
    int[] mask = new int[values.arity()];
    int size = 0;
    double best = 0;
    while (most < 0 || size < most) {
      int chosen = -1;
      long[] grown = new long[width];
      for (int item = 0; item < candidate.length; item++) {
        if (candidate[item] && sums[item * width] > 0) {
          for (int i = 0; i < width; i++) {
            grown[i] = side[i] + sums[item * width + i];
          }
          double score = target.gain(grown, 0, site.whole());
          if (score > best) {
            best = score;
            chosen = item;
          }
        }
      }
      if (chosen < 0) {
        break;
      }
      mask[size++] = chosen;
      for (int i = 0; i < width; i++) {
        side[i] += sums[chosen * width + i];
      }
      moveRowsWith(chosen, positive, sums, width);
    }
    if (size == 0) {
      return null;
    }
    int[] items = Arrays.copyOf(mask, size);
    Arrays.sort(items);
    return new Cut(best, attribute, new Condition.Contains(values.column(), items), false, 0);
  }

  /// Makes the rows that hold an item positive and takes them out of the sums of all their items.
  private void moveRowsWith(int item, boolean[] positive, long[] sums, int width) {
    for (int i = 0; i < positive.length; i++) {
      int row = site.rows()[site.from() + i];
      int start = values.starts()[row];
      int end = values.starts()[row + 1];
      if (positive[i] || Arrays.binarySearch(values.items(), start, end, item) < 0) {
        continue;
      }
      positive[i] = true;
      for (int k = start; k < end; k++) {
        if (k == start || values.items()[k - 1] != values.items()[k]) {
          site.target().subtract(row, sums, values.items()[k] * width);
        }
      }
    }
  }
}
