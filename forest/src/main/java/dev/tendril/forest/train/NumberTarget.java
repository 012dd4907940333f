package dev.tendril.forest.train;

import dev.tendril.forest.tree.Output;
import org.jspecify.annotations.Nullable;

/// A number a row: the label of a regression, or the negative gradient of a loss. Splits maximize
/// the reduction of variance, `(Gl²/Wl + Gr²/Wr - G²/W) / W` with sums G of weighted values and W
/// of weights, which is `(SSE - SSEl - SSEr) / W` (Breiman et al. 1984, §8.4).
///
/// Sums: examples, weight, weighted value. With unit weights the weight is the number of examples.
final class NumberTarget extends Target {
  /// Makes the output of a node from its rows.
  interface Leaf {
    Output output(int[] rows, int from, int to);
  }

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

  @Override
  int scan(long[] sorted, int from, int to, long[] whole, double[] score) {
    return weights == null && multiplicity == null
        ? scanUnit(sorted, from, to, whole, score)
        : scanWeighted(sorted, from, to, whole, score);
  }

  private int scanUnit(long[] sorted, int from, int to, long[] whole, double[] score) {
    int[] g = values;
    int first = from + minExamples;
    int last = to - minExamples;
    long sum = 0;
    if (first > last) {
      return -1;
    }
    for (int i = from; i < first; i++) {
      sum += g[(int) sorted[i]];
    }
    double total = whole[2];
    int best = -1;
    double bestNumerator = -1;
    double bestDenominator = 1;
    double bestSum = 0;
    long key = sorted[first - 1] >>> 32;
    for (int i = first; i <= last; i++) {
      long entry = sorted[i];
      long next = entry >>> 32;
      if (next != key) {
        double left = sum;
        double right = total - left;
        double n = i - from;
        double m = to - i;
        double numerator = left * left * m + right * right * n;
        double denominator = n * m;
        if (numerator * bestDenominator > bestNumerator * denominator) {
          best = i;
          bestNumerator = numerator;
          bestDenominator = denominator;
          bestSum = left;
        }
      }
      key = next;
      sum += g[(int) entry];
    }
    if (best >= 0) {
      score[0] = gain((double) (best - from), bestSum, whole);
    }
    return best;
  }

  private int scanWeighted(long[] sorted, int from, int to, long[] whole, double[] score) {
    long[] side = new long[3];
    int best = -1;
    double bestValue = -1;
    double bestWeight = 0;
    double bestSum = 0;
    for (int i = from; i < to; i++) {
      if (i > from
          && sorted[i] >>> 32 != sorted[i - 1] >>> 32
          && legal(side[0], whole[0])
          && side[1] > 0
          && side[1] < whole[1]) {
        double left = side[2];
        double right = whole[2] - left;
        double value = left * left / side[1] + right * right / (whole[1] - side[1]);
        if (value > bestValue) {
          best = i;
          bestValue = value;
          bestWeight = side[1];
          bestSum = left;
        }
      }
      add((int) sorted[i], side, 0);
    }
    if (best >= 0) {
      score[0] = gain(bestWeight, bestSum, whole);
    }
    return best;
  }

  @Override
  int orders() {
    return 1;
  }

  @Override
  double place(int order, long[] sums, int at) {
    return sums[at + 1] == 0 ? 0 : (double) sums[at + 2] / sums[at + 1];
  }

  @Override
  boolean pure(long[] whole) {
    return whole[1] <= 0;
  }

  @Override
  Output output(int[] rows, int from, int to) {
    return leaf.output(rows, from, to);
  }

  @Override
  double weight(int[] rows, int from, int to) {
    long[] sums = new long[3];
    sum(rows, from, to, sums);
    return sums[1] * weightUnit;
  }
}
