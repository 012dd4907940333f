package dev.tendril.forest.options;

import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.learn.Hyperparameter;

/// The hyper-parameters of [dev.tendril.forest.IsolationForest].
public final class IsolationForestParameters extends ObliqueParameters {

  @Hyperparameter(value = "Number of trees.", min = 1, max = 1_000_000)
  public int numTrees = 300;

  @Hyperparameter(
      value = "Examples that each tree is grown on; all, where there are fewer.",
      min = 2)
  public int subsampleCount = 256;

  @Hyperparameter(
      value =
          "Share of the examples that each tree is grown on; overrides subsample_count. -1: not"
              + " set.",
      min = 1e-9,
      max = 1,
      special = -1)
  public double subsampleRatio = -1;

  @Hyperparameter(
      value =
          "Most splits on the way to a leaf. -2: the logarithm to base 2 of the examples per tree,"
              + " rounded up. -1: no limit.",
      min = -2)
  public int maxDepth = -2;

  @Hyperparameter(value = "A node with fewer examples is not split.", min = 1)
  public int minExamples = 5;

  @Hyperparameter("What stands in for a missing value while a tree is grown.")
  public MissingValuePolicy missingValuePolicy = MissingValuePolicy.GLOBAL_IMPUTATION;

  @Override
  protected void validateTogether() {
    super.validateTogether();
    if (splitAxis == SplitAxis.MHLD_OBLIQUE) {
      throw new IllegalArgumentException(
          "split_axis mhld_oblique needs classes to tell apart, and an isolation forest has none:"
              + " choose sparse_oblique or axis_aligned");
    }
  }

  /// A copy that shares nothing with this one.
  public IsolationForestParameters copy() {
    return copy(this, new IsolationForestParameters());
  }
}
