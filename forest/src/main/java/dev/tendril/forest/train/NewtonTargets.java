package dev.tendril.forest.train;

import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.tree.Output;

/// Makes the [Target]s of the trees of one boosting iteration. Their leaves are Newton steps;
/// splits are those of a regression tree on the gradients, or with `use_hessian_gain` those that
/// the Newton steps gain most from.
final class NewtonTargets {
  private final GradientBoostedTreesParameters parameters;
  private final boolean logits;
  private final BoostingSample sample;
  private final Weights weights;
  private final int minSide;
  private final int tableRows;

  /// @param logits whether leaf values are logits, which are clamped
  NewtonTargets(
      GradientBoostedTreesParameters parameters,
      boolean logits,
      BoostingSample sample,
      int minSide,
      int tableRows) {
    this.parameters = parameters;
    this.logits = logits;
    this.sample = sample;
    this.weights = Weights.of(sample.weights());
    this.minSide = minSide;
    this.tableRows = tableRows;
  }

  Target of(float[] gradients, float[] hessians) {
    HessianTarget.FixedPoint g = fixedPoint(gradients);
    if (!parameters.useHessianGain) {
      return new NumberTarget(
          g.values(),
          g.exponent(),
          weights.quantized(),
          weights.exponent(),
          null,
          minSide,
          (rows, from, to) -> step(gradients, hessians, rows, from, to, Bounds.NONE));
    }
    return new HessianTarget(
        g,
        fixedPoint(hessians),
        weights,
        minSide,
        new HessianTarget.Regularization(
            parameters.l1Regularization,
            parameters.l2Regularization,
            parameters.l2CategoricalRegularization,
            parameters.minSumHessianInLeaf),
        (rows, from, to, bounds) -> step(gradients, hessians, rows, from, to, bounds));
  }

  private HessianTarget.FixedPoint fixedPoint(float[] values) {
    int[] quantized = new int[tableRows];
    return new HessianTarget.FixedPoint(quantized, sample.quantize(values, quantized));
  }

  private Output step(
      float[] gradients, float[] hessians, int[] rows, int from, int to, Bounds bounds) {
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
    double value =
        parameters.shrinkage
            * bounds.clamp(
                Loss.newton(g, h, parameters.l1Regularization, parameters.l2Regularization));
    if (logits) {
      value = Math.clamp(value, -parameters.clampLeafLogit, parameters.clampLeafLogit);
    }
    return new Output.Value((float) value, new Output.Moments(0, 0, 0, g, h, w));
  }
}
