package dev.tendril.learn;

import java.util.List;

/// What an evaluation measures, by task.
public sealed interface Metrics
    permits ClassificationMetrics,
        RegressionMetrics,
        RankingMetrics,
        AnomalyMetrics,
        SurvivalMetrics,
        UpliftMetrics {

  /// Every single value under a name, the most important first.
  List<Metric> list();
}
