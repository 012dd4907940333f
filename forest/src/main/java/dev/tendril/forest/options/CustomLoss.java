package dev.tendril.forest.options;

/// A loss of your own for [dev.tendril.forest.GradientBoostedTrees], as function of raw scores.
/// Give it to [dev.tendril.forest.GradientBoostedTrees#withLoss].
///
/// A row has one score for regression and for two classes, where it is the logit of the second
/// class, and one a class for more classes. What the model predicts is the score of a regression,
/// the logistic function of the score of two classes, the softmax of the scores of more.
///
/// ```java
/// /// The loss whose minimum is a quantile.
/// record Quantile(double share) implements CustomLoss {
///   public double[] initial(double[] labels, double[] weights) {
///     return new double[] {Arrays.stream(labels).average().orElse(0)};
///   }
///
///   public void derive(double label, double[] scores, double[] gradients, double[] hessians) {
///     gradients[0] = label > scores[0] ? share : share - 1;
///     hessians[0] = 1;
///   }
///
///   public double loss(double label, double[] scores) {
///     return Math.max(share * (label - scores[0]), (share - 1) * (label - scores[0]));
///   }
/// }
/// ```
///
/// Several threads call at a time: keep no state. Same arguments must give same results.
public interface CustomLoss {
  /// The scores that every row starts with.
  ///
  /// @param labels of the training rows: numbers, or classes from 0
  /// @param weights of the training rows
  /// @return as many finite numbers as a row has scores
  double[] initial(double[] labels, double[] weights);

  /// Computes the derivatives of one row's loss.
  ///
  /// @param label the number, or the class from 0
  /// @param scores of the row
  /// @param gradients receives for every score the negative first derivative: where it should move
  /// @param hessians receives for every score the second derivative, or a positive number in its
  ///     place: the step is gradient over hessian
  void derive(double label, double[] scores, double[] gradients, double[] hessians);

  /// The loss of one row. Its mean by weight on the validation rows decides when to stop.
  double loss(double label, double[] scores);
}
