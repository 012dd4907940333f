package dev.tendril.forest.train;

/// A loss of two classes; the score is the logit of the second.
abstract class TwoClassLoss extends RowLoss {
  TwoClassLoss(TrainingData data, int[] rows) {
    super(data, rows);
  }

  /// The logit of the share of the second class.
  @Override
  float[] initial() {
    double positive = 0;
    for (int row : rows) {
      positive += weight(row) * data.classes()[row];
    }
    double ratio = Math.min(Math.max(positive / totalWeight(), 1e-6), 1 - 1e-6);
    return new float[] {(float) Math.log(ratio / (1 - ratio))};
  }

  @Override
  boolean logits() {
    return true;
  }

  /// The score if the row is of the second class, else its negative.
  final double margin(float[][] scores, int row) {
    return data.classes()[row] == 1 ? scores[0][row] : -scores[0][row];
  }

  /// `-log σ(margin)`, without overflow.
  static double logistic(double margin) {
    return Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(-margin, 0);
  }

  /// The right classifications.
  @Override
  double metric(float[][] scores, int from, int to) {
    double right = 0;
    for (int i = from; i < to; i++) {
      boolean positive = scores[0][rows[i]] > 0;
      right += positive == (data.classes()[rows[i]] == 1) ? weight(rows[i]) : 0;
    }
    return right;
  }
}
