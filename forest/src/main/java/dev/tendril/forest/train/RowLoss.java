package dev.tendril.forest.train;

/// A loss that is a sum over rows, each of which matters on its own. Subclasses see blocks of
/// [#rows], from `from` to `to - 1`.
abstract class RowLoss extends Loss {
  private final double totalWeight;

  RowLoss(TrainingData data, int[] rows) {
    super(data, rows);
    double sum = 0;
    for (int row : rows) {
      sum += weight(row);
    }
    this.totalWeight = sum;
  }

  final double totalWeight() {
    return totalWeight;
  }

  abstract void derive(float[][] scores, int from, int to, float[][] gradients, float[][] hessians);

  /// The weighted sum of the loss.
  abstract double loss(float[][] scores, int from, int to);

  /// Both at once, which may be quicker.
  ///
  /// @return the weighted sum of the loss
  double deriveAndLoss(
      float[][] scores, int from, int to, float[][] gradients, float[][] hessians) {
    derive(scores, from, to, gradients, hessians);
    return loss(scores, from, to);
  }

  /// The weighted sum of the second figure.
  abstract double metric(float[][] scores, int from, int to);

  /// The loss as it is reported, from its mean.
  double reported(double mean) {
    return mean;
  }

  /// The second figure as it is reported, from its mean.
  double reportedMetric(double mean) {
    return mean;
  }

  @Override
  final void derive(
      Workers workers, float[][] scores, long seed, float[][] gradients, float[][] hessians) {
    Blocks.run(workers, rows.length, (from, to) -> derive(scores, from, to, gradients, hessians));
  }

  @Override
  final double deriveAndLoss(
      Workers workers, float[][] scores, long seed, float[][] gradients, float[][] hessians) {
    double sum =
        Blocks.sum(
            workers,
            rows.length,
            (from, to) -> deriveAndLoss(scores, from, to, gradients, hessians));
    return reported(sum / totalWeight);
  }

  @Override
  final double loss(Workers workers, float[][] scores) {
    double sum = Blocks.sum(workers, rows.length, (from, to) -> loss(scores, from, to));
    return reported(sum / totalWeight);
  }

  @Override
  final double metric(Workers workers, float[][] scores) {
    double sum = Blocks.sum(workers, rows.length, (from, to) -> metric(scores, from, to));
    return reportedMetric(sum / totalWeight);
  }
}
