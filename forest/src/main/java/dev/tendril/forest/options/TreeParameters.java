package dev.tendril.forest.options;

import dev.tendril.learn.Hyperparameter;
import dev.tendril.learn.SearchSpace;
import java.util.LinkedHashMap;
import java.util.Map;

/// The hyper-parameters that all learners of decision trees share. Names, defaults and meanings are
/// those of YDF.
public abstract class TreeParameters extends ObliqueParameters {

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

  /// Which thresholds a split on a numerical attribute may have.
  public enum NumericalSplit {
    /// All, half-way between two neighboring values of the node.
    EXACT,
    /// Some drawn at random between the least and the greatest value of the node.
    HISTOGRAM_RANDOM,
    /// Some at equal distances between the least and the greatest value of the node.
    HISTOGRAM_EQUAL_WIDTH
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

  /// How splits are searched.
  public enum TreeMethod {
    /// Over bins from 20,000 training examples on where everything else allows it, otherwise
    /// exactly.
    AUTO,
    /// Over every cut between two values.
    EXACT,
    /// Over cuts between bins, many times faster on large tables.
    HISTOGRAM
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
          "Attributes searched at each node. 0: the square root of their number for classification"
              + " and uplift, a third for regression. -1: all.",
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

  @Hyperparameter(
      "Which thresholds are tried on a numerical attribute: all, or some between the least and the"
          + " greatest value of the node, at random or at equal distances.")
  public NumericalSplit numericalSplit = NumericalSplit.EXACT;

  @Hyperparameter(
      value =
          "Thresholds tried at a node unless numerical_split is exact. -1: 1 at random, 255 at equal"
              + " distances.",
      min = 1,
      max = 65_535,
      special = -1)
  public int numericalSplitNumCandidates = -1;

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
      value =
          "So many of the most frequent items of a categorical set are candidates; others are"
              + " ignored. -1: all.",
      min = 1,
      special = -1)
  public int categoricalSetSplitMaxNumItems = -1;

  @Hyperparameter(
      value = "Most items of a categorical set that one split tests for. -1: no limit.",
      min = 1,
      special = -1)
  public int categoricalSetSplitGreedyMaximumMaskSize = -1;

  @Hyperparameter(
      value = "Items of a categorical set in fewer examples of a node are no candidates.",
      min = 1)
  public int categoricalSetSplitMinItemFrequency = 1;

  @Hyperparameter(
      value =
          "Sparse oblique: sums tried at each node, as a power of the number of numerical"
              + " attributes; at most 6000.",
      min = 0,
      max = 10)
  public double sparseObliqueNumProjectionsExponent = 2;

  @Hyperparameter(value = "MHLD oblique: most attributes of a sum.", min = 1, max = 100)
  public int mhldObliqueMaxNumAttributes = 4;

  @Hyperparameter(
      "MHLD oblique: whether sums are sought among num_candidate_attributes attributes only.")
  public boolean mhldObliqueSampleAttributes = false;

  @Hyperparameter(
      value =
          "Vector sequences: examples of a node by which anchors are compared; the best is then"
              + " compared by all.",
      min = 1)
  public int numericalVectorSequenceNumExamples = 1000;

  @Hyperparameter(
      value = "Vector sequences: anchors tried at each node for each kind of test.",
      min = 1,
      max = 1_000_000)
  public int numericalVectorSequenceNumRandomAnchors = 100;

  @Hyperparameter("Vector sequences: whether splits test that a vector is close to an anchor.")
  public boolean numericalVectorSequenceEnableCloserThan = true;

  @Hyperparameter(
      "Vector sequences: whether splits test that the scalar product of a vector with an anchor is"
          + " large.")
  public boolean numericalVectorSequenceEnableProjectedMoreThan = true;

  @Hyperparameter("What stands in for a missing value while a split is searched.")
  public MissingValuePolicy missingValuePolicy = MissingValuePolicy.GLOBAL_IMPUTATION;

  @Hyperparameter("Whether a split may test that a value is missing.")
  public boolean allowNaConditions = false;

  @Hyperparameter(
      "Whether trees are honest: one part of a tree's examples says where to split, the other what"
          + " the leaves predict.")
  public boolean honest = false;

  @Hyperparameter(
      value = "Share of a tree's examples that say what the leaves predict, with honest.",
      min = 0.001,
      max = 0.999)
  public double honestRatioLeafExamples = 0.5;

  @Hyperparameter(
      "Whether it is the same part of the examples in every tree, with honest, rather than drawn"
          + " anew.")
  public boolean honestFixedSeparation = false;

  @Hyperparameter("Whether inner nodes keep the label distribution of their examples.")
  public boolean keepNonLeafLabelDistribution = true;

  @Hyperparameter(
      "Sorting of numerical attributes: presorted once, or in each node. Changes time and memory,"
          + " never the model.")
  public SortingStrategy sortingStrategy = SortingStrategy.AUTO;

  @Hyperparameter(
      "Whether the model keeps only what predicting needs: no figures of nodes, no course of"
          + " training, no evaluation of its own.")
  public boolean pureServingModel = false;

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

  @Override
  protected void validateTogether() {
    super.validateTogether();
    if (honest && growingStrategy == GrowingStrategy.BEST_FIRST_GLOBAL) {
      throw new IllegalArgumentException(
          "honest=true does not suit growing_strategy=best_first_global: set one of them otherwise");
    }
  }
}
