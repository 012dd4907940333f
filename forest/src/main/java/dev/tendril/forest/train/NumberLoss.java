package dev.tendril.forest.train;

/// A loss of predicted numbers; the second figure is the root mean squared error.
abstract class NumberLoss extends RowLoss {
  NumberLoss(TrainingData data, int[] rows) {
    super(data, rows);
  }

  /// What a score predicts.
  double predicted(double score) {
    return score;
  }

  /// The mean of the label.
  final double mean() {
    double sum = 0;
    for (int row : rows) {
      sum += weight(row) * data.numbers()[row];
    }
    return sum / totalWeight();
  }

  @Override
  final double metric(float[][] scores, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      double error = data.numbers()[rows[i]] - predicted(scores[0][rows[i]]);
      sum += weight(rows[i]) * error * error;
    }
    return sum;
  }

  @Override
  final double reportedMetric(double mean) {
    return Math.sqrt(mean);
  }
}
