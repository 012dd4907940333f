package dev.tendril.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The quality of predicted numbers.
///
/// @param rmse root of the mean squared error
/// @param mae mean absolute error
/// @param msle mean squared difference of ln(1 + value); NaN when a label or a prediction is -1 or
///     less
/// @param r2 1 - squared error / squared deviation of the labels from their mean; NaN when the
///     labels do not vary
/// @param defaultRmse the error of predicting the labels' mean: their standard deviation
/// @param residuals how the errors, label minus prediction, are distributed
public record RegressionMetrics(
    Metric rmse, Metric mae, double msle, double r2, double defaultRmse, Residuals residuals)
    implements Metrics {

  /// The distribution of label minus prediction. A quantile is the smallest residual that at least
  /// that share of the weight does not exceed.
  ///
  /// @param mean above 0 when predictions are too low on average
  /// @param sd standard deviation
  /// @param min the smallest
  /// @param quartile1 the lower quartile
  /// @param median the median
  /// @param quartile3 the upper quartile
  /// @param max the largest
  public record Residuals(
      double mean,
      double sd,
      double min,
      double quartile1,
      double median,
      double quartile3,
      double max) {
    static Residuals of(double[] residuals, double[] weights) {
      double mean = Means.of(residuals, weights);
      double[] squares = Arrays.stream(residuals).map(r -> (r - mean) * (r - mean)).toArray();
      int[] order =
          IntStream.range(0, residuals.length)
              .filter(i -> weights[i] > 0)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> residuals[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      return new Residuals(
          mean,
          Math.sqrt(Means.of(squares, weights)),
          quantile(residuals, weights, order, 0),
          quantile(residuals, weights, order, 0.25),
          quantile(residuals, weights, order, 0.5),
          quantile(residuals, weights, order, 0.75),
          quantile(residuals, weights, order, 1));
    }

    private static double quantile(double[] values, double[] weights, int[] order, double share) {
      double total = 0;
      for (int i : order) {
        total += weights[i];
      }
      double sum = 0;
      for (int i : order) {
        sum += weights[i];
        if (sum >= share * total) {
          return values[i];
        }
      }
      return order.length == 0 ? Double.NaN : values[order[order.length - 1]];
    }
  }

  static RegressionMetrics of(Examples examples, EvaluationOptions options) {
    int n = examples.rows();
    double[] weights = examples.allWeights();
    double[] residuals = new double[n];
    double[] squares = new double[n];
    double[] absolutes = new double[n];
    double[] logSquares = new double[n];
    for (int row = 0; row < n; row++) {
      double label = examples.target(row);
      double predicted = examples.predictions().value(row);
      residuals[row] = label - predicted;
      squares[row] = residuals[row] * residuals[row];
      absolutes[row] = Math.abs(residuals[row]);
      double log =
          label > -1 && predicted > -1 ? Math.log1p(label) - Math.log1p(predicted) : Double.NaN;
      logSquares[row] = log * log;
    }
    double mse = Means.of(squares, weights);
    double variance = variance(examples, weights);
    Metric rmse = new Metric("rmse", Math.sqrt(mse));
    rmse = rmse.with(ConfidenceIntervals.rmse(rmse.value(), examples.totalWeight()));
    Metric mae = new Metric("mae", Means.of(absolutes, weights));
    int draws = Bootstrap.draws(options.resamples, n);
    if (draws > 0 && n > 0) {
      double[][] drawn =
          Bootstrap.run(
              draws, n, options.seed, 2, () -> Means.statistic(weights, squares, absolutes));
      rmse = rmse.with(Bootstrap.interval(Arrays.stream(drawn[0]).map(Math::sqrt).toArray()));
      mae = mae.with(Bootstrap.interval(drawn[1]));
    }
    return new RegressionMetrics(
        rmse,
        mae,
        Means.of(logSquares, weights),
        variance > 0 ? 1 - mse / variance : Double.NaN,
        Math.sqrt(variance),
        Residuals.of(residuals, weights));
  }

  private static double variance(Examples examples, double[] weights) {
    double[] labels = new double[examples.rows()];
    for (int row = 0; row < labels.length; row++) {
      labels[row] = examples.target(row);
    }
    double mean = Means.of(labels, weights);
    return Means.of(
        Arrays.stream(labels).map(label -> (label - mean) * (label - mean)).toArray(), weights);
  }

  @Override
  public List<Metric> list() {
    List<Metric> all = new ArrayList<>(List.of(rmse, mae));
    if (!Double.isNaN(msle)) {
      all.add(new Metric("msle", msle));
    }
    all.add(new Metric("r2", r2));
    all.add(new Metric("default_rmse", defaultRmse));
    return all;
  }
}
