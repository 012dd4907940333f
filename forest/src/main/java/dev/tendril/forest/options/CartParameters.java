package dev.tendril.forest.options;

import dev.tendril.learn.Hyperparameter;
import dev.tendril.learn.SearchSpace;
import dev.tendril.learn.Task;

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

  @Override
  public SearchSpace searchSpace(Task task) {
    return SearchSpace.EMPTY
        .with("max_depth", 4, 6, 8, 12, 16, 20)
        .with("min_examples", 1, 2, 5, 10, 20, 50)
        .with("categorical_algorithm", "cart", "random");
  }

  /// A copy that shares nothing with this one.
  public CartParameters copy() {
    return copy(this, new CartParameters());
  }
}
