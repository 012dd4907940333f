package dev.tendril.forest.train;

import dev.tendril.forest.tree.Output;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Gradients and hessians of a loss. Splits maximize the [NewtonGain]; a split is legal if each
/// side has some weight, the least sum of hessians, and, on a constrained feature, the right
/// direction.
///
/// Sums: examples, weight, gradient, hessian.
final class HessianTarget extends BinTarget {
  private static final int WIDTH = 4;

  private final FixedPoint gradients;
  private final FixedPoint hessians;
  private final Weights weights;
  private final boolean convex;
  private final double gradientUnit;
  private final double hessianUnit;
  private final double weightUnit;
  private final Regularization regularization;
  private final NewtonGain gain;
  private final Leaf leaf;

  /// What keeps leaves from being too sure.
  ///
  /// @param l2Categorical takes the place of l2 in splits on categories
  /// @param leastHessian the least sum of hessians of a side
  record Regularization(double l1, double l2, double l2Categorical, double leastHessian) {
    NewtonGain gain() {
      return new NewtonGain(l1, l2, leastHessian);
    }
  }

  /// @param gradients weighted gradients
  /// @param hessians weighted hessians
  HessianTarget(
      FixedPoint gradients,
      FixedPoint hessians,
      Weights weights,
      int minExamples,
      Regularization regularization,
      Leaf leaf) {
    super(null, minExamples);
    this.gradients = gradients;
    this.hessians = hessians;
    this.weights = weights;
    this.convex = Arrays.stream(hessians.values()).noneMatch(hessian -> hessian < 0);
    this.gradientUnit = gradients.unit();
    this.hessianUnit = hessians.unit();
    this.weightUnit = weights.quantized() == null ? 1 : Math.scalb(1.0, -weights.exponent());
    this.regularization = regularization;
    this.gain = regularization.gain();
    this.leaf = leaf;
  }

  private HessianTarget(HessianTarget other, NewtonGain gain) {
    super(null, other.minExamples);
    this.gradients = other.gradients;
    this.hessians = other.hessians;
    this.weights = other.weights;
    this.convex = other.convex;
    this.gradientUnit = other.gradientUnit;
    this.hessianUnit = other.hessianUnit;
    this.weightUnit = other.weightUnit;
    this.regularization = other.regularization;
    this.gain = gain;
    this.leaf = other.leaf;
  }

  @Override
  HessianTarget categorical() {
    return new HessianTarget(this, gain.withL2(regularization.l2Categorical()));
  }

  @Override
  HessianTarget within(Bounds bounds) {
    return gain.bounds().equals(bounds) ? this : new HessianTarget(this, gain.within(bounds));
  }

  @Override
  HessianTarget toward(int direction) {
    return gain.direction() == direction ? this : new HessianTarget(this, gain.toward(direction));
  }

  /// What splits gain, for sums in the unit of gradients and hessians.
  NewtonGain gain() {
    return gain;
  }

  @Override
  double step(long[] sums) {
    return gain.step(sums[2] * gradientUnit, sums[3] * hessianUnit);
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
    return weight > 0 && weight < whole[1] ? gain(side[at + 2], side[at + 3], whole) : ILLEGAL;
  }

  private double gain(long gradient, long hessian, long[] whole) {
    return gain.of(
        gradient * gradientUnit,
        hessian * hessianUnit,
        (whole[2] - gradient) * gradientUnit,
        (whole[3] - hessian) * hessianUnit);
  }

  /// Looks at cuts one by one only where a block of them can pass the best so far, as
  /// [NumberTarget#scan] does: `Gl²/Hl + Gr²/Hr` is the most that a cut can gain, is convex in the
  /// left sum of gradients and falls with either sum of hessians, unless some are negative.
  @Override
  int scan(long[] sorted, int from, int to, long[] whole, double bar, double[] score) {
    int first = from + minExamples;
    int last = to - minExamples;
    if (first > last || sorted[first - 1] >>> 32 == sorted[last] >>> 32) {
      return -1;
    }
    Scan scan = new Scan(sorted, whole, bar > 0 ? bar * (1 - 1e-12) : ILLEGAL);
    scan.move(from, first);
    scan.arrive();
    if (to - from < SMALL || !convex) {
      scan.look(first, last + 1);
    } else {
      for (int i = first; i <= last; i += BLOCK) {
        int end = Math.min(i + BLOCK, last + 1);
        scan.move(i, end);
        if (!scan.legal || scan.bound() > scan.bestGain) {
          scan.look(i, end);
        }
        scan.arrive();
      }
    }
    score[0] = scan.bestGain;
    return scan.best >= 0 ? scan.best : scan.legal ? BELOW_BAR : -1;
  }

