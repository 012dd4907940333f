package dev.tendril.forest.options;

import dev.tendril.learn.Hyperparameter;

/// The hyper-parameters of [dev.tendril.forest.Cart].
public final class CartParameters extends UpliftParameters {
  public CartParameters() {
    numCandidateAttributes = -1;
  }

  @Hyperparameter(
      value =
          "Share of the examples held out to prune the tree when no validation data are given. 0: no"
              + " pruning.",
      min = 0,
      max = 0.999)
  public double validationRatio = 0.1;

  /// A copy that shares nothing with this one.
  public CartParameters copy() {
    return copy(this, new CartParameters());
  }
}
