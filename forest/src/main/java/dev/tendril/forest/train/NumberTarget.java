package dev.tendril.forest.train;

import dev.tendril.forest.tree.Output;
import org.jspecify.annotations.Nullable;

/// A number a row: the label of a regression, or the negative gradient of a loss. Splits maximize
/// the reduction of variance, `(Gl²/Wl + Gr²/Wr - G²/W) / W` with sums G of weighted values and W
/// of weights, which is `(SSE - SSEl - SSEr) / W` (Breiman et al. 1984, §8.4).
///
/// Sums: examples, weight, weighted value. With unit weights the weight is the number of examples.
final class NumberTarget extends BinTarget {
  private static final int[] NONE = {};

  private final int[] values;
  private final int @Nullable [] weights;
  private final double valueUnit;
  private final double weightUnit;
  private final Leaf leaf;

  /// @param values weighted values in fixed point
  /// @param weights weights in fixed point; null: all 1
  /// @param valueExponent binary exponent of the values
  /// @param weightExponent binary exponent of the weights
  NumberTarget(
      int[] values,
      int valueExponent,
      int @Nullable [] weights,
      int weightExponent,
      int @Nullable [] multiplicity,
      int minExamples,
      Leaf leaf) {
    super(multiplicity, minExamples);
    this.values = values;
    this.weights = weights;
    this.valueUnit = Math.scalb(1.0, -valueExponent);
    this.weightUnit = weights == null ? 1 : Math.scalb(1.0, -weightExponent);
    this.leaf = leaf;
  }

  @Override
  int width() {
    return 3;
  }

  @Override
  void sum(int[] rows, int from, int to, long[] sums) {
    for (int i = from; i < to; i++) {
      add(rows[i], sums, 0);
    }
  }

  @Override
  void sumByBucket(int[] rows, int from, int to, int[] buckets, int count, long[] sums) {
    if (weights == null && multiplicity == null) {
      sumUnit(rows, from, to, buckets, count, sums);
      return;
    }
    for (int i = from; i < to; i++) {
      add(rows[i], sums, 3 * buckets[rows[i]]);
    }
  }

  private void sumUnit(int[] rows, int from, int to, int[] buckets, int count, long[] sums) {
    for (int i = from; i < to; i++) {
      int at = 3 * buckets[rows[i]];
      sums[at]++;
      sums[at + 2] += values[rows[i]];
    }
    for (int at = 0; at < 3 * count; at += 3) {
      sums[at + 1] = sums[at];
    }
  }

  @Override
  void add(int row, long[] sums, int at) {
    long m = multiplicity == null ? 1 : multiplicity[row];
    sums[at] += m;
    sums[at + 1] += weights == null ? m : m * weights[row];
    sums[at + 2] += m * values[row];
  }

  @Override
  void subtract(int row, long[] sums, int at) {
    long m = multiplicity == null ? 1 : multiplicity[row];
    sums[at] -= m;
    sums[at + 1] -= weights == null ? m : m * weights[row];
    sums[at + 2] -= m * values[row];
  }

  @Override
  double gain(long[] side, int at, long[] whole) {
    return gain((double) side[at + 1], (double) side[at + 2], whole);
  }

  private double gain(double w, double g, long[] whole) {
    double wholeWeight = whole[1];
    double rest = wholeWeight - w;
    if (w <= 0 || rest <= 0) {
      return ILLEGAL;
    }
    double restValue = whole[2] - g;
    double parts = g * g / w + restValue * restValue / rest;
    double gain = parts - (double) whole[2] * whole[2] / wholeWeight;
    if (gain <= 1e-12 * parts) {
      return 0;
    }
    return gain / wholeWeight * (valueUnit * valueUnit) / (weightUnit * weightUnit);
  }

  /// Looks at cuts one by one only where a block of them can pass the best so far.
  ///
  /// Within a block the left sum moves from `l0` to `l1` and no further than the magnitudes of its
  /// values allow: it stays within `min(l0, l1) - s` and `max(l0, l1) + s` with `s` half of what
  /// the magnitudes exceed `|l1 - l0|` by. `Gl²/Wl + Gr²/Wr` is convex in the left sum and falls
  /// with either weight, so its bound is at one of these ends with the smallest weights of the
  /// block.
  @Override
  int scan(long[] sorted, int from, int to, long[] whole, double bar, double[] score) {
    return weights == null && multiplicity == null
        ? scanUnit(sorted, from, to, whole, bar, score)
        : scanWeighted(sorted, from, to, whole, bar, score);
  }

