package dev.tendril.forest.options;

import dev.tendril.learn.Hyperparameter;

/// The hyper-parameters that all learners of decision trees share. Names, defaults and meanings are
/// those of YDF.
public abstract class TreeParameters extends ForestParameters {

  /// How a categorical attribute is split.
  public enum CategoricalAlgorithm {
    /// Orders the values by the label and cuts the order (Fisher 1958, Breiman et al. 1984): the
    /// best of all subsets for two classes and for regression.
    CART,
    /// Tests one value against all others.
    ONE_HOT,
    /// Draws random subsets and keeps the best.
    RANDOM
  }

  /// What stands in for a missing value while a split is searched.
  public enum MissingValuePolicy {
    /// The mean or the most frequent value of the training data.
    GLOBAL_IMPUTATION,
    /// The mean or the most frequent value of the node.
    LOCAL_IMPUTATION,
    /// A value drawn from the rows of the node, anew for every row.
    RANDOM_LOCAL_IMPUTATION
  }

  /// How the rows of a node are put in the order of a numerical attribute. The trees are the same.
  public enum SortingStrategy {
    /// Presorted where most attributes are searched at every node, else in the node.
    AUTO,
    /// Once for all; the sorted lists are split along with the nodes.
    PRESORTED,
    /// Anew at every node.
    IN_NODE
  }

  @Hyperparameter(
      value = "Greatest depth of a tree; the root has depth 1. -1: no limit.",
      min = 1,
      special = -1)
  public int maxDepth = 16;

  @Hyperparameter(
      value = "A node with fewer examples is not split, nor into parts with fewer.",
      min = 1)
  public int minExamples = 5;

  @Hyperparameter(
      "Whether min_examples also holds for the parts of a split, not only for the node.")
  public boolean inSplitMinExamplesCheck = true;

  @Hyperparameter(
      value =
          "Attributes searched at each node. 0: the square root of their number for classification and"
              + " uplift, a third for regression. -1: all.",
      min = 0,
      special = -1)
  public int numCandidateAttributes = 0;

  @Hyperparameter(
      value =
          "Share of the attributes searched at each node; overrides num_candidate_attributes. -1:"
              + " not set.",
      min = 1e-9,
      max = 1,
      special = -1)
  public double numCandidateAttributesRatio = -1;

  @Hyperparameter("How categorical attributes are split.")
  public CategoricalAlgorithm categoricalAlgorithm = CategoricalAlgorithm.CART;

  @Hyperparameter(
      value = "Categorical attributes with at least this many values are always split at random.",
      min = 1)
  public int categoricalArityLimitForRandom = 300;

  @Hyperparameter(value = "Random subsets tried, whatever the number of values.", min = 0)
  public int categoricalRandomNumTrialOffset = 32;

  @Hyperparameter(
      value = "Random subsets tried grow with the number of values to this power.",
      min = 0)
  public double categoricalRandomNumTrialExponent = 2;

  @Hyperparameter(value = "Most random subsets tried.", min = 1)
  public int categoricalRandomMaxNumTrials = 5000;

  @Hyperparameter(
      value = "Probability of each item of a categorical set to be a candidate at a node.",
      min = 0,
      max = 1)
  public double categoricalSetSplitGreedySampling = 0.1;

  @Hyperparameter(
      value = "Most items of a categorical set that one split tests for. -1: no limit.",
      min = 1,
      special = -1)
  public int categoricalSetSplitMaxNumItems = -1;

  @Hyperparameter(
      value = "Items of a categorical set in fewer examples of a node are no candidates.",
      min = 1)
  public int categoricalSetSplitMinItemFrequency = 1;

  @Hyperparameter("What stands in for a missing value while a split is searched.")
  public MissingValuePolicy missingValuePolicy = MissingValuePolicy.GLOBAL_IMPUTATION;

  @Hyperparameter("Whether a split may test that a value is missing.")
  public boolean allowNaConditions = false;

  @Hyperparameter("Whether inner nodes keep the label distribution of their examples.")
  public boolean keepNonLeafLabelDistribution = true;

  @Hyperparameter(
      "Sorting of numerical attributes: presorted once, or in each node. Changes time and memory,"
          + " never the model.")
  public SortingStrategy sortingStrategy = SortingStrategy.AUTO;
}
