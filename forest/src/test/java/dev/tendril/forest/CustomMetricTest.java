package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.tree.Forest;
import dev.tendril.learn.CustomMetric;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CustomMetricTest {
  private static final CustomMetric ACCURACY =
      new CustomMetric("my_accuracy", true, CustomMetricTest::accuracy);

  private static double accuracy(Predictions predictions, double[] truth, double[] weights) {
    double hits = 0;
    double all = 0;
    for (int row = 0; row < truth.length; row++) {
      hits += predictions.classIndex(row) == truth[row] ? weights[row] : 0;
      all += weights[row];
    }
    return hits / all;
  }

  @Test
  void anEvaluationMeasuresItBesideItsOwn() {
    Frame table = table(300, 3, 1);
    ForestModel model = RandomForest.classification("kind", p -> p.numTrees = 5).train(table);
    Evaluation evaluation =
        model.evaluate(
            table(200, 3, 2),
            options -> {
              options.metrics = List.of(ACCURACY);
              options.weights = "x";
            });
    assertEquals(evaluation.accuracy(), evaluation.metric("my_accuracy").value(), 1e-12);
    assertTrue(evaluation.toText().contains("my_accuracy: 0."), evaluation::toText);
    assertTrue(evaluation.toJson().contains("\"my_accuracy\""), evaluation::toJson);
    CustomMetric taken = new CustomMetric("accuracy", true, CustomMetricTest::accuracy);
    String message =
        String.valueOf(
            assertThrows(
                    IllegalArgumentException.class,
                    () -> model.evaluate(table, options -> options.metrics = List.of(taken)))
                .getMessage());
    assertTrue(message.contains("cannot be called \"accuracy\""), message);
  }

  /// The learner's own second figure is the accuracy, too.
  @Test
  void boostingGivesItWhatTheModelWouldPredict() {
    for (int classes = 2; classes <= 3; classes++) {
      GradientBoostedTrees plain =
          GradientBoostedTrees.classification("kind", p -> p.numTrees = 12);
      Frame table = table(400, classes, 1);
      List<Forest.LogEntry> expected = plain.train(table).forest().log();
      List<Forest.LogEntry> log = plain.withMetric(ACCURACY).train(table).forest().log();
      assertEquals(expected.subList(0, 11), log.subList(0, 11));
    }
  }

  @Test
  void itDecidesWhenBoostingStops() {
    int[] calls = new int[1];
    CustomMetric best20 = new CustomMetric("early", false, (_, _, _) -> Math.abs(calls[0]++ - 20));
    ForestModel model =
        GradientBoostedTrees.classification("kind", p -> p.numTrees = 100)
            .withMetric(best20)
            .train(table(400, 2, 1));
    assertEquals(21, model.trees().size());
    assertEquals(51, model.forest().log().size());
  }

  private static Frame table(int rows, int classes, long seed) {
    Random random = new Random(seed);
    float[] x = new float[rows];
    float[] y = new float[rows];
    List<@Nullable String> kind = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      x[row] = random.nextFloat();
      y[row] = random.nextFloat();
      kind.add(
          "k" + (int) Math.min(classes - 1, classes * (0.8 * x[row] + 0.2 * random.nextFloat())));
    }
    return Frame.of(
        NumericalColumn.of("x", x),
        NumericalColumn.of("y", y),
        CategoricalColumn.of("kind", kind, VocabularyLimits.NONE));
  }
}
