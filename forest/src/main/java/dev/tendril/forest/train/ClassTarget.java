package dev.tendril.forest.train;

import dev.tendril.forest.tree.Output;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A class a row. Splits maximize the information gain `H(node) - Wl/W H(l) - Wr/W H(r)` in nats
/// (Quinlan 1986).
///
/// With `f(x) = x ln x` the gain of a split is `[f(Wl) - Σ f(Wlc) + f(Wr) - Σ f(Wrc) - f(W) + Σ
/// f(Wc)] / -W`, so nothing but f is needed. Unit weights make its arguments counts, and f a table.
///
/// Sums: examples, then the weight of every class.
final class ClassTarget extends Target {
  /// More than the rounding errors of the terms of a gain can sum to.
  private static final double ROUNDING = 1e-6;

  /// What a packed byte adds: examples in the upper half, examples of class 1 in the lower half.
  static final long[] UNPACKED = unpacked();

  private final int[] classes;
  private final int classCount;
  private final int @Nullable [] weights;
  private final double weightUnit;
  private final double[] table;
  private final byte @Nullable [] packed;

  /// @param classes by row, from 0
  /// @param weights in fixed point; null: all 1
  /// @param table x ln x for every number of examples, from [#table(int)]; unused with weights
  ClassTarget(
      int[] classes,
      int classCount,
      int @Nullable [] weights,
      int weightExponent,
      int @Nullable [] multiplicity,
      int minExamples,
      double[] table) {
    super(multiplicity, minExamples);
    this.classes = classes;
    this.classCount = classCount;
    this.weights = weights;
    this.weightUnit = weights == null ? 1 : Math.scalb(1.0, -weightExponent);
    this.table = table;
    this.packed = weights == null && classCount == 2 ? pack(classes, multiplicity) : null;
  }

  /// The values of x ln x from 0 to a number of examples.
  static double[] table(int examples) {
    double[] table = new double[examples + 1];
    for (int i = 2; i <= examples; i++) {
      table[i] = i * Math.log(i);
    }
    return table;
  }

  /// Two unit-weight classes: twice the multiplicity, plus the class. A byte a row stays in the
  /// cache. Null when a multiplicity is too large for that.
  private static byte @Nullable [] pack(int[] classes, int @Nullable [] multiplicity) {
    byte[] packed = new byte[classes.length];
    for (int row = 0; row < packed.length; row++) {
      int m = multiplicity == null ? 1 : multiplicity[row];
      if (m > 127) {
        return null;
      }
      packed[row] = (byte) (2 * m + classes[row]);
    }
    return packed;
  }

  /// What a packed byte adds: examples in the upper half, examples of class 1 in the lower half.
  private static long[] unpacked() {
    long[] unpacked = new long[256];
    for (int code = 0; code < unpacked.length; code++) {
      unpacked[code] = (code >> 1) * ((1L << 32) + (code & 1));
    }
    return unpacked;
  }

  /// Two unit-weight classes: a byte a row for [#UNPACKED]; otherwise null.
  byte @Nullable [] packed() {
    return packed;
  }

  /// The values of x ln x.
  double[] table() {
    return table;
  }

  int classCount() {
    return classCount;
  }

  /// The class of a row, from 0.
  int classOf(int row) {
    return classes[row];
  }

  /// The weight of a row, as often as it counts.
  double weightOf(int row) {
    double m = multiplicity == null ? 1 : multiplicity[row];
    return weights == null ? m : m * weights[row] * weightUnit;
  }

  @Override
  int width() {
    return 1 + classCount;
  }

  @Override
  void sum(int[] rows, int from, int to, long[] sums) {
    for (int i = from; i < to; i++) {
      add(rows[i], sums, 0);
    }
  }

  @Override
  void sumByBucket(int[] rows, int from, int to, int[] buckets, int count, long[] sums) {
    for (int i = from; i < to; i++) {
      add(rows[i], sums, (1 + classCount) * buckets[rows[i]]);
    }
  }

