package dev.tendril.forest.analysis;

import java.util.Comparator;
import java.util.List;

/// How much a feature matters to a model on a table, with the uncertainty of the measurement.
///
/// @param feature the name of the column
/// @param importance the mean over repeats, in the unit of the measure
/// @param low the lower bound of the 95 % interval of that mean; equal to it when nothing was drawn
/// @param high the upper bound
public record MeasuredImportance(String feature, double importance, double low, double high) {
  /// Quantiles 0.975 of Student's distribution for 1 to 30 degrees of freedom.
  private static final double[] STUDENT = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  /// The most important first.
  static final Comparator<MeasuredImportance> ORDER =
      Comparator.comparingDouble(MeasuredImportance::importance).reversed();

  /// From the values of several repeats.
  static MeasuredImportance of(String feature, double[] repeats) {
    int n = repeats.length;
    double mean = 0;
    for (double value : repeats) {
      mean += value / n;
    }
    double squares = 0;
    for (double value : repeats) {
      squares += (value - mean) * (value - mean);
    }
    double student = n < 2 ? 0 : STUDENT[Math.min(n - 1, STUDENT.length) - 1];
    double half = n < 2 ? 0 : student * Math.sqrt(squares / (n - 1) / n);
    return new MeasuredImportance(feature, mean, mean - half, mean + half);
  }

  static List<MeasuredImportance> ranked(List<MeasuredImportance> unordered) {
    return unordered.stream().sorted(ORDER).toList();
  }
}
