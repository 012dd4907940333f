package dev.tendril.forest.train;

import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.tree.Output;

/// Makes the [Target]s of the trees of one boosting iteration. Their leaves are Newton steps;
/// splits are those of a regression tree on the gradients, or with `use_hessian_gain` those that
/// the Newton steps gain most from.
final class NewtonTargets {
  private final GradientBoostedTreesParameters parameters;
  private final boolean logits;
  private final int minSide;
  private final Workers workers;
  private final int[] gradientValues;
  private final int[] hessianValues;

  /// @param logits whether leaf values are logits, which are clamped
  /// @param tableRows the rows of the table
  NewtonTargets(
      GradientBoostedTreesParameters parameters,
      boolean logits,
      int minSide,
      int tableRows,
      Workers workers) {
    this.parameters = parameters;
    this.logits = logits;
    this.minSide = minSide;
    this.workers = workers;
    this.gradientValues = new int[tableRows];
    this.hessianValues = new int[parameters.useHessianGain ? tableRows : 0];
  }

  /// A target that is good until the next one is asked for.
  ///
  /// @param bits the most bits of a value
  BinTarget of(BoostingSample sample, float[] gradients, float[] hessians, int bits) {
    FixedPoint g = fixedPoint(sample, gradients, gradientValues, bits);
    Weights weights = sample.fixedWeights();
    Step leaf = new Step(sample, gradients, hessians, g.unit());
    if (!parameters.useHessianGain) {
      return new NumberTarget(
          g.values(), g.exponent(), weights.quantized(), weights.exponent(), null, minSide, leaf);
    }
    return new HessianTarget(
        g,
        fixedPoint(sample, hessians, hessianValues, bits),
        weights,
        minSide,
        new HessianTarget.Regularization(
            parameters.l1Regularization,
            parameters.l2Regularization,
            parameters.l2CategoricalRegularization,
            parameters.minSumHessianInLeaf),
        leaf);
  }

  private FixedPoint fixedPoint(BoostingSample sample, float[] values, int[] into, int bits) {
    return new FixedPoint(into, sample.quantize(workers, values, into, bits));
  }

  /// The outputs of leaves.
  private final class Step implements BinTarget.Leaf {
    private final BoostingSample sample;
    private final float[] gradients;
    private final float[] hessians;
    private final double unit;

    /// @param unit what a gradient in fixed point counts in
    Step(BoostingSample sample, float[] gradients, float[] hessians, double unit) {
      this.sample = sample;
      this.gradients = gradients;
      this.hessians = hessians;
      this.unit = unit;
    }

    @Override
    public Output output(int[] rows, int from, int to, Bounds bounds) {
      double g = 0;
      double h = 0;
      double w = 0;
      for (int i = from; i < to; i++) {
        int row = rows[i];
        double weight = sample.weight(row);
        g += weight * gradients[row];
        h += weight * hessians[row];
        w += weight;
      }
      return step(g, h, w, bounds);
    }

    /// Takes the gradients from the sums, since entries hold them.
    @Override
    public Output output(long[] entries, int from, int to, long[] sums, Bounds bounds) {
      double g = sums[2] * unit;
      if (sample.weights() == null) {
        return step(g, hessians(entries, from, to), to - from, bounds);
      }
      double h = 0;
      double w = 0;
      for (int i = from; i < to; i++) {
        int row = (int) entries[i];
        double weight = sample.weight(row);
        h += weight * hessians[row];
        w += weight;
      }
      return step(g, h, w, bounds);
    }

    private double hessians(long[] entries, int from, int to) {
      double sum = 0;
      for (int i = from; i < to; i++) {
        sum += hessians[(int) entries[i]];
      }
      return sum;
    }
  }

  private Output step(double g, double h, double w, Bounds bounds) {
    double value =
        parameters.step()
            * bounds.clamp(
                Loss.newton(g, h, parameters.l1Regularization, parameters.l2Regularization));
    if (logits) {
      value = Math.clamp(value, -parameters.clampLeafLogit, parameters.clampLeafLogit);
    }
    return new Output.Value((float) value, new Output.Moments(0, 0, 0, g, h, w));
  }
}
