package dev.tendril.forest.train;

import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.EarlyStopping;

/// Decides when boosting ends, and how many iterations the model keeps. The look-ahead counts
/// trees, not iterations, as in YDF: with several trees an iteration it is that much shorter.
final class Stopping {
  private final GradientBoostedTreesParameters parameters;
  private final int treesPerIteration;
  private float best = Float.POSITIVE_INFINITY;
  private int bestIteration = -1;

  Stopping(GradientBoostedTreesParameters parameters, int treesPerIteration) {
    this.parameters = parameters;
    this.treesPerIteration = treesPerIteration;
  }

  /// Takes note of a validation loss.
  ///
  /// @return whether to stop
  boolean update(int iteration, float validationLoss) {
    if (iteration < parameters.earlyStoppingInitialIteration) {
      return false;
    }
    if (validationLoss < best) {
      best = validationLoss;
      bestIteration = iteration;
    }
    return parameters.earlyStopping == EarlyStopping.LOSS_INCREASE
        && bestIteration >= 0
        && (iteration - bestIteration) * treesPerIteration
            >= parameters.earlyStoppingNumTreesLookAhead;
  }

  /// The number of iterations to keep.
  ///
  /// @param iterations those that were trained
  int keep(int iterations) {
    return bestIteration < 0 || parameters.earlyStopping == EarlyStopping.NONE
        ? iterations
        : bestIteration + 1;
  }
}
