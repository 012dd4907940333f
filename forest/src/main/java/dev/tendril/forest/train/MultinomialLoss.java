package dev.tendril.forest.train;

import dev.tendril.forest.tree.LossKind;

/// Negative multinomial log likelihood; one score a class, through the softmax.
final class MultinomialLoss extends RowLoss {
  private final boolean priors;

  /// @param priors whether to start from the logarithm of the share of each class rather than 0
  MultinomialLoss(TrainingData data, int[] rows, boolean priors) {
    super(data, rows);
    this.priors = priors;
  }

  @Override
  LossKind kind() {
    return LossKind.MULTINOMIAL_LOG_LIKELIHOOD;
  }

  @Override
  int outputs() {
    return data.classCount();
  }

  @Override
  boolean logits() {
    return true;
  }

  @Override
  float[] initial() {
    float[] initial = new float[outputs()];
    if (priors) {
      double[] sums = new double[outputs()];
      for (int row : rows) {
        sums[data.classes()[row]] += weight(row);
      }
      for (int k = 0; k < initial.length; k++) {
        initial[k] = (float) Math.log(Math.max(sums[k] / totalWeight(), 1e-6));
      }
    }
    return initial;
  }

  @Override
  void derive(float[][] scores, int from, int to, float[][] gradients, float[][] hessians) {
    double[] p = new double[outputs()];
    for (int i = from; i < to; i++) {
      int row = rows[i];
      softmax(scores, row, p);
      for (int k = 0; k < p.length; k++) {
        double gradient = (data.classes()[row] == k ? 1 : 0) - p[k];
        gradients[k][row] = (float) gradient;
        hessians[k][row] = (float) (Math.abs(gradient) * (1 - Math.abs(gradient)));
      }
    }
  }

  private static void softmax(float[][] scores, int row, double[] p) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float[] score : scores) {
      largest = Math.max(largest, score[row]);
    }
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      p[k] = Math.exp(scores[k][row] - largest);
      sum += p[k];
    }
    for (int k = 0; k < p.length; k++) {
      p[k] /= sum;
    }
  }

  @Override
  double loss(float[][] scores, int from, int to) {
    double[] p = new double[outputs()];
    double sum = 0;
    for (int i = from; i < to; i++) {
      softmax(scores, rows[i], p);
      sum -= weight(rows[i]) * Math.log(Math.max(p[data.classes()[rows[i]]], 1e-30));
    }
    return sum;
  }

  /// The right classifications.
  @Override
  double metric(float[][] scores, int from, int to) {
    double right = 0;
    for (int i = from; i < to; i++) {
      int top = 0;
      for (int k = 1; k < scores.length; k++) {
        top = scores[k][rows[i]] > scores[top][rows[i]] ? k : top;
      }
      right += top == data.classes()[rows[i]] ? weight(rows[i]) : 0;
    }
    return right;
  }
}
