package dev.tendril.forest.train;

import dev.tendril.forest.tree.LossKind;

/// Negative binomial log likelihood.
final class BinomialLoss extends TwoClassLoss {
  /// Rows whose `1 + e`, at most 2 each, are multiplied: the product stays finite.
  private static final int PRODUCT = 512;

  BinomialLoss(TrainingData data, int[] rows) {
    super(data, rows);
  }

  @Override
  LossKind kind() {
    return LossKind.BINOMIAL_LOG_LIKELIHOOD;
  }

  @Override
  void derive(float[][] scores, int from, int to, float[][] gradients, float[][] hessians) {
    deriveAndSum(scores[0], from, to, gradients[0], hessians[0]);
  }

  @Override
  double deriveAndLoss(
      float[][] scores, int from, int to, float[][] gradients, float[][] hessians) {
    double sum = deriveAndSum(scores[0], from, to, gradients[0], hessians[0]);
    return data.weights() == null ? sum : loss(scores, from, to);
  }

  /// Derivatives and loss from one exponential, `e = exp(-|score|)`. The loss of a row is `log(1 +
  /// e)` and what the score is wrong by; of the former the logarithm is taken of the product over
  /// many rows.
  private double deriveAndSum(
      float[] score, int from, int to, float[] gradients, float[] hessians) {
    int[] classes = data.classes();
    double sum = 0;
    for (int begin = from; begin < to; begin += PRODUCT) {
      int end = Math.min(begin + PRODUCT, to);
      double product = 1;
      for (int i = begin; i < end; i++) {
        int row = rows[i];
        double s = score[row];
        double magnitude = Math.abs(s);
        double e = Exponential.decay(magnitude);
        double inverse = 1 / (1 + e);
        double less = e * inverse;
        double p = 0.5 + Math.copySign(0.5 - less, s);
        int y = classes[row];
        gradients[row] = (float) (y - p);
        hessians[row] = (float) (less * inverse);
        product *= 1 + e;
        sum += 0.5 * (magnitude + s) - y * s;
      }
      sum += Math.log(product);
    }
    return sum;
  }

  @Override
  double loss(float[][] scores, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += weight(rows[i]) * logistic(margin(scores, rows[i]));
    }
    return sum;
  }
}
