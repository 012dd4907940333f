package dev.tendril.forest.train;

/// Gradients and hessians of the training rows. Asked for the loss of an iteration, it derives for
/// the next one in the same pass, since both look at the same scores.
final class Derivatives {
  private final Loss loss;
  private final Workers workers;
  private final float[][] gradients;
  private final float[][] hessians;
  private boolean ahead;

  /// @param rows the rows of the table
  Derivatives(Loss loss, int rows, Workers workers) {
    this.loss = loss;
    this.workers = workers;
    this.gradients = new float[loss.outputs()][rows];
    this.hessians = new float[loss.outputs()][rows];
  }

  /// By output and row.
  float[][] gradients() {
    return gradients;
  }

  /// By output and row.
  float[][] hessians() {
    return hessians;
  }

  /// Derives at these scores.
  ///
  /// @param seed of the iteration
  void derive(float[][] scores, long seed) {
    if (!ahead) {
      loss.derive(workers, scores, seed, gradients, hessians);
    }
    ahead = false;
  }

  /// The loss at the scores that the next iteration starts from.
  ///
  /// @param seed of the next iteration
  double loss(float[][] scores, long seed) {
    ahead = true;
    return loss.deriveAndLoss(workers, scores, seed, gradients, hessians);
  }
}
