package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class RegressionMetricsTest {
  private static final float[] TRUTH = {3, -0.5f, 2, 7};
  private static final float[] PREDICTED = {2.5f, 0, 2, 8};

  @Test
  void knownExample() {
    Evaluation evaluation = TestFrames.regression(TRUTH, PREDICTED, _ -> {});
    assertEquals(Math.sqrt(0.375), evaluation.rmse(), 1e-12);
    assertEquals(0.5, evaluation.mae(), 1e-12);
    assertEquals(0.9486081370449679, evaluation.r2(), 1e-12);
    assertEquals(2.701273, evaluation.regression().defaultRmse(), 1e-6);
    Interval interval = evaluation.regression().rmse().intervals().getFirst();
    assertEquals(Math.sqrt(0.375 * 4 / 11.143286781877796), interval.low(), 1e-9);
    assertEquals(Math.sqrt(0.375 * 4 / 0.48441855708793014), interval.high(), 1e-9);
    assertEquals(2, evaluation.regression().rmse().intervals().size());
  }

  @Test
  void squaredLogarithmicError() {
    Evaluation evaluation =
        TestFrames.regression(new float[] {3, 5, 2.5f, 7}, new float[] {2.5f, 5, 4, 8}, _ -> {});
    assertEquals(0.03973012298459379, evaluation.regression().msle(), 1e-9);
    Evaluation below = TestFrames.regression(new float[] {-2, 1}, new float[] {0, 1}, _ -> {});
    assertTrue(Double.isNaN(below.regression().msle()));
    assertTrue(below.list().stream().noneMatch(metric -> metric.name().equals("msle")));
  }

  @Test
  void residuals() {
    RegressionMetrics.Residuals residuals =
        TestFrames.regression(TRUTH, PREDICTED, _ -> {}).regression().residuals();
    assertEquals(-0.25, residuals.mean(), 1e-12);
    assertEquals(-1, residuals.min());
    assertEquals(-1, residuals.quartile1());
    assertEquals(-0.5, residuals.median());
    assertEquals(0, residuals.quartile3());
    assertEquals(0.5, residuals.max());
    assertEquals(Math.sqrt(0.375 - 0.0625), residuals.sd(), 1e-12);
  }

  @Test
  void labelsThatDoNotVaryLeaveR2Undefined() {
    Evaluation evaluation = TestFrames.regression(new float[] {2, 2}, new float[] {1, 2}, _ -> {});
    assertTrue(Double.isNaN(evaluation.r2()));
    assertTrue(evaluation.toJson().contains("\"value\" : null"));
    assertTrue(evaluation.toText().contains("r2: undefined"));
  }

  @RepeatedTest(10)
  void weightMeansRepetition(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int n = 2 + random.nextInt(30);
    float[] truth = new float[n];
    float[] predicted = new float[n];
    float[] weights = new float[n];
    int[] rows = new int[4 * n];
    int total = 0;
    for (int i = 0; i < n; i++) {
      truth[i] = random.nextInt(20) / 4f;
      predicted[i] = random.nextInt(20) / 4f;
      weights[i] = i == 0 ? 1 : random.nextInt(4);
      for (int k = 0; k < weights[i]; k++) {
        rows[total++] = i;
      }
    }
    int[] repeated = Arrays.copyOf(rows, total);
    Frame frame =
        Frame.of(
            NumericalColumn.of("y", truth),
            NumericalColumn.of("w", weights),
            NumericalColumn.of("p", predicted));
    Frame copies = frame.rows(repeated);
    Task task = new Task.Regression("y");
    Evaluation weighted =
        Evaluation.of(
            new Predictions(task, List.of(), predicted),
            frame,
            options -> {
              options.weights = "w";
              options.resamples = 0;
            });
    Evaluation plain =
        Evaluation.of(
            new Predictions(task, List.of(), ((NumericalColumn) copies.column("p")).values()),
            copies,
            o -> o.resamples = 0);
    ClassificationMetricsTest.assertSameMetrics(plain.list(), weighted.list(), seed);
    assertEquals(
        plain.regression().residuals().median(), weighted.regression().residuals().median());
  }

  @Test
  void labelOfTheWrongKind() {
    Predictions predictions = new Predictions(new Task.Regression("y"), List.of(), new float[] {1});
    Evaluation truth =
        Evaluation.of(predictions, Frame.of(BooleanColumn.of("y", (byte) 1)), _ -> {});
    assertEquals(0, truth.rmse());
    DataException e =
        assertThrows(
            DataException.class,
            () -> Evaluation.of(predictions, Frame.of(TestFrames.labels("y", "high")), _ -> {}));
    assertEquals(
        "evaluating: row 1: the label \"y\" is \"high\": expected a number", e.getMessage());
  }

  @Test
  void accessorOfAnotherTask() {
    Evaluation evaluation = TestFrames.regression(TRUTH, PREDICTED, _ -> {});
    ModelException e = assertThrows(ModelException.class, evaluation::accuracy);
    assertEquals(
        "an evaluation of a regression has only these metrics: rmse, mae, msle, r2, default_rmse",
        e.getMessage());
    assertTrue(
        TestFrames.message(IllegalArgumentException.class, () -> evaluation.metric("rmsr"))
            .contains("did you mean \"rmse\"?"));
  }
}
