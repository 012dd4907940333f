package dev.tendril.learn;

import java.util.List;

/// How well anomaly scores tell the rows that are marked as anomalies from the others.
///
/// @param anomalies the anomalies against all other rows
public record AnomalyMetrics(OneVersusOthers anomalies) implements Metrics {

  static AnomalyMetrics of(Examples examples, EvaluationOptions options) {
    int n = examples.rows();
    float[] scores = new float[n];
    boolean[] positive = new boolean[n];
    for (int row = 0; row < n; row++) {
      scores[row] = examples.predictions().value(row);
      positive[row] = examples.target(row) > 0;
    }
    return new AnomalyMetrics(
        OneVersusOthers.of(
            "anomaly",
            scores,
            positive,
            examples.allWeights(),
            Bootstrap.draws(options.resamples, n),
            options));
  }

  @Override
  public List<Metric> list() {
    return anomalies.list().stream()
        .map(metric -> metric.named(metric.name().replace("(anomaly)", "")))
        .toList();
  }
}
