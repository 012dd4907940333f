package dev.tendril.forest.train;

import dev.tendril.forest.engine.Answers;
import dev.tendril.forest.tree.Combination;
import dev.tendril.forest.tree.Forest;
import dev.tendril.learn.CustomMetric;
import dev.tendril.learn.Predictions;
import java.util.List;
import java.util.Map;

/// A metric of the user's own on the validation rows of boosting. It is given what the model would
/// predict.
final class WatchedMetric {
  private final CustomMetric metric;
  private final TrainingData data;
  private final int[] rows;
  private final Answers answers;
  private final double[] truth;
  private final double[] weights;

  /// @param combination makes predictions of the scores
  WatchedMetric(CustomMetric metric, TrainingData data, int[] rows, Combination.Sum combination) {
    this.metric = metric;
    this.data = data;
    this.rows = rows;
    this.answers =
        new Answers(
            new Forest(
                data.task(),
                data.frame().schema(),
                data.features(),
                combination,
                List.of(),
                Map.of(),
                List.of()));
    this.truth = new double[rows.length];
    this.weights = new double[rows.length];
    float[] given = data.weights();
    for (int i = 0; i < rows.length; i++) {
      truth[i] = data.classCount() > 0 ? data.classes()[rows[i]] : data.numbers()[rows[i]];
      weights[i] = given == null ? 1 : given[rows[i]];
    }
  }

  boolean greaterIsBetter() {
    return metric.greaterIsBetter();
  }

  /// @param scores `[output][row of the table]`
  double of(float[][] scores) {
    int outputs = answers.outputs();
    float[] values = new float[rows.length * outputs];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < scores.length; k++) {
        values[i * outputs + k] = scores[k][rows[i]];
      }
    }
    answers.finish(values, 0, rows.length);
    List<String> classes =
        data.classCount() == 0
            ? List.of()
            : data.frame().schema().field(data.label()).vocabulary().values();
    return metric.measure().of(new Predictions(data.task(), classes, values), truth, weights);
  }
}
