package dev.tendril.forest.train;

import dev.tendril.forest.options.TreeParameters.CategoricalAlgorithm;
import dev.tendril.forest.tree.Condition;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A tally of two classes with unit weights: examples in the upper half of a long, those of class 1
/// in the lower half, so that one addition counts both.
final class TwoClassTally extends Tally {
  /// Nodes with fewer rows note which bins they occupy; others look at all.
  private static final int SPARSE = 192;

  private static final int LANES = 4;

  private final ClassTarget target;
  private final byte[] stats;
  private final double[] table;
  private final int minExamples;
  private final long[] sums;
  private final long[] lanes = new long[LANES * BinnedTable.NARROW];
  private final long[] values;
  private final int[] order;
  private final double[] place;
  private int[] rows = {};
  private int from;
  private int size;
  private long[] whole = {};

  TwoClassTally(ClassTarget target, int bins, long[] values) {
    super(bins);
    this.target = target;
    this.stats = Objects.requireNonNull(target.packed());
    this.table = target.table();
    this.minExamples = target.minExamples;
    this.sums = new long[Math.max(BinnedTable.NARROW, bins)];
    this.values = values;
    this.order = new int[bins];
    this.place = new double[bins];
  }

  @Override
  void enter(int[] rows, int from, int to, long[] whole) {
    this.rows = rows;
    this.from = from;
    this.size = to - from;
    this.whole = whole;
    gather(stats, rows, from, size, values);
  }

  private static void gather(byte[] stats, int[] rows, int from, int size, long[] values) {
    for (int i = 0; i < size; i++) {
      values[i] = ClassTarget.UNPACKED[stats[rows[from + i]] & 255];
    }
  }

  @Override
  Target target() {
    return target;
  }

  @Override
  long[] whole() {
    return whole;
  }

  @Override
  void add(byte[] bins, int count, long[] bits) {
    if (size < SPARSE) {
      addNoting(bins, rows, from, size, values, sums, bits);
      return;
    }
    if (size < LANES * count) {
      addUp(bins, rows, from, size, values, sums);
    } else {
      addInLanes(bins, rows, from, size, values, lanes);
      for (int lane = 0; lane < LANES; lane++) {
        join(lanes, lane * BinnedTable.NARROW, count, sums);
      }
    }
    note(sums, count, bits);
  }

  private static void join(long[] lanes, int at, int count, long[] sums) {
    for (int bin = 0; bin < count; bin++) {
      sums[bin] += lanes[at + bin];
      lanes[at + bin] = 0;
    }
  }

  private static void note(long[] sums, int count, long[] bits) {
    for (int from = 0; from < count; from += Long.SIZE) {
      int to = Math.min(from + Long.SIZE, count);
      long noted = 0;
      for (int bin = from; bin < to; bin++) {
        noted |= (sums[bin] == 0 ? 0L : 1L) << bin;
      }
      bits[from / Long.SIZE] = noted;
    }
  }

  private static void addUp(
      byte[] bins, int[] rows, int from, int size, long[] values, long[] sums) {
    for (int i = 0; i < size; i++) {
      sums[bins[rows[from + i]] & 255] += values[i];
    }
  }

  /// Four rows at a time, each in a lane of its own: where many rows are in the same bin, an
  /// addition would have to wait for the one before.
  private static void addInLanes(
      byte[] bins, int[] rows, int from, int size, long[] values, long[] lanes) {
    int i = 0;
    for (; i + LANES <= size; i += LANES) {
      lanes[bins[rows[from + i]] & 255] += values[i];
      lanes[BinnedTable.NARROW + (bins[rows[from + i + 1]] & 255)] += values[i + 1];
      lanes[2 * BinnedTable.NARROW + (bins[rows[from + i + 2]] & 255)] += values[i + 2];
      lanes[3 * BinnedTable.NARROW + (bins[rows[from + i + 3]] & 255)] += values[i + 3];
    }
    for (; i < size; i++) {
      lanes[bins[rows[from + i]] & 255] += values[i];
    }
  }

  private static void addNoting(
      byte[] bins, int[] rows, int from, int size, long[] values, long[] sums, long[] bits) {
    for (int i = 0; i < size; i++) {
      int bin = bins[rows[from + i]] & 255;
      sums[bin] += values[i];
      bits[bin >> 6] |= 1L << bin;
    }
  }

