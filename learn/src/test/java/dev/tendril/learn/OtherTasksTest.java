package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class OtherTasksTest {

  @Test
  void anomaliesAgainstTheRest() {
    Predictions predictions =
        new Predictions(
            new Task.AnomalyDetection("y"), List.of(), new float[] {0.9f, 0.3f, 0.4f, 0.2f});
    Frame truth = Frame.of(BooleanColumn.of("y", (byte) 1, (byte) 1, (byte) 0, (byte) 0));
    Evaluation evaluation = Evaluation.of(predictions, truth, _ -> {});
    assertEquals(0.75, evaluation.metric("auc").value(), 1e-12);
    assertTrue(evaluation.toJson().contains("curves"));
    Frame named = Frame.of(TestFrames.labels("y", "odd", "odd", "fine", "fine"));
    assertEquals(
        0.75,
        Evaluation.of(predictions, named, o -> o.anomaly = "odd").metric("auc").value(),
        1e-12);
    assertThrows(DataException.class, () -> Evaluation.of(predictions, named, _ -> {}));
    Predictions unlabelled =
        new Predictions(new Task.AnomalyDetection(null), List.of(), new float[4]);
    assertThrows(DataException.class, () -> Evaluation.of(unlabelled, named, _ -> {}));
  }

  @RepeatedTest(20)
  void concordanceByEnumeration(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int n = 2 + random.nextInt(30);
    float[] time = new float[n];
    float[] entry = new float[n];
    float[] hazard = new float[n];
    float[] weight = new float[n];
    byte[] event = new byte[n];
    for (int i = 0; i < n; i++) {
      entry[i] = random.nextInt(5);
      time[i] = entry[i] + 1 + random.nextInt(8);
      hazard[i] = random.nextInt(6);
      weight[i] = 1 + random.nextInt(3);
      event[i] = (byte) random.nextInt(2);
    }
    double concordant = 0;
    double pairs = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        boolean later = time[j] > time[i] || (time[j] == time[i] && event[j] == 0);
        if (event[i] == 1 && i != j && later && entry[j] < time[i]) {
          double pair = weight[i] * weight[j];
          pairs += pair;
          concordant += pair * (hazard[i] > hazard[j] ? 1 : hazard[i] == hazard[j] ? 0.5 : 0);
        }
      }
    }
    Frame truth =
        Frame.of(
            NumericalColumn.of("t", time),
            NumericalColumn.of("e", entry),
            BooleanColumn.of("seen", event),
            NumericalColumn.of("w", weight));
    Evaluation evaluation =
        Evaluation.of(
            new Predictions(new Task.Survival("t", "e", "seen"), List.of(), hazard),
            truth,
            o -> o.weights = "w");
    assertEquals(
        concordant / pairs, evaluation.metric("concordance").value(), 1e-12, () -> "seed " + seed);
  }

  @Test
  void upliftByHand() {
    Frame truth =
        Frame.of(
            TestFrames.labels("y", "1", "2", "2", "1"),
            TestFrames.labels("treat", "1", "2", "1", "2"));
    Evaluation evaluation =
        Evaluation.of(
            new Predictions(
                new Task.CategoricalUplift("y", "treat"),
                List.of(),
                new float[] {0.4f, 0.3f, 0.2f, 0.1f}),
            truth,
            _ -> {});
    double auuc = 0.25 * (0 + (0 + 0.5) / 2 + (0.5 + 0) / 2 + 0);
    assertEquals(auuc, evaluation.metric("auuc").value(), 1e-12);
    assertEquals(auuc, evaluation.metric("qini").value(), 1e-12);
    assertEquals(0, evaluation.metric("effect").value(), 1e-12);
  }
}
