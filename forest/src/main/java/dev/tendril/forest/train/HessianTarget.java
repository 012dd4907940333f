package dev.tendril.forest.train;

import dev.tendril.forest.tree.Output;
import org.jspecify.annotations.Nullable;

/// Gradients and hessians of a loss. Splits maximize what one Newton step in each side gains
/// (Friedman 2001; Chen and Guestrin 2016, arXiv 1603.02754, equation 7): `soft(G, l1)² / (max(H,
/// 0.001) + l2)`, summed over both sides, with sums G of weighted gradients and H of weighted
/// hessians. What the node itself scores is not taken off, as in YDF, so that every legal split has
/// a positive score. A split is legal if each side has some weight and the least sum of hessians.
///
/// Sums: examples, weight, gradient, hessian.
final class HessianTarget extends Target {
  private static final int WIDTH = 4;

  private final FixedPoint gradients;
  private final FixedPoint hessians;
  private final Weights weights;
  private final double gradientUnit;
  private final double hessianUnit;
  private final double weightUnit;
  private final Regularization regularization;
  private final double l2;
  private final NumberTarget.Leaf leaf;

  /// Numbers in fixed point.
  ///
  /// @param exponent binary exponent
  record FixedPoint(int[] values, int exponent) {}

  /// What keeps leaves from being too sure.
  ///
  /// @param l2Categorical takes the place of l2 in splits on categories
  /// @param leastHessian the least sum of hessians of a side
  record Regularization(double l1, double l2, double l2Categorical, double leastHessian) {}

  /// @param gradients weighted gradients
  /// @param hessians weighted hessians
  HessianTarget(
      FixedPoint gradients,
      FixedPoint hessians,
      Weights weights,
      int minExamples,
      Regularization regularization,
      NumberTarget.Leaf leaf) {
    this(gradients, hessians, weights, minExamples, regularization, regularization.l2(), leaf);
  }

  private HessianTarget(
      FixedPoint gradients,
      FixedPoint hessians,
      Weights weights,
      int minExamples,
      Regularization regularization,
      double l2,
      NumberTarget.Leaf leaf) {
    super(null, minExamples);
    this.gradients = gradients;
    this.hessians = hessians;
    this.weights = weights;
    this.gradientUnit = Math.scalb(1.0, -gradients.exponent());
    this.hessianUnit = Math.scalb(1.0, -hessians.exponent());
    this.weightUnit = weights.quantized() == null ? 1 : Math.scalb(1.0, -weights.exponent());
    this.regularization = regularization;
    this.l2 = l2;
    this.leaf = leaf;
  }

  @Override
  HessianTarget categorical() {
    return new HessianTarget(
        gradients,
        hessians,
        weights,
        minExamples,
        regularization,
        regularization.l2Categorical(),
        leaf);
  }

  @Override
  int width() {
    return WIDTH;
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
      add(rows[i], sums, WIDTH * buckets[rows[i]]);
    }
  }

  @Override
  void add(int row, long[] sums, int at) {
    int @Nullable [] w = weights.quantized();
    sums[at]++;
    sums[at + 1] += w == null ? 1 : w[row];
    sums[at + 2] += gradients.values()[row];
    sums[at + 3] += hessians.values()[row];
  }

  @Override
  void subtract(int row, long[] sums, int at) {
    int @Nullable [] w = weights.quantized();
    sums[at]--;
    sums[at + 1] -= w == null ? 1 : w[row];
    sums[at + 2] -= gradients.values()[row];
    sums[at + 3] -= hessians.values()[row];
  }

  @Override
  double gain(long[] side, int at, long[] whole) {
    long weight = side[at + 1];
    double hessian = side[at + 3] * hessianUnit;
    double rest = (whole[3] - side[at + 3]) * hessianUnit;
    if (weight <= 0
        || weight >= whole[1]
        || hessian < regularization.leastHessian()
        || rest < regularization.leastHessian()) {
      return ILLEGAL;
    }
    double gradient = side[at + 2] * gradientUnit;
    return part(gradient, hessian) + part((whole[2] - side[at + 2]) * gradientUnit, rest);
  }

  private double part(double gradient, double hessian) {
    double soft = Loss.soft(gradient, regularization.l1());
    return soft * soft / (Math.max(hessian, 0.001) + l2);
  }

  @Override
  int scan(long[] sorted, int from, int to, long[] whole, double bar, double[] score) {
    int first = from + minExamples;
    int last = to - minExamples;
    if (first > last) {
      return -1;
    }
    long[] side = new long[WIDTH];
    for (int i = from; i < first; i++) {
      add((int) sorted[i], side, 0);
    }
    int best = -1;
    double bestGain = ILLEGAL;
    long key = sorted[first - 1] >>> 32;
    for (int i = first; i <= last; i++) {
      long entry = sorted[i];
      if (entry >>> 32 != key) {
        double gain = gain(side, 0, whole);
        if (gain > bestGain) {
          bestGain = gain;
          best = i;
        }
      }
      key = entry >>> 32;
      add((int) entry, side, 0);
    }
    score[0] = bestGain;
    return best;
  }

  @Override
  int orders() {
    return 1;
  }

  /// By the value that a leaf would have without regularization.
  @Override
  double place(int order, long[] sums, int at, long[] whole) {
    return sums[at + 3] == 0 ? 0 : (double) sums[at + 2] / sums[at + 3];
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
  double weight(long[] sums) {
    return sums[1] * weightUnit;
  }
}