  /// The sum of the two parts at which the score is at the bar, less what rounding may hide.
  private double parts(double bar, long[] whole) {
    double weight = whole[1];
    double gain = bar * weight * (weightUnit * weightUnit) / (valueUnit * valueUnit);
    return (gain + (double) whole[2] * whole[2] / weight) * (1 - 1e-12);
  }

  /// The most that the two parts can sum to in a block.
  private static double bound(
      long before, long after, long reach, long total, long left, long right) {
    double slack = (reach - Math.abs(after - before)) / 2.0;
    double low = Math.min(before, after) - slack;
    double high = Math.max(before, after) + slack;
    double aboveLow = total - low;
    double aboveHigh = total - high;
    double atLow = low * low / left + aboveLow * aboveLow / right;
    double atHigh = high * high / left + aboveHigh * aboveHigh / right;
    return Math.max(atLow, atHigh) * (1 + 1e-12);
  }

  /// The state of a scan. The loops over the rows of a block are methods of their own, so that the
  /// compiler sees them small.
  private static final class Scan {
    private final long[] sorted;
    private final int[] values;
    private final int from;
    private final int to;
    private final long total;
    private int best = BELOW_BAR;
    private double bestParts;
    private long bestSum;
    private long after;
    private long reach;

    Scan(long[] sorted, int[] values, int from, int to, long total, double parts) {
      this.sorted = sorted;
      this.values = values;
      this.from = from;
      this.to = to;
      this.total = total;
      this.bestParts = parts;
    }

    /// Adds up the values of some rows and their magnitudes.
    void add(int begin, int end, long sum) {
      long[] entries = sorted;
      int[] g = values;
      long moved = 0;
      long far = 0;
      for (int i = begin; i < end; i++) {
        int value = g[(int) entries[i]];
        moved += value;
        far += Math.abs(value);
      }
      after = sum + moved;
      reach = far;
    }

    /// Looks at the cut before each of some rows.
    void look(int begin, int end, long sum) {
      long[] entries = sorted;
      long left = sum;
      long key = entries[begin - 1] >>> 32;
      for (int i = begin; i < end; i++) {
        long entry = entries[i];
        long next = entry >>> 32;
        if (next != key) {
          key = next;
          double low = left;
          double high = total - left;
          double parts = low * low / (i - from) + high * high / (to - i);
          if (parts > bestParts) {
            best = i;
            bestParts = parts;
            bestSum = left;
          }
        }
        left += values[(int) entry];
      }
    }
  }

  private int scanUnit(long[] sorted, int from, int to, long[] whole, double bar, double[] score) {
    int first = from + minExamples;
    int last = to - minExamples;
    if (first > last || sorted[first - 1] >>> 32 == sorted[last] >>> 32) {
      return -1;
    }
    Scan scan = new Scan(sorted, values, from, to, whole[2], parts(bar, whole));
    scan.add(from, first, 0);
    long sum = scan.after;
    if (to - from < SMALL) {
      scan.look(first, last + 1, sum);
    } else {
      for (int i = first; i <= last; i += BLOCK) {
        int end = Math.min(i + BLOCK, last + 1);
        scan.add(i, end, sum);
        double bound = bound(sum, scan.after, scan.reach, whole[2], i - from, to - end + 1);
        if (bound > scan.bestParts) {
          scan.look(i, end, sum);
        }
        sum = scan.after;
      }
    }
    if (scan.best >= 0) {
      score[0] = gain((double) (scan.best - from), (double) scan.bestSum, whole);
    }
    return scan.best;
  }