  @Override
  void add(int row, long[] sums, int at) {
    long m = multiplicity == null ? 1 : multiplicity[row];
    sums[at] += m;
    sums[at + 1 + classes[row]] += weights == null ? m : m * weights[row];
  }

  @Override
  void subtract(int row, long[] sums, int at) {
    long m = multiplicity == null ? 1 : multiplicity[row];
    sums[at] -= m;
    sums[at + 1 + classes[row]] -= weights == null ? m : m * weights[row];
  }

  private double f(long weight) {
    return weights == null
        ? table[(int) weight]
        : weight <= 0 ? 0 : weight * Math.log((double) weight);
  }

  @Override
  double gain(long[] side, int at, long[] whole) {
    double terms = 0;
    long sideWeight = 0;
    long wholeWeight = 0;
    for (int c = 1; c <= classCount; c++) {
      terms += f(side[at + c]) + f(whole[c] - side[at + c]) - f(whole[c]);
      sideWeight += side[at + c];
      wholeWeight += whole[c];
    }
    if (sideWeight == 0 || sideWeight == wholeWeight) {
      return ILLEGAL;
    }
    double gain = terms - f(sideWeight) - f(wholeWeight - sideWeight) + f(wholeWeight);
    return gain <= 1e-12 * wholeWeight ? 0 : gain / wholeWeight;
  }

  @Override
  int scan(long[] sorted, int from, int to, long[] whole, double bar, double[] score) {
    return packed != null
        ? scanTwoClasses(packed, sorted, from, to, whole, bar, score)
        : scanClasses(sorted, from, to, whole, score);
  }

  /// Looks at cuts one by one only where a block of them can pass the best so far.
  ///
  /// The gain is convex in the numbers of either class on one side, and within a block both grow.
  /// So it is nowhere in the block greater than at the best corner of the rectangle that they span.
  private int scanTwoClasses(
      byte[] stats, long[] sorted, int from, int to, long[] whole, double bar, double[] score) {
    int first = from;
    long side = 0;
    while (first < to && side >>> 32 < minExamples) {
      side += UNPACKED[stats[(int) sorted[first++]] & 0xff];
    }
    int last = to;
    for (long above = 0; last > from && above >>> 32 < minExamples; ) {
      above += UNPACKED[stats[(int) sorted[--last]] & 0xff];
    }
    if (first > last || first == to || sorted[first - 1] >>> 32 == sorted[last] >>> 32) {
      return -1;
    }
    Scan scan = new Scan(sorted, stats, table, whole, terms(bar, whole));
    if (to - from < SMALL) {
      scan.look(first, last + 1, side);
    } else {
      for (int i = first; i <= last; i += BLOCK) {
        int end = Math.min(i + BLOCK, last + 1);
        long after = scan.add(i, end, side);
        if (corner(side, after, whole) > scan.bestTerms - ROUNDING) {
          scan.look(i, end, side);
        }
        side = after;
      }
    }
    if (scan.best >= 0) {
      int n = (int) (scan.bestSide >>> 32);
      int p = (int) scan.bestSide;
      score[0] = score(new long[] {n, n - p, p}, 0, whole);
    }
    return scan.best;
  }

  /// The state of a scan of two classes. The loops over the rows of a block are methods of their
  /// own, so that the compiler sees them small.
  private static final class Scan {
    private final long[] sorted;
    private final byte[] stats;
    private final double[] table;
    private final int examples;
    private final int positives;
    private int best = BELOW_BAR;
    private double bestTerms;
    private long bestSide;

    Scan(long[] sorted, byte[] stats, double[] table, long[] whole, double bestTerms) {
      this.sorted = sorted;
      this.stats = stats;
      this.table = table;
      this.examples = (int) whole[0];
      this.positives = (int) whole[2];
      this.bestTerms = bestTerms;
    }

    long add(int begin, int end, long side) {
      long[] entries = sorted;
      long after = side;
      for (int i = begin; i < end; i++) {
        after += UNPACKED[stats[(int) entries[i]] & 0xff];
      }
      return after;
    }

