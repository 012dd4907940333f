package dev.tendril.learn;

/// Weighted means of per-unit values, plain and over bootstrap draws.
final class Means {
  private Means() {}

  static double of(double[] values, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
      total += weights[i];
    }
    return sum / total;
  }

  /// The weighted mean of each series of values over the units drawn.
  static Bootstrap.Statistic statistic(double[] weights, double[]... series) {
    return (counts, means) -> {
      double total = 0;
      double[] sums = new double[series.length];
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] != 0) {
          double weight = counts[i] * weights[i];
          total += weight;
          for (int s = 0; s < series.length; s++) {
            sums[s] += weight * series[s][i];
          }
        }
      }
      for (int s = 0; s < series.length; s++) {
        means[s] = sums[s] / total;
      }
    };
  }
}
