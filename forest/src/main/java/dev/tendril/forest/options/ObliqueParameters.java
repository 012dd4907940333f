package dev.tendril.forest.options;

import dev.tendril.learn.Hyperparameter;

/// The hyper-parameters of learners whose splits may test weighted sums of numerical attributes:
/// what the sums are and how their weights are drawn.
public abstract class ObliqueParameters extends ForestParameters {
  /// What numerical attributes are tested by.
  public enum SplitAxis {
    /// One attribute a split.
    AXIS_ALIGNED,
    /// Weighted sums of a few attributes, drawn at random (Tomita et al. 2020).
    SPARSE_OBLIQUE,
    /// Weighted sums that a discriminant analysis of the classes finds, attribute by attribute.
    MHLD_OBLIQUE
  }

  /// What the weights of an attribute in sparse oblique splits are divided by.
  public enum SparseObliqueNormalization {
    /// Nothing.
    NONE,
    /// The standard deviation of the attribute.
    STANDARD_DEVIATION,
    /// The range of the attribute.
    MIN_MAX
  }

  /// How the weights of sparse oblique splits are drawn.
  public enum SparseObliqueWeights {
    /// -1 or 1.
    BINARY,
    /// Uniformly from -1 to 1.
    CONTINUOUS,
    /// Plus or minus a power of two.
    POWER_OF_TWO,
    /// A whole number.
    INTEGER
  }

  @Hyperparameter(
      "Whether splits test numerical attributes one by one or weighted sums of them. mhld_oblique:"
          + " only for classification by random_forest or cart.")
  public SplitAxis splitAxis = SplitAxis.AXIS_ALIGNED;

  @Hyperparameter(
      value = "Sparse oblique: how many attributes a sum has on average.",
      min = 1e-9,
      max = 1e9)
  public double sparseObliqueProjectionDensityFactor = 2;

  @Hyperparameter("Sparse oblique: what the weight of an attribute is divided by.")
  public SparseObliqueNormalization sparseObliqueNormalization = SparseObliqueNormalization.NONE;

  @Hyperparameter("Sparse oblique: how weights are drawn.")
  public SparseObliqueWeights sparseObliqueWeights = SparseObliqueWeights.BINARY;

  @Hyperparameter(
      value = "Sparse oblique: the least exponent of power_of_two weights.",
      min = -64,
      max = 64)
  public int sparseObliqueWeightsPowerOfTwoMinExponent = -3;

  @Hyperparameter(
      value = "Sparse oblique: the greatest exponent of power_of_two weights.",
      min = -64,
      max = 64)
  public int sparseObliqueWeightsPowerOfTwoMaxExponent = 3;

  @Hyperparameter(
      value = "Sparse oblique: the least of integer weights.",
      min = -1_000_000,
      max = 1_000_000)
  public int sparseObliqueWeightsIntegerMinimum = -5;

  @Hyperparameter(
      value = "Sparse oblique: the greatest of integer weights.",
      min = -1_000_000,
      max = 1_000_000)
  public int sparseObliqueWeightsIntegerMaximum = 5;

  @Hyperparameter(
      value = "Sparse oblique: most attributes of a sum. -1: no limit.",
      min = 1,
      special = -1)
  public int sparseObliqueMaxNumFeatures = -1;

  @Override
  protected void validateTogether() {
    requireOrder(
        "sparse_oblique_weights_power_of_two_min_exponent",
        sparseObliqueWeightsPowerOfTwoMinExponent,
        "sparse_oblique_weights_power_of_two_max_exponent",
        sparseObliqueWeightsPowerOfTwoMaxExponent);
    requireOrder(
        "sparse_oblique_weights_integer_minimum",
        sparseObliqueWeightsIntegerMinimum,
        "sparse_oblique_weights_integer_maximum",
        sparseObliqueWeightsIntegerMaximum);
  }

  private static void requireOrder(String least, int low, String greatest, int high) {
    if (low > high) {
      throw new IllegalArgumentException(
          "hyper-parameter "
              + least
              + " cannot be \""
              + low
              + "\": expected at most "
              + greatest
              + ", which is "
              + high);
    }
  }
}
