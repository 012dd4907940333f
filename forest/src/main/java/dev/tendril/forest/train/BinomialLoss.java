package dev.tendril.forest.train;

import dev.tendril.forest.tree.LossKind;

/// Negative binomial log likelihood.
final class BinomialLoss extends TwoClassLoss {
  BinomialLoss(TrainingData data, int[] rows) {
    super(data, rows);
  }

  @Override
  LossKind kind() {
    return LossKind.BINOMIAL_LOG_LIKELIHOOD;
  }

  @Override
  void derive(float[][] scores, int from, int to, float[][] gradients, float[][] hessians) {
    float[] score = scores[0];
    for (int i = from; i < to; i++) {
      int row = rows[i];
      double p = 1 / (1 + Math.exp(-score[row]));
      gradients[0][row] = (float) (data.classes()[row] - p);
      hessians[0][row] = (float) (p * (1 - p));
    }
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