    /// Looks at the cut before each of some rows.
    void look(int begin, int end, long side) {
      long[] entries = sorted;
      double[] f = table;
      long at = side;
      long key = entries[begin - 1] >>> 32;
      for (int i = begin; i < end; i++) {
        long entry = entries[i];
        long next = entry >>> 32;
        if (next != key) {
          key = next;
          int n = (int) (at >>> 32);
          int p = (int) at;
          int rest = examples - n;
          double terms =
              f[p] + f[n - p] - f[n] + (f[positives - p] + f[rest - positives + p] - f[rest]);
          if (terms > bestTerms) {
            best = i;
            bestTerms = terms;
            bestSide = at;
          }
        }
        at += UNPACKED[stats[(int) entry] & 0xff];
      }
    }
  }

  /// The terms of the gain that depend on the cut.
  ///
  /// @param n negative examples of one side
  /// @param p positive examples of that side
  /// @param examples all of the node
  /// @param positives all positive ones
  private double terms(int n, int p, int examples, int positives) {
    int rest = examples - n - p;
    return table[p]
        + table[n]
        - table[n + p]
        + (table[positives - p] + table[rest - positives + p] - table[rest]);
  }

  private double corner(long side, long after, long[] whole) {
    int p0 = (int) side;
    int p1 = (int) after;
    int n0 = (int) (side >>> 32) - p0;
    int n1 = (int) (after >>> 32) - p1;
    int examples = (int) whole[0];
    int positives = (int) whole[2];
    return Math.max(
        Math.max(terms(n0, p0, examples, positives), terms(n0, p1, examples, positives)),
        Math.max(terms(n1, p0, examples, positives), terms(n1, p1, examples, positives)));
  }

  /// The terms at which the gain is at the bar, less what rounding may hide.
  double terms(double bar, long[] whole) {
    return bar * whole[0] + f(whole[1]) + f(whole[2]) - f(whole[0]) - ROUNDING;
  }

  private int scanClasses(long[] sorted, int from, int to, long[] whole, double[] score) {
    long[] side = new long[1 + classCount];
    int best = -1;
    double bestScore = ILLEGAL;
    for (int i = from; i < to; i++) {
      if (i > from && sorted[i] >>> 32 != sorted[i - 1] >>> 32) {
        double candidate = score(side, 0, whole);
        if (candidate > bestScore) {
          bestScore = candidate;
          best = i;
        }
      }
      add((int) sorted[i], side, 0);
    }
    score[0] = bestScore;
    return best;
  }

  /// Two classes need one order. More are told apart one against the others.
  @Override
  int orders() {
    return classCount == 2 ? 1 : classCount;
  }

  @Override
  double place(int order, long[] sums, int at, long[] whole) {
    int c = classCount == 2 ? 2 : 1 + order;
    long weight = 0;
    for (int i = 1; i <= classCount; i++) {
      weight += sums[at + i];
    }
    return weight == 0 ? 0 : (double) sums[at + c] / weight;
  }

  @Override
  boolean pure(long[] whole) {
    int present = 0;
    for (int c = 1; c <= classCount; c++) {
      present += whole[c] > 0 ? 1 : 0;
    }
    return present < 2;
  }

  /// The class weights by vocabulary index: index 0, out of vocabulary, is no class.
  @Override
  Output output(int[] rows, int from, int to) {
    long[] sums = new long[1 + classCount];
    sum(rows, from, to, sums);
    return output(sums);
  }

  @Override
  Output output(int[] rows, int from, int to, long[] sums) {
    return output(sums);
  }

  private Output output(long[] sums) {
    double[] distribution = new double[1 + classCount];
    int top = 1;
    for (int c = 1; c <= classCount; c++) {
      distribution[c] = sums[c] * weightUnit;
      if (sums[c] > sums[top]) {
        top = c;
      }
    }
    return new Output.Distribution(top, distribution);
  }

  @Override
  double weight(long[] sums) {
    return Arrays.stream(sums, 1, sums.length).sum() * weightUnit;
  }
}