  @Override
  void add(char[] bins, long[] bits) {
    for (int i = 0; i < size; i++) {
      int bin = bins[rows[from + i]];
      sums[bin] += values[i];
      bits[bin >> 6] |= 1L << bin;
    }
  }

  @Override
  double score(int bin) {
    return target.score(unpacked(sums[bin]), 0, whole);
  }

  private static long[] unpacked(long packed) {
    long n = packed >>> 32;
    long p = (int) packed;
    return new long[] {n, n - p, p};
  }

  @Override
  void merge(int from, int to) {
    sums[to] += sums[from];
    sums[from] = 0;
  }

  @Override
  int cut(long[] bits, double bar) {
    Best best = new Best(bar);
    int last = -1;
    for (int word = 0; word < bits.length; word++) {
      for (long left = bits[word]; left != 0; left &= left - 1) {
        int bin = word * Long.SIZE + Long.numberOfTrailingZeros(left);
        if (best.passes()) {
          below = last;
          above = bin;
        }
        best.side += sums[bin];
        sums[bin] = 0;
        last = bin;
      }
      bits[word] = 0;
    }
    score = best.score();
    return best.found ? 0 : best.legal ? Target.BELOW_BAR : -1;
  }

  /// Cuts the categories in the order of their share of class 1, as [CategoricalSearch] does, by
  /// counts alone.
  @Override
  @Nullable Cut subset(
      GrowthRules rules, CategoricalSearch.Categories categories, double bar, SplitMix random) {
    if (CategoricalSearch.algorithm(rules, categories) != CategoricalAlgorithm.CART) {
      return super.subset(rules, categories, bar, random);
    }
    int present = sort();
    Best best = new Best(bar);
    int bestCut = 0;
    for (int i = 0; i < present; i++) {
      if (best.passes()) {
        bestCut = i;
      }
      best.side += sums[order[i]];
      sums[order[i]] = 0;
    }
    if (!best.found) {
      return best.legal ? Cut.NONE : null;
    }
    int[] chosen = Arrays.copyOfRange(order, bestCut, present);
    Arrays.sort(chosen);
    return new Cut(
        best.score(),
        categories.attribute(),
        new Condition.Contains(categories.column(), chosen),
        Arrays.binarySearch(chosen, categories.replacement()) >= 0,
        0);
  }

  /// Lists the occupied bins in the order of their share of class 1, and of their number where it
  /// is the same.
  private int sort() {
    int n = 0;
    for (int bin = next(0); bin >= 0; bin = next(bin + 1)) {
      double share = (double) (int) sums[bin] / (sums[bin] >>> 32);
      int at = n++;
      for (; at > 0 && place[at - 1] > share; at--) {
        order[at] = order[at - 1];
        place[at] = place[at - 1];
      }
      order[at] = bin;
      place[at] = share;
    }
    clear();
    return n;
  }

  /// The best cut so far of bins in some order.
  private final class Best {
    private final int examples = (int) whole[0];
    private final int positives = (int) whole[2];
    private double bestTerms;
    private long bestSide;
    private long side;
    private boolean legal;
    private boolean found;

    Best(double bar) {
      bestTerms = target.terms(bar, whole);
    }

    /// Whether the cut after what is in `side` is better than all before.
    boolean passes() {
      int n = (int) (side >>> 32);
      int rest = examples - n;
      if (n < minExamples || rest < minExamples) {
        return false;
      }
      legal = true;
      int p = (int) side;
      double[] f = table;
      double terms =
          f[p] + f[n - p] - f[n] + (f[positives - p] + f[rest - positives + p] - f[rest]);
      if (terms <= bestTerms) {
        return false;
      }
      bestTerms = terms;
      bestSide = side;
      found = true;
      return true;
    }

    double score() {
      return found ? target.score(unpacked(bestSide), 0, whole) : 0;
    }
  }

  @Override
  void drain(int bin, long[] to) {
    long packed = sums[bin];
    long p = (int) packed;
    to[3 * bin] = packed >>> 32;
    to[3 * bin + 1] = (packed >>> 32) - p;
    to[3 * bin + 2] = p;
    sums[bin] = 0;
  }
}
