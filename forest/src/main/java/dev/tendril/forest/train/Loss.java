package dev.tendril.forest.train;

import dev.tendril.forest.options.CustomLoss;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.tree.LossKind;
import dev.tendril.learn.Task;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A loss that boosting minimizes on some rows, as function of raw scores (Friedman 2001).
/// Gradients are negative gradients: the direction in which a score should move.
///
/// Scores, gradients and hessians are `[output][row of the table]`. Reported losses are means by
/// weight.
abstract class Loss {
  final TrainingData data;

  /// The rows that the loss is about.
  final int[] rows;

  Loss(TrainingData data, int[] rows) {
    this.data = data;
    this.rows = rows;
  }

  abstract LossKind kind();

  /// The number of scores of a row, which is the number of trees of an iteration.
  int outputs() {
    return 1;
  }

  /// The constant score to start from.
  abstract float[] initial();

  /// Computes gradient and hessian of all rows.
  ///
  /// @param seed for what is drawn; another one each iteration
  abstract void derive(
      Workers workers, float[][] scores, long seed, float[][] gradients, float[][] hessians);

  /// Both [#derive] and [#loss], which may be quicker.
  double deriveAndLoss(
      Workers workers, float[][] scores, long seed, float[][] gradients, float[][] hessians) {
    derive(workers, scores, seed, gradients, hessians);
    return loss(workers, scores);
  }

  /// The loss in the form in which it is reported and decides when to stop; less is better.
  abstract double loss(Workers workers, float[][] scores);

  /// A second figure that users understand: accuracy, root mean squared error, NDCG.
  abstract double metric(Workers workers, float[][] scores);

  /// Whether leaf values are logits, which are clamped.
  boolean logits() {
    return false;
  }

  final double weight(int row) {
    float[] weights = data.weights();
    return weights == null ? 1 : weights[row];
  }

  /// The value of a leaf by one Newton step, `soft(Σ w g, l1) / (max(Σ w h, 0.001) + l2)`.
  static double newton(double gradient, double hessian, double l1, double l2) {
    return soft(gradient, l1) / (Math.max(hessian, 0.001) + l2);
  }

  /// Moves a value towards 0, by at most its distance.
  static double soft(double value, double by) {
    return Math.signum(value) * Math.max(Math.abs(value) - by, 0);
  }

  /// The loss that the hyper-parameters ask for.
  ///
  /// @throws IllegalArgumentException when it does not suit the task
  static Loss of(
      TrainingData data,
      int[] rows,
      GradientBoostedTreesParameters parameters,
      @Nullable CustomLoss custom) {
    if (custom != null) {
      if (data.task() instanceof Task.Classification || data.task() instanceof Task.Regression) {
        return new CallerLoss(data, rows, custom);
      }
      throw new IllegalArgumentException(
          "a custom loss does not suit a " + data.task().name() + ": it sees one row at a time");
    }
    GradientBoostedTreesParameters.Loss kind =
        parameters.loss == GradientBoostedTreesParameters.Loss.DEFAULT
            ? byDefault(data)
            : parameters.loss;
    boolean fits =
        switch (kind) {
          case BINOMIAL_LOG_LIKELIHOOD, BINARY_FOCAL_LOSS -> data.classCount() == 2;
          case MULTINOMIAL_LOG_LIKELIHOOD -> data.classCount() >= 2;
          case SQUARED_ERROR, MEAN_AVERAGE_ERROR, POISSON, DEFAULT ->
              data.task() instanceof Task.Regression;
          case COX_PROPORTIONAL_HAZARD -> data.task() instanceof Task.Survival;
          case LAMBDA_MART_NDCG, XE_NDCG_MART -> data.task() instanceof Task.Ranking;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "loss "
              + kind.name().toLowerCase(Locale.ROOT)
              + " does not suit "
              + (data.classCount() == 0
                  ? "a " + data.task().name()
                  : data.classCount() + " classes"));
    }
    return switch (kind) {
      case BINOMIAL_LOG_LIKELIHOOD -> new BinomialLoss(data, rows);
      case BINARY_FOCAL_LOSS ->
          new FocalLoss(data, rows, parameters.focalLossAlpha, parameters.focalLossGamma);
      case MULTINOMIAL_LOG_LIKELIHOOD ->
          new MultinomialLoss(data, rows, parameters.initializeWithClassPriors);
      case MEAN_AVERAGE_ERROR -> new AbsoluteErrorLoss(data, rows);
      case LAMBDA_MART_NDCG ->
          new LambdaMartLoss(data, rows, parameters.ndcgTruncation, parameters.lambdaLoss);
      case XE_NDCG_MART ->
          new CrossEntropyNdcgLoss(data, rows, parameters.crossEntropyNdcgTruncation);
      case COX_PROPORTIONAL_HAZARD ->
          new CoxLoss(data, rows, Objects.requireNonNull(data.lifetimes()));
      case POISSON -> new PoissonLoss(data, rows);
      case SQUARED_ERROR, DEFAULT -> new SquaredErrorLoss(data, rows);
    };
  }

  private static GradientBoostedTreesParameters.Loss byDefault(TrainingData data) {
    if (data.task() instanceof Task.Ranking) {
      return GradientBoostedTreesParameters.Loss.LAMBDA_MART_NDCG;
    }
    if (data.task() instanceof Task.Survival) {
      return GradientBoostedTreesParameters.Loss.COX_PROPORTIONAL_HAZARD;
    }
    return switch (data.classCount()) {
      case 0 -> GradientBoostedTreesParameters.Loss.SQUARED_ERROR;
      case 2 -> GradientBoostedTreesParameters.Loss.BINOMIAL_LOG_LIKELIHOOD;
      default -> GradientBoostedTreesParameters.Loss.MULTINOMIAL_LOG_LIKELIHOOD;
    };
  }
}
