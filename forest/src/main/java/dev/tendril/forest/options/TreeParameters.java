package dev.tendril.forest.options;

import dev.tendril.learn.Hyperparameter;
import dev.tendril.learn.SearchSpace;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The hyper-parameters that all learners of decision trees share. Names, defaults and meanings are
/// those of YDF.
public abstract class TreeParameters extends ForestParameters {

  /// Value of [#maxDepth] that stands for [#usualDepth].
  public static final int USUAL_DEPTH = -2;

  /// In which order the nodes of a tree are split.
  public enum GrowingStrategy {
    /// One side of a split after the other, each as far as the depth and the examples allow.
    LOCAL,
    /// Of all leaves so far the one whose split gains most, until the tree has as many as it may.
    BEST_FIRST_GLOBAL
  }

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
      value =
          "Greatest depth of a tree; the root has depth 1, or 0 with growing_strategy"
              + " best_first_global. -1: no limit. -2: 16; for boosted trees 6, or no limit with"
              + " best_first_global.",
      min = 1,
      special = {-1, USUAL_DEPTH})
  public int maxDepth = 16;

  @Hyperparameter(
      "Whether each part of a split is grown as far as it may, or of all leaves the one whose split"
          + " gains most, up to max_num_nodes.")
  public GrowingStrategy growingStrategy = GrowingStrategy.LOCAL;

  @Hyperparameter(
      value = "Most leaves of a tree with growing_strategy best_first_global. -1: no limit.",
      min = 1,
      special = -1)
  public int maxNumNodes = 31;

  @Hyperparameter(
      value = "A node with fewer examples is not split, nor into parts with fewer.",
      min = 1)
  public int minExamples = 5;

  @Hyperparameter(
      "Whether min_examples also holds for the parts of a split, not only for the node.")
  public boolean inSplitMinExamplesCheck = true;

  @Hyperparameter(
      value =
          "Attributes searched at each node. 0: the square root of their number for classification, a third for"
              + " regression. -1: all.",
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

  /// Splits along oblique axes and random subsets of categories, as templates have them.
  static Map<String, String> oblique() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("categorical_algorithm", "random");
    values.put("split_axis", "sparse_oblique");
    values.put("sparse_oblique_normalization", "min_max");
    values.put("sparse_oblique_num_projections_exponent", "1");
    return values;
  }

  /// The axes of splits that a tuner tries.
  static SearchSpace axes() {
    return SearchSpace.EMPTY
        .with("split_axis", "axis_aligned")
        .when(
            "split_axis",
            "sparse_oblique",
            SearchSpace.EMPTY
                .with("sparse_oblique_projection_density_factor", 1, 2, 3, 4, 5)
                .with("sparse_oblique_normalization", "none", "standard_deviation", "min_max")
                .with("sparse_oblique_weights", "binary", "continuous"));
  }

  final List<Template> available(Template... templates) {
    return Arrays.stream(templates)
        .filter(t -> t.values().keySet().stream().allMatch(this::known))
        .toList();
  }

  final SearchSpace available(SearchSpace space) {
    return new SearchSpace(space.dimensions().stream().filter(d -> known(d.name())).toList());
  }

  private boolean known(String name) {
    return values().containsKey(name);
  }

  /// The depth that trees of this learner usually have at most; -1: no limit.
  protected int usualDepth() {
    return 16;
  }

  /// The greatest depth of a tree, counted so that the root has depth 1; the largest integer when
  /// there is no limit.
  public final int depthLimit() {
    int depth = maxDepth == USUAL_DEPTH ? usualDepth() : maxDepth;
    if (depth < 0 || depth == Integer.MAX_VALUE) {
      return Integer.MAX_VALUE;
    }
    return growingStrategy == GrowingStrategy.LOCAL ? depth : depth + 1;
  }
}
