package dev.tendril.forest.options;

import dev.tendril.learn.Hyperparameter;
import dev.tendril.learn.SearchSpace;
import dev.tendril.learn.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The hyper-parameters of [dev.tendril.forest.GradientBoostedTrees].
public final class GradientBoostedTreesParameters extends TreeParameters {

  /// Value of [#shrinkage] that stands for what is usual with the [#forestExtraction].
  public static final double USUAL_SHRINKAGE = -1;

  /// What boosting minimizes.
  public enum Loss {
    /// By task: binomial or multinomial log likelihood for classification, squared error for
    /// regression, LambdaMART for ranking, proportional hazards for survival.
    DEFAULT,
    /// Two classes: log loss.
    BINOMIAL_LOG_LIKELIHOOD,
    /// Two or more classes: log loss.
    MULTINOMIAL_LOG_LIKELIHOOD,
    /// Regression to the mean.
    SQUARED_ERROR,
    /// Two classes: log loss that dwells on rows that are hard to predict.
    BINARY_FOCAL_LOSS,
    /// Regression of counts and rates, which are at least 0.
    POISSON,
    /// Regression to the median.
    MEAN_AVERAGE_ERROR,
    /// Ranking, by pairs of examples.
    LAMBDA_MART_NDCG,
    /// Ranking, by groups of examples as a whole.
    XE_NDCG_MART,
    /// Survival: the partial likelihood of proportional hazards.
    COX_PROPORTIONAL_HAZARD
  }

  /// Which examples the trees of an iteration are grown on.
  public enum SamplingMethod {
    /// All.
    NONE,
    /// A share drawn at random, set by `subsample`.
    RANDOM,
    /// Those with the largest gradients, and of the others some drawn at random.
    GOSS,
    /// For ranking: all relevant examples, and of the others in each group those that now rank
    /// highest.
    SELGB
  }

  /// How the trees make a model.
  public enum ForestExtraction {
    /// Each adds to all before it.
    MART,
    /// Each is trained without some of those before it, drawn at random, and shares their weight.
    DART
  }

  /// When boosting ends before all trees are trained.
  public enum EarlyStopping {
    /// Never, and all trees are kept.
    NONE,
    /// Never, but the model keeps only the trees up to the smallest validation loss.
    MIN_LOSS_FINAL,
    /// When the validation loss has not reached a new minimum for some trees; the model keeps those
    /// up to it.
    LOSS_INCREASE
  }

  public GradientBoostedTreesParameters() {
    maxDepth = USUAL_DEPTH;
    numCandidateAttributes = -1;
  }

  @Hyperparameter(
      value = "Most boosting iterations; each trains one tree, or one per class.",
      min = 1,
      max = 1_000_000)
  public int numTrees = 300;

  @Hyperparameter(
      value =
          "Factor on what each tree adds (learning rate). -1: 0.1; with forest_extraction dart 1,"
              + " whose weights already dampen.",
      min = 1e-9,
      max = 1,
      special = USUAL_SHRINKAGE)
  public double shrinkage = USUAL_SHRINKAGE;

  @Hyperparameter("How splits are searched: exactly, or between bins of values.")
  public TreeMethod treeMethod = TreeMethod.AUTO;

  @Hyperparameter(
      value =
          "Most bins of a numerical attribute, where splits are searched between bins. An attribute with no"
              + " more values than this is searched exactly.",
      min = 2,
      max = 255)
  public int maxBins = 255;

  @Hyperparameter("What is minimized.")
  public Loss loss = Loss.DEFAULT;

  @Hyperparameter(
      value = "Weight of the second class in binary_focal_loss; that of the first is 1 minus this.",
      min = 0,
      max = 1)
  public double focalLossAlpha = 0.5;

  @Hyperparameter(
      value =
          "How little binary_focal_loss counts examples that are well predicted. 0: as log loss"
              + " does.",
      min = 0)
  public double focalLossGamma = 2;

  @Hyperparameter(value = "Ranks that count in lambda_mart_ndcg.", min = 1, max = 100_000)
  public int ndcgTruncation = 5;

  @Hyperparameter(
      value = "Ranks that count in the NDCG by which xe_ndcg_mart stops.",
      min = 1,
      max = 100_000)
  public int crossEntropyNdcgTruncation = 5;

  @Hyperparameter(
      value = "Steepness of the logistic loss of a pair of examples in lambda_mart_ndcg.",
      min = 0)
  public double lambdaLoss = 1;

  @Hyperparameter(
      "Whether multinomial_log_likelihood starts from the shares of the classes rather than from"
          + " equal ones.")
  public boolean initializeWithClassPriors = false;

  @Hyperparameter(
      value =
          "Share of the examples held out to watch for over-fitting when no validation data are"
              + " given. 0: none, no early stopping.",
      min = 0,
      max = 0.999)
  public double validationRatio = 0.1;

  @Hyperparameter(value = "The validation loss is computed every so many trees.", min = 1)
  public int validationIntervalInTrees = 1;

  @Hyperparameter("When training ends early.")
  public EarlyStopping earlyStopping = EarlyStopping.LOSS_INCREASE;

  @Hyperparameter(
      value = "Trees without a new minimum of the validation loss after which training ends.",
      min = 1)
  public int earlyStoppingNumTreesLookAhead = 30;

  @Hyperparameter(value = "Iterations before the smallest validation loss counts.", min = 0)
  public int earlyStoppingInitialIteration = 10;

