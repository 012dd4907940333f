package dev.tendril.forest.train;

import dev.tendril.forest.tree.LossKind;

/// Focal loss (Lin et al. 2017, arXiv 1708.02002, §3): `-a (1 - p)^γ log p`, with p the probability
/// of the true class, and a of α for the second class and 1 - α for the first. Rows that are well
/// predicted count less, the more so the greater γ.
final class FocalLoss extends TwoClassLoss {
  private final double alpha;
  private final double gamma;

  FocalLoss(TrainingData data, int[] rows, double alpha, double gamma) {
    super(data, rows);
    this.alpha = alpha;
    this.gamma = gamma;
  }

  @Override
  LossKind kind() {
    return LossKind.BINARY_FOCAL_LOSS;
  }

  @Override
  void derive(float[][] scores, int from, int to, float[][] gradients, float[][] hessians) {
    for (int i = from; i < to; i++) {
      int row = rows[i];
      double logP = -logistic(margin(scores, row));
      double p = Math.exp(logP);
      double q = 1 / (1 + Math.exp(margin(scores, row)));
      double focus = factor(row) * Math.pow(q, gamma);
      double gradient = focus * (q - gamma * p * logP);
      gradients[0][row] = (float) (data.classes()[row] == 1 ? gradient : -gradient);
      hessians[0][row] =
          (float) (focus * p * (q * (1 + 2 * gamma) + gamma * logP * (q - gamma * p)));
    }
  }

  private double factor(int row) {
    return data.classes()[row] == 1 ? alpha : 1 - alpha;
  }

  @Override
  double loss(float[][] scores, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      double margin = margin(scores, rows[i]);
      double q = 1 / (1 + Math.exp(margin));
      sum += weight(rows[i]) * factor(rows[i]) * Math.pow(q, gamma) * logistic(margin);
    }
    return sum;
  }
}