  /// The state of a scan: the sums of the rows before a block, and of those up to its end.
  private final class Scan {
    private final long[] sorted;
    private final long[] whole;
    private final int[] g = gradients.values();
    private final int[] h = hessians.values();
    private final int @Nullable [] w = weights.quantized();
    private int best = -1;
    private double bestGain;
    private boolean legal;
    private long gradient;
    private long hessian;
    private long weight;
    private long gradientAfter;
    private long hessianAfter;
    private long weightAfter;
    private long reach;

    Scan(long[] sorted, long[] whole, double bar) {
      this.sorted = sorted;
      this.whole = whole;
      this.bestGain = bar;
    }

    /// Adds up the rows of a block and the magnitudes of their gradients.
    void move(int begin, int end) {
      long gradients = 0;
      long hessians = 0;
      long weights = 0;
      long far = 0;
      for (int i = begin; i < end; i++) {
        int row = (int) sorted[i];
        gradients += g[row];
        far += Math.abs(g[row]);
        hessians += h[row];
        weights += w == null ? 1 : w[row];
      }
      gradientAfter = gradient + gradients;
      hessianAfter = hessian + hessians;
      weightAfter = weight + weights;
      reach = far;
    }

    /// Goes on behind the block.
    void arrive() {
      gradient = gradientAfter;
      hessian = hessianAfter;
      weight = weightAfter;
    }

    /// The most that a cut in the block can gain.
    double bound() {
      double slack = (reach - Math.abs(gradientAfter - gradient)) / 2.0;
      double low = Math.min(gradient, gradientAfter) - slack;
      double high = Math.max(gradient, gradientAfter) + slack;
      double left = gain.curvature(hessian * hessianUnit);
      double right = gain.curvature((whole[3] - hessianAfter) * hessianUnit);
      double bound = Math.max(parts(low, left, right), parts(high, left, right));
      return bound * (gradientUnit * gradientUnit) * (1 + 1e-12);
    }

    private double parts(double below, double left, double right) {
      double above = whole[2] - below;
      return below * below / left + above * above / right;
    }

    /// Looks at the cut before each row of a block.
    void look(int begin, int end) {
      long leftGradient = gradient;
      long leftHessian = hessian;
      long leftWeight = weight;
      long key = sorted[begin - 1] >>> 32;
      for (int i = begin; i < end; i++) {
        long entry = sorted[i];
        if (entry >>> 32 != key && leftWeight > 0 && leftWeight < whole[1]) {
          double reached = gain(leftGradient, leftHessian, whole);
          legal |= reached > ILLEGAL;
          if (reached > bestGain) {
            bestGain = reached;
            best = i;
          }
        }
        key = entry >>> 32;
        int row = (int) entry;
        leftGradient += g[row];
        leftHessian += h[row];
        leftWeight += w == null ? 1 : w[row];
      }
    }
  }

  @Override
  int[] values() {
    return gradients.values();
  }

  @Override
  int[] seconds() {
    return hessians.values();
  }

  /// The count stands in for the weight, which bins do not have: rows without weight have no
  /// hessian either, so that nothing else becomes legal by it.
  @Override
  void unpack(long first, long second, int shift, long[] sums, int at) {
    long count = first & (1L << shift) - 1;
    sums[at] = count;
    sums[at + 1] = count;
    sums[at + 2] = first >> shift;
    sums[at + 3] = second;
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
    return leaf.output(rows, from, to, gain.bounds());
  }

  @Override
  Output output(long[] entries, int from, int to, long[] sums) {
    return leaf.output(entries, from, to, sums, gain.bounds());
  }

  @Override
  double weight(long[] entries, int from, int to, long[] sums) {
    int[] quantized = weights.quantized();
    if (quantized == null) {
      return sums[1];
    }
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += quantized[(int) entries[i]];
    }
    return sum * weightUnit;
  }

  @Override
  double weight(long[] sums) {
    return sums[1] * weightUnit;
  }
}