  @Hyperparameter("How the examples of each iteration are drawn.")
  public SamplingMethod samplingMethod = SamplingMethod.RANDOM;

  @Hyperparameter(
      value = "Share of the examples drawn for each iteration with sampling random. 1: all.",
      min = 1e-9,
      max = 1)
  public double subsample = 1;

  @Hyperparameter(
      value = "Share of the examples, those with the largest gradients, that goss always takes.",
      min = 0,
      max = 1)
  public double gossAlpha = 0.2;

  @Hyperparameter(
      value = "Share of the examples that goss draws from all others.",
      min = 0,
      max = 1)
  public double gossBeta = 0.1;

  @Hyperparameter(
      value = "Share of the irrelevant examples of each group that selgb takes.",
      min = 0,
      max = 1)
  public double selectiveGradientBoostingRatio = 0.01;

  @Hyperparameter("How the trees make a model.")
  public ForestExtraction forestExtraction = ForestExtraction.MART;

  @Hyperparameter(
      value = "Probability of each earlier iteration to be dropped while dart trains another.",
      min = 0,
      max = 1)
  public double dartDropout = 0.01;

  @Hyperparameter(
      "Whether splits are scored by gradients and hessians rather than by the variance of the"
          + " gradients.")
  public boolean useHessianGain = false;

  @Hyperparameter(
      value = "Least sum of hessians of each side of a split, with use_hessian_gain.",
      min = 0)
  public double minSumHessianInLeaf = 0.001;

  @Hyperparameter(value = "L1 regularization of leaf values.", min = 0)
  public double l1Regularization = 0;

  @Hyperparameter(value = "L2 regularization of leaf values.", min = 0)
  public double l2Regularization = 0;

  @Hyperparameter(
      value =
          "L2 regularization in the scores of splits on categorical attributes, with"
              + " use_hessian_gain.",
      min = 0)
  public double l2CategoricalRegularization = 1;

  @Hyperparameter(
      value = "Leaf values of classification losses are kept within plus and minus this.",
      min = 0)
  public double clampLeafLogit = 5;

  @Hyperparameter("Whether predictions of a classification are probabilities rather than logits.")
  public boolean applyLinkFunction = true;

  @Hyperparameter(
      value =
          "Most nodes of all trees together: the iteration that would exceed it is not kept, and"
              + " training ends. -1: no limit.",
      min = 0,
      special = -1)
  public long totalMaxNumNodes = -1;

  @Hyperparameter(
      value =
          "Training ends after the iteration in which so many seconds have passed; the model then"
              + " depends on the speed of the machine. -1: no limit.",
      min = 0,
      special = -1)
  public double maximumTrainingDurationSeconds = -1;

  @Hyperparameter(
      "Whether the importance of each variable is measured by shuffling it in the rows that were"
          + " held out for validation.")
  public boolean computePermutationVariableImportance = false;

  @Hyperparameter(
      value =
          "Most bytes that the nodes of the model may take in memory, by an estimate: the iteration"
              + " that would exceed it is not kept, and training ends. -1: no limit.",
      min = 0,
      special = -1)
  public long maximumModelSizeInMemoryInBytes = -1;

  /// The factor on what each tree adds.
  public double step() {
    if (shrinkage != USUAL_SHRINKAGE) {
      return shrinkage;
    }
    return forestExtraction == ForestExtraction.DART ? 1 : 0.1;
  }

  @Override
  public boolean measurePermutationImportances() {
    computePermutationVariableImportance = true;
    return validationRatio > 0;
  }

  @Override
  public List<Template> templates() {
    return List.of(
        new Template(
            "better_default@1",
            "Grows the leaf that gains most first; often more accurate than the defaults.",
            Map.of("growing_strategy", "best_first_global")),
        new Template(
            "benchmark_rank1@1",
            "What ranked first in a comparison over many data sets: oblique splits, random subsets"
                + " of categories. Slower.",
            benchmark()));
  }

  private static Map<String, String> benchmark() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("growing_strategy", "best_first_global");
    values.putAll(oblique());
    return values;
  }

  @Override
  public SearchSpace searchSpace(Task task) {
    SearchSpace space =
        SearchSpace.EMPTY
            .when("growing_strategy", "local", SearchSpace.EMPTY.with("max_depth", 3, 4, 6, 8))
            .when(
                "growing_strategy",
                "best_first_global",
                SearchSpace.EMPTY.with("max_num_nodes", 16, 32, 64, 128, 256, 512))
            .when(
                "sampling_method",
                "random",
                SearchSpace.EMPTY.with("subsample", 0.6, 0.8, 0.9, 1.0));
    if (task instanceof Task.Ranking) {
      space =
          space.when(
              "sampling_method",
              "selgb",
              SearchSpace.EMPTY.with(
                  "selective_gradient_boosting_ratio", 0.01, 0.05, 0.1, 0.2, 1.0));
    }
    space = space.with("shrinkage", 0.02, 0.05, 0.1).with("min_examples", 5, 7, 10, 20);
    if (!(task instanceof Task.Regression)) {
      space = space.with("use_hessian_gain", true, false);
    }
    return space.with("num_candidate_attributes_ratio", 0.2, 0.5, 0.9, 1.0).override(axes());
  }

  @Override
  protected int usualDepth() {
    return growingStrategy == GrowingStrategy.LOCAL ? 6 : -1;
  }

  /// A copy that shares nothing with this one.
  public GradientBoostedTreesParameters copy() {
    return copy(this, new GradientBoostedTreesParameters());
  }
}
