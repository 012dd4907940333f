package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.learn.Evaluation.Slice;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EvaluationReportTest {
  private final Frame truth =
      Frame.of(
          TestFrames.yesNo(true, false, true, false, true, false),
          TestFrames.labels("island", "Dream", "Biscoe", "Dream", "Dream", null, "Biscoe"),
          BooleanColumn.of("sex", (byte) 1, (byte) 0, (byte) 1, (byte) 1, (byte) 0, (byte) 0),
          NumericalColumn.of("mass", 1, 2, 3, 4, Float.NaN, 5));
  private final Evaluation evaluation =
      Evaluation.of(
          TestFrames.binary(0.9f, 0.2f, 0.8f, 0.7f, 0.4f, 0.3f),
          truth,
          options -> options.slices = List.of("island", "sex", "mass"));

  @Test
  void text() {
    String text = evaluation.toText();
    assertTrue(text.startsWith("task: classification\nlabel: y\nrows: 6\n"), text);
    assertTrue(text.contains("\naccuracy: 0.666667  CI95[W][0.271338 0.93715] CI95[B]["), text);
    assertTrue(text.contains("  no    2    1\n"), text);
    assertTrue(text.contains("slices by \"island\""), text);
    text.lines().forEach(line -> assertTrue(line.length() <= 100, line));
  }

  @Test
  void json() {
    JsonNode json = new JsonMapper().readTree(evaluation.toJson());
    assertEquals("classification", json.get("task").stringValue());
    assertEquals(6, json.get("rows").intValue());
    JsonNode accuracy = json.get("metrics").get("accuracy");
    assertEquals(2 / 3.0, accuracy.get("value").doubleValue(), 1e-12);
    assertEquals(0.271338, accuracy.get("intervals").get("W").get("low").doubleValue(), 1e-6);
    assertEquals(2, json.get("confusion").get("table").get(0).get(0).intValue());
    JsonNode curve = json.get("curves").get(1);
    assertEquals("yes", curve.get("class").stringValue());
    assertTrue(curve.get("thresholds").get(0).isNull());
    assertEquals(7, curve.get("true_positives").size());
    assertEquals(3, json.get("slices").get("island").size());
  }

  @Test
  void slices() {
    List<Slice> island = evaluation.slices("island");
    assertEquals(
        List.of("Dream", "Biscoe", Slice.MISSING), island.stream().map(Slice::value).toList());
    assertEquals(List.of(3L, 2L, 1L), island.stream().map(Slice::rows).toList());
    assertEquals(2 / 3.0, island.getFirst().metrics().list().getFirst().value(), 1e-12);
    assertEquals(
        List.of("false", "true"), evaluation.slices("sex").stream().map(Slice::value).toList());
    assertEquals(
        List.of("[1, 2]", "(2, 3]", "(3, 4]", "(4, 5]", Slice.MISSING),
        evaluation.slices("mass").stream().map(Slice::value).toList());
    assertEquals(6, evaluation.slices("mass").stream().mapToLong(Slice::rows).sum());
    assertThrows(IllegalArgumentException.class, () -> evaluation.slices("year"));
    assertThrows(
        DataException.class,
        () ->
            Evaluation.of(
                TestFrames.binary(0.9f, 0.2f, 0.8f, 0.7f, 0.4f, 0.3f),
                truth,
                options -> options.slices = List.of("year")));
  }

  @Test
  void manyClassesGiveAListOfMistakes() {
    int n = 40;
    String[] classes = new String[n];
    float[] values = new float[n * n];
    for (int i = 0; i < n; i++) {
      classes[i] = "a class with a long name " + (char) ('A' + i);
      values[i * n + (i + i % 2) % n] = 1;
    }
    String text =
        Evaluation.of(
                TestFrames.classification(List.of(classes), values),
                Frame.of(TestFrames.labels("y", classes)),
                options -> options.resamples = 10)
            .toText();
    assertTrue(text.contains("most frequent mistakes"), text);
    text.lines().forEach(line -> assertTrue(line.length() <= 100, line));
  }

  @Test
  void illegalOptions() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Evaluation.of(TestFrames.binary(1), truth, o -> o.resamples = -1));
    assertEquals("evaluation option resamples cannot be -1: expected at least 0", e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Evaluation.of(
                TestFrames.binary(1), truth, o -> o.recallAtPrecision = new double[] {2}));
  }

  @Test
  void numbersHaveSixDigits() {
    assertEquals("0.96212", Numbers.text(0.9621198));
    assertEquals("1234570", Numbers.text(1234570.2));
    assertEquals("1234.57", Numbers.text(1234.5678));
    assertEquals("1.23457e-07", Numbers.text(1.2345678e-7));
    assertEquals("100", Numbers.text(100));
    assertEquals("0", Numbers.text(-0.0));
    assertEquals("undefined", Numbers.text(Double.NaN));
    assertEquals("-inf", Numbers.text(Double.NEGATIVE_INFINITY));
  }
}
