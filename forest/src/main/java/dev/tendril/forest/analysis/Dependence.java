package dev.tendril.forest.analysis;

import dev.tendril.data.Semantic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the predictions of a model depend on one feature.
///
/// The *points* are the partial dependence (Friedman 2001): the mean prediction when all rows get
/// one value of the feature and keep their others. It shows what the model makes of the feature,
/// but asks also for combinations that never occur. The *bins* are the conditional expectation: the
/// mean prediction of those rows that have such a value, with what was observed. They show what
/// goes along with the feature, be it its own doing or not.
///
/// @param points by ascending value, of the categories the most frequent first; a missing value
///     last, where rows have it
/// @param bins in the same order
/// @param histogram how many rows have a value in each of equal parts of the range from the first
///     to the last point; empty for features that are not numerical
public record Dependence(
    String feature,
    Semantic semantic,
    List<Point> points,
    List<Bin> bins,
    List<Integer> histogram) {
  /// The label of the missing value.
  public static final String MISSING = "(missing)";

  /// The mean prediction for one value.
  ///
  /// @param value the number, or the position in the vocabulary, or 0 and 1; NaN when missing
  /// @param prediction the probability of every class, or one value
  public record Point(double value, String label, double[] prediction) {}

  /// The rows that have similar values.
  ///
  /// @param value the mean of their values, or as in [Point]
  /// @param observed the share of every class, or the mean label; null when it is not known
  public record Bin(
      double value, String label, int rows, double[] prediction, double @Nullable [] observed) {}

  public Dependence {
    points = List.copyOf(points);
    bins = List.copyOf(bins);
    histogram = List.copyOf(histogram);
  }

  /// Whether values lie on a line, rather than being names.
  public boolean numerical() {
    return semantic == Semantic.NUMERICAL || semantic == Semantic.DISCRETIZED_NUMERICAL;
  }
}
