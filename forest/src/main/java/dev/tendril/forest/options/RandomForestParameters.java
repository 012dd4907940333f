package dev.tendril.forest.options;

import dev.tendril.learn.Hyperparameter;
import dev.tendril.learn.SearchSpace;
import dev.tendril.learn.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The hyper-parameters of [dev.tendril.forest.RandomForest].
public final class RandomForestParameters extends UpliftParameters {
  @Hyperparameter(value = "Number of trees.", min = 1, max = 1_000_000)
  public int numTrees = 300;

  @Hyperparameter(
      "Whether each tree of a classification votes for one class. Otherwise it gives its class"
          + " distribution, which makes better probabilities.")
  public boolean winnerTakeAll = true;

  @Hyperparameter("How splits are searched: exactly, or between bins of values.")
  public TreeMethod treeMethod = TreeMethod.AUTO;

  @Hyperparameter(
      value =
          "Most bins of a numerical attribute, where splits are searched between bins. An attribute with no"
              + " more values than this is searched exactly.",
      min = 2,
      max = 255)
  public int maxBins = 255;

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
          "Most nodes of all trees together: the tree that would exceed it, unless the first, is"
              + " not kept, and training ends. -1: no limit.",
      min = 0,
      special = -1)
  public long totalMaxNumNodes = -1;

  @Hyperparameter(
      value =
          "Most bytes that the nodes of the model may take in memory, by an estimate: the tree that"
              + " would exceed it, unless the first, is not kept, and training ends. -1: no limit.",
      min = 0,
      special = -1)
  public long maximumModelSizeInMemoryInBytes = -1;

  @Hyperparameter(
      value =
          "Training ends with the tree in which so many seconds have passed; the model then depends"
              + " on the speed of the machine. -1: no limit.",
      min = 0,
      special = -1)
  public double maximumTrainingDurationSeconds = -1;

  @Hyperparameter(
      "Whether the samples of the examples become smaller so that all trees can be grown within"
          + " maximum_training_duration_seconds, rather than fewer trees.")
  public boolean adaptBootstrapSizeRatioForMaximumTrainingDuration = false;

  @Override
  public List<Template> templates() {
    return List.of(
        new Template(
            "better_default@1",
            "Each tree votes for one class.",
            Map.of("winner_take_all", "true")),
        new Template(
            "better_default@2",
            "Each tree gives its class distribution, which makes better probabilities.",
            Map.of("winner_take_all", "false")),
        new Template(
            "benchmark_rank1@1",
            "What ranked first in a comparison over many data sets: oblique splits, random subsets"
                + " of categories. Slower.",
            benchmark("true")),
        new Template(
            "benchmark_rank1@2",
            "As benchmark_rank1@1, with better probabilities.",
            benchmark("false")));
  }

  private static Map<String, String> benchmark(String winnerTakeAll) {
    Map<String, String> values = new LinkedHashMap<>(oblique());
    values.put("winner_take_all", winnerTakeAll);
    return values;
  }

  @Override
  public SearchSpace searchSpace(Task task) {
    SearchSpace space =
        SearchSpace.EMPTY
            .with("max_depth", 12, 16, 20, -1)
            .with("min_examples", 1, 2, 5, 10, 20)
            .with("num_candidate_attributes_ratio", 0.2, 0.4, 0.6, 0.9)
            .with("categorical_algorithm", "cart", "random");
    if (task instanceof Task.Classification) {
      space = space.with("winner_take_all", true, false);
    }
    return space.override(axes());
  }

  @Override
  public boolean measurePermutationImportances() {
    computeOobVariableImportances = true;
    return bootstrapTrainingDataset && computeOobPerformances;
  }

  /// A copy that shares nothing with this one.
  public RandomForestParameters copy() {
    return copy(this, new RandomForestParameters());
  }

  @Override
  protected void validateTogether() {
    super.validateTogether();
    if (adaptBootstrapSizeRatioForMaximumTrainingDuration && honest) {
      throw new IllegalArgumentException(
          "adapt_bootstrap_size_ratio_for_maximum_training_duration does not suit honest=true: set"
              + " one of them otherwise");
    }
    if (adaptBootstrapSizeRatioForMaximumTrainingDuration && !bootstrapTrainingDataset) {
      throw new IllegalArgumentException(
          "adapt_bootstrap_size_ratio_for_maximum_training_duration needs"
              + " bootstrap_training_dataset=true: there are no samples otherwise");
    }
    if (computeOobVariableImportances && !computeOobPerformances) {
      throw new IllegalArgumentException(
          "compute_oob_variable_importances needs compute_oob_performances=true");
    }
    if (!samplingWithReplacement && bootstrapSizeRatio == 1 && bootstrapTrainingDataset) {
      throw new IllegalArgumentException(
          "sampling_with_replacement=false with bootstrap_size_ratio=1 gives every tree all"
              + " examples: lower bootstrap_size_ratio, or set bootstrap_training_dataset=false");
    }
  }
}
