package dev.tendril.learn;

/// A metric of your own: for an evaluation by [EvaluationOptions#metrics], or for a learner that
/// decides by it when to stop.
///
/// ```java
/// CustomMetric cost =
///     new CustomMetric(
///         "cost",
///         false,
///         (predictions, truth, weights) -> {
///           double sum = 0;
///           for (int row = 0; row < truth.length; row++) {
///             boolean alarm = predictions.probability(row, 1) > 0.2;
///             sum += truth[row] == 1 && !alarm ? 10 : truth[row] == 0 && alarm ? 1 : 0;
///           }
///           return sum / truth.length;
///         });
/// ```
///
/// @param name such as `cost`; none of the names of the evaluation itself
/// @param greaterIsBetter whether a greater value is a better one
/// @param measure computes it
public record CustomMetric(String name, boolean greaterIsBetter, Measure measure) {
  public CustomMetric {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a metric needs a name; expected one like \"cost\"");
    }
  }

  /// Computes a metric. Several threads may call at a time; same arguments must give same results.
  @FunctionalInterface
  public interface Measure {
    /// @param predictions of all rows
    /// @param truth by row: of a classification the position of the true class in
    ///     [Predictions#classes], which is their number for a class that the model does not know;
    ///     else the label
    /// @param weights by row
    /// @return the value; NaN where the rows do not define it
    double of(Predictions predictions, double[] truth, double[] weights);
  }
}
