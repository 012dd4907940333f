package dev.tendril.forest.options;

import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.learn.Hyperparameter;

/// The hyper-parameters of [dev.tendril.forest.IsolationForest].
public final class IsolationForestParameters extends ForestParameters {

  /// What the random cuts of numbers are made across.
  public enum SplitAxis {
    /// One attribute.
    AXIS_ALIGNED,
    /// A random weighted sum of a few attributes (Hariri, Carrasco Kind, Brunner 2019; Tomita et
    /// al. 2020).
    SPARSE_OBLIQUE
  }

  /// What the weights of a random sum are divided by.
  public enum ObliqueNormalization {
    /// Nothing.
    NONE,
    /// The attribute's standard deviation.
    STANDARD_DEVIATION,
    /// The difference of the attribute's largest and smallest value.
    MIN_MAX
  }

  /// How the weights of a random sum are drawn.
  public enum ObliqueWeights {
    /// -1 or 1.
    BINARY,
    /// Uniform from -1 to 1.
    CONTINUOUS,
    /// 2 to a power from -3 to 3, with either sign.
    POWER_OF_TWO,
    /// Whole numbers from -5 to 5, but not 0.
    INTEGER
  }

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

  @Hyperparameter(
      "Whether numbers are cut one attribute at a time or by random sums of a few of them"
          + " (extended isolation forest).")
  public SplitAxis splitAxis = SplitAxis.AXIS_ALIGNED;

  @Hyperparameter(
      value = "Mean number of attributes in a random sum, with sparse_oblique.",
      min = 1e-9)
  public double sparseObliqueProjectionDensityFactor = 2;

  @Hyperparameter("What the weights of a random sum are divided by, with sparse_oblique.")
  public ObliqueNormalization sparseObliqueNormalization = ObliqueNormalization.NONE;

  @Hyperparameter("How the weights of a random sum are drawn, with sparse_oblique.")
  public ObliqueWeights sparseObliqueWeights = ObliqueWeights.BINARY;

  @Hyperparameter(
      value = "Most attributes in a random sum, with sparse_oblique. -1: no limit.",
      min = 1,
      special = -1)
  public int sparseObliqueMaxNumFeatures = -1;

  /// A copy that shares nothing with this one.
  public IsolationForestParameters copy() {
    return copy(this, new IsolationForestParameters());
  }
}
