package dev.tendril.forest.options;

import dev.tendril.learn.Hyperparameter;

/// The hyper-parameters of learners whose trees can also tell the effect of a treatment. They
/// matter for uplift only.
public abstract class UpliftParameters extends TreeParameters {

  /// By what measure the outcomes of treated and control examples are to differ in the parts of a
  /// split more than in the whole (Rzepakowski and Jaroszewicz 2012). With the mean outcome p of
  /// the treated and q of the control examples:
  public enum UpliftSplitScore {
    /// `p ln(p / q)`; outcomes must be at least 0.
    KULLBACK_LEIBLER,
    /// `(p - q)²`.
    EUCLIDEAN_DISTANCE,
    /// `(p - q)² / q`; outcomes must be at least 0.
    CHI_SQUARED,
    /// The square of that value between `p - q` plus and minus 1.3 standard errors which is nearest
    /// to 0.
    CONSERVATIVE_EUCLIDEAN_DISTANCE
  }

  @Hyperparameter(
      value = "For uplift: fewest treated and fewest control examples of each part of a split.",
      min = 0)
  public int upliftMinExamplesInTreatment = 5;

  @Hyperparameter(
      "For uplift: by what measure the outcomes of treated and control examples are to differ in"
          + " the parts of a split.")
  public UpliftSplitScore upliftSplitScore = UpliftSplitScore.KULLBACK_LEIBLER;
}
