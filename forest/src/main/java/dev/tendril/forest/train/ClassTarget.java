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
  private final int[] classes;
  private final int classCount;
  private final int @Nullable [] weights;
  private final double weightUnit;
  private final double[] table;
  private final long @Nullable [] packed;

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

  /// Two unit-weight classes: examples in the upper half, examples of class 1 in the lower half of
  /// one long.
  private static long[] pack(int[] classes, int @Nullable [] multiplicity) {
    long[] packed = new long[classes.length];
    for (int row = 0; row < packed.length; row++) {
      packed[row] = (multiplicity == null ? 1 : multiplicity[row]) * ((1L << 32) + classes[row]);
    }
    return packed;
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
  int scan(long[] sorted, int from, int to, long[] whole, double[] score) {
    return packed != null
        ? scanTwoClasses(packed, sorted, from, to, whole, score)
        : scanClasses(sorted, from, to, whole, score);
  }

  private int scanTwoClasses(
      long[] stats, long[] sorted, int from, int to, long[] whole, double[] score) {
    double[] f = table;
    int examples = (int) whole[0];
    int positives = (int) whole[2];
    int last = examples - minExamples;
    int best = -1;
    double bestTerms = Double.NEGATIVE_INFINITY;
    long bestSide = 0;
    long side = 0;
    long key = from < to ? sorted[from] >>> 32 : 0;
    for (int i = from; i < to; i++) {
      long entry = sorted[i];
      long next = entry >>> 32;
      if (next != key) {
        key = next;
        int n = (int) (side >>> 32);
        if (n > last) {
          break;
        }
        if (n >= minExamples) {
          int p = (int) side;
          double terms =
              f[p]
                  + f[n - p]
                  - f[n]
                  + (f[positives - p] + f[examples - n - positives + p] - f[examples - n]);
          if (terms > bestTerms) {
            bestTerms = terms;
            best = i;
            bestSide = side;
          }
        }
      }
      side += stats[(int) entry];
    }
    if (best >= 0) {
      int n = (int) (bestSide >>> 32);
      int p = (int) bestSide;
      score[0] = score(new long[] {n, n - p, p}, 0, whole);
    }
    return best;
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
  double place(int order, long[] sums, int at) {
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
  double weight(int[] rows, int from, int to) {
    long[] sums = new long[1 + classCount];
    sum(rows, from, to, sums);
    return Arrays.stream(sums, 1, sums.length).sum() * weightUnit;
  }
}
