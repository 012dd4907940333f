package dev.tendril.forest.train;

import dev.tendril.data.DataException;
import dev.tendril.forest.tree.LossKind;

/// Poisson deviance for counts and rates: the score is the logarithm of the expected label. The
/// reported loss `e^score - label * score` leaves out what does not depend on the score.
final class PoissonLoss extends NumberLoss {
  /// The largest magnitude of a score that enters an exponential.
  private static final double LARGEST = 19;

  PoissonLoss(TrainingData data, int[] rows) {
    super(data, rows);
    for (int row : rows) {
      if (data.numbers()[row] < 0) {
        throw new DataException(
            "label \""
                + data.task().label()
                + "\" of row "
                + (row + 1)
                + " is "
                + data.numbers()[row]
                + ": loss poisson expects at least 0");
      }
    }
  }

  @Override
  LossKind kind() {
    return LossKind.POISSON;
  }

  @Override
  double predicted(double score) {
    return Math.exp(Math.clamp(score, -LARGEST, LARGEST));
  }

  @Override
  float[] initial() {
    return new float[] {(float) Math.log(Math.max(mean(), Math.exp(-LARGEST)))};
  }

  @Override
  void derive(float[][] scores, int from, int to, float[][] gradients, float[][] hessians) {
    for (int i = from; i < to; i++) {
      int row = rows[i];
      double expected = predicted(scores[0][row]);
      gradients[0][row] = (float) (data.numbers()[row] - expected);
      hessians[0][row] = (float) expected;
    }
  }

  @Override
  double loss(float[][] scores, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      double score = scores[0][rows[i]];
      sum += weight(rows[i]) * (predicted(score) - data.numbers()[rows[i]] * score);
    }
    return sum;
  }
}