  private int scanWeighted(
      long[] sorted, int from, int to, long[] whole, double bar, double[] score) {
    long[] before = new long[3];
    long[] after = new long[3];
    long[] side = new long[3];
    boolean legal = false;
    int best = -1;
    double bestParts = parts(bar, whole);
    double bestWeight = 0;
    double bestSum = 0;
    for (int i = from; i < to; i += BLOCK) {
      int end = Math.min(i + BLOCK, to);
      System.arraycopy(after, 0, before, 0, 3);
      long reach = 0;
      for (int j = i; j < end; j++) {
        long value = after[2];
        add((int) sorted[j], after, 0);
        reach += Math.abs(after[2] - value);
      }
      boolean hopeless =
          before[1] > 0
              && after[1] < whole[1]
              && bound(before[2], after[2], reach, whole[2], before[1], whole[1] - after[1])
                  <= bestParts;
      if (hopeless && legal) {
        continue;
      }
      System.arraycopy(before, 0, side, 0, 3);
      for (int j = i; j < end; j++) {
        if (j > from
            && sorted[j] >>> 32 != sorted[j - 1] >>> 32
            && legal(side[0], whole[0])
            && side[1] > 0
            && side[1] < whole[1]) {
          legal = true;
          double left = side[2];
          double right = whole[2] - left;
          double parts = left * left / side[1] + right * right / (whole[1] - side[1]);
          if (parts > bestParts) {
            best = j;
            bestParts = parts;
            bestWeight = side[1];
            bestSum = left;
          }
        }
        add((int) sorted[j], side, 0);
      }
    }
    if (best >= 0) {
      score[0] = gain(bestWeight, bestSum, whole);
    }
    return best >= 0 ? best : legal ? BELOW_BAR : -1;
  }

  @Override
  int[] values() {
    return values;
  }

  @Override
  int[] seconds() {
    return weights == null ? NONE : weights;
  }

  @Override
  void unpack(long first, long second, int shift, long[] sums, int at) {
    long count = first & (1L << shift) - 1;
    sums[at] = count;
    sums[at + 1] = weights == null ? count : second;
    sums[at + 2] = first >> shift;
  }

  @Override
  int scan(Bins bins, long[] whole, double bar, double[] score) {
    return weights == null
        ? scanUnit(bins, whole, bar, score)
        : super.scan(bins, whole, bar, score);
  }

  /// As the plain search, but compares products instead of dividing at every cut.
  private int scanUnit(Bins bins, long[] whole, double bar, double[] score) {
    long[] sums = bins.first();
    int shift = bins.shift();
    long mask = (1L << shift) - 1;
    int last = bins.start() + bins.count() - 1;
    double total = whole[2];
    long examples = whole[0];
    double all = examples;
    long most = examples - minExamples;
    double bestParts = parts(bar, whole);
    int best = BELOW_BAR;
    long bestLeft = 0;
    long left = 0;
    int at = bins.start();
    while (at < last && (left + sums[at] & mask) < minExamples) {
      left += sums[at++];
    }
    boolean legal = false;
    for (; at < last; at++) {
      left += sums[at];
      long count = left & mask;
      if (count > most) {
        break;
      }
      legal = true;
      double below = count;
      double above = all - below;
      double low = left >> shift;
      double high = total - low;
      if (low * low * above + high * high * below > bestParts * (below * above)) {
        bestParts = low * low / below + high * high / above;
        best = at + 1;
        bestLeft = left;
      }
    }
    if (best < 0) {
      return legal ? BELOW_BAR : -1;
    }
    score[0] = gain((double) (bestLeft & mask), (double) (bestLeft >> shift), whole);
    return best - bins.start();
  }

  @Override
  int orders() {
    return 1;
  }

  @Override
  double place(int order, long[] sums, int at, long[] whole) {
    return sums[at + 1] == 0 ? 0 : (double) sums[at + 2] / sums[at + 1];
  }

  @Override
  boolean pure(long[] whole) {
    return whole[1] <= 0;
  }

  @Override
  Output output(int[] rows, int from, int to) {
    return leaf.output(rows, from, to, Bounds.NONE);
  }

  @Override
  Output output(long[] entries, int from, int to, long[] sums) {
    return leaf.output(entries, from, to, sums, Bounds.NONE);
  }

  @Override
  double weight(long[] sums) {
    return sums[1] * weightUnit;
  }
}
