package dev.tendril.forest.train;

import dev.tendril.forest.tree.LossKind;

/// Squared error; it is reported as its root.
final class SquaredErrorLoss extends NumberLoss {
  SquaredErrorLoss(TrainingData data, int[] rows) {
    super(data, rows);
  }

  @Override
  LossKind kind() {
    return LossKind.SQUARED_ERROR;
  }

  @Override
  float[] initial() {
    return new float[] {(float) mean()};
  }

  @Override
  void derive(float[][] scores, int from, int to, float[][] gradients, float[][] hessians) {
    for (int i = from; i < to; i++) {
      int row = rows[i];
      gradients[0][row] = data.numbers()[row] - scores[0][row];
      hessians[0][row] = 1;
    }
  }

  @Override
  double loss(float[][] scores, int from, int to) {
    return metric(scores, from, to);
  }

  @Override
  double reported(double mean) {
    return Math.sqrt(mean);
  }
}
