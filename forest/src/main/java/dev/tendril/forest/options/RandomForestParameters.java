package dev.tendril.forest.options;

import dev.tendril.learn.Hyperparameter;

/// The hyper-parameters of [dev.tendril.forest.RandomForest].
public final class RandomForestParameters extends TreeParameters {
  @Hyperparameter(value = "Number of trees.", min = 1, max = 1_000_000)
  public int numTrees = 300;

  @Hyperparameter(
      "Whether each tree of a classification votes for one class. Otherwise it gives its class"
          + " distribution, which makes better probabilities.")
  public boolean winnerTakeAll = true;

  @Hyperparameter("Whether each tree is grown on its own random sample of the examples.")
  public boolean bootstrapTrainingDataset = true;

  @Hyperparameter("Whether that sample may hold an example several times.")
  public boolean samplingWithReplacement = true;

  @Hyperparameter(
      value = "Size of the sample as a share of the number of examples.",
      min = 1e-9,
      max = 1)
  public double bootstrapSizeRatio = 1;

  @Hyperparameter("Whether the model is evaluated on the examples that each tree did not see.")
  public boolean computeOobPerformances = true;

  @Hyperparameter(
      "Whether the importance of each variable is measured by shuffling it in the examples that a"
          + " tree did not see. Slow.")
  public boolean computeOobVariableImportances = false;

  @Hyperparameter(value = "Shuffles per variable and tree for these importances.", min = 1)
  public int numOobVariableImportancesPermutations = 1;

  @Hyperparameter(
      value =
          "Most nodes of all trees together: the tree that would exceed it is not kept, and training"
              + " ends. -1: no limit.",
      min = 1,
      special = -1)
  public long totalMaxNumNodes = -1;

  /// A copy that shares nothing with this one.
  public RandomForestParameters copy() {
    return copy(this, new RandomForestParameters());
  }

  @Override
  protected void validateTogether() {
    super.validateTogether();
    if (computeOobVariableImportances && !computeOobPerformances) {
      throw new IllegalArgumentException(
          "compute_oob_variable_importances needs compute_oob_performances=true");
    }
    if (!samplingWithReplacement && bootstrapSizeRatio == 1 && bootstrapTrainingDataset) {
      throw new IllegalArgumentException(
          "sampling_with_replacement=false with bootstrap_size_ratio=1 gives every tree all examples:"
              + " lower bootstrap_size_ratio, or set bootstrap_training_dataset=false");
    }
  }
}
