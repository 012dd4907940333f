package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.TextColumn;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ClassificationMetricsTest {

  @Test
  void accuracyIntervalIsTheOneOfDecisionForestSoftware() {
    Interval penguins = ConfidenceIntervals.binomial(337, 344);
    assertEquals(0.96212, penguins.low(), 5e-7);
    assertEquals(0.990412, penguins.high(), 5e-7);
    Interval adult = ConfidenceIntervals.binomial(6971 + 1571, 9769);
    assertEquals(0.86875, adult.low(), 5e-7);
    assertEquals(0.879882, adult.high(), 5e-7);
    assertEquals(0, ConfidenceIntervals.binomial(0, 10).low());
    assertEquals(1, ConfidenceIntervals.binomial(10, 10).high());
  }

  @Test
  void areaIntervalsAreThoseOfDecisionForestSoftware() {
    Interval auc = ConfidenceIntervals.auc(0.929207, 2357, 7412);
    assertEquals(0.921866, auc.low(), 2e-6);
    assertEquals(0.936549, auc.high(), 2e-6);
    Interval precisionRecall = ConfidenceIntervals.precisionRecallAuc(0.830708, 2357);
    assertEquals(0.815025, precisionRecall.low(), 2e-6);
    assertEquals(0.845313, precisionRecall.high(), 2e-6);
  }

  @Test
  void smallCaseByHand() {
    Evaluation evaluation =
        Evaluation.of(
            TestFrames.classification(
                List.of("a", "b", "c"),
                0.7f,
                0.2f,
                0.1f,
                0.1f,
                0.8f,
                0.1f,
                0.5f,
                0.25f,
                0.25f,
                0.2f,
                0.3f,
                0.5f),
            Frame.of(TestFrames.labels("y", "a", "b", "b", "c")),
            options -> options.resamples = 0);
    assertEquals(0.75, evaluation.accuracy(), 1e-12);
    assertEquals(
        -(Math.log(0.7f) + Math.log(0.8f) + Math.log(0.25f) + Math.log(0.5f)) / 4,
        evaluation.logLoss(),
        1e-12);
    ClassificationMetrics metrics = evaluation.classification();
    assertEquals(0.25, metrics.errorRate().value(), 1e-12);
    assertEquals(0.5, metrics.defaultAccuracy(), 1e-12);
    assertEquals(0.5, metrics.defaultErrorRate(), 1e-12);
    assertEquals(0.5 * Math.log(2) + 0.5 * Math.log(4), metrics.defaultLogLoss(), 1e-12);
    assertEquals(1, evaluation.confusion().count("b", "a"));
    assertEquals(1, evaluation.confusion().count("b", "b"));
    assertEquals(0.5, evaluation.confusion().precision("a"));
    assertEquals(0.5, evaluation.confusion().recall("b"));
    assertEquals(2 / 3.0, evaluation.confusion().f1("a"), 1e-12);
    assertEquals(1, evaluation.auc("a"));
    assertEquals(0.25, metrics.accuracy().intervals().getFirst().low(), 0.1);
  }

  @Test
  void impossibleProbabilityCostsAFiniteLoss() {
    Evaluation evaluation =
        TestFrames.binary(new float[] {0, 1}, new boolean[] {true, true}, _ -> {});
    assertEquals(26 * Math.log(2), evaluation.logLoss(), 1e-9);
    assertTrue(Double.isNaN(evaluation.auc("yes")));
  }

  @Test
  void unknownClassIsAnErrorWithARowOfItsOwn() {
    Evaluation evaluation =
        Evaluation.of(
            TestFrames.binary(0.9f, 0.2f, 0.8f),
            Frame.of(TestFrames.labels("y", "yes", "no", "perhaps")),
            _ -> {});
    assertEquals(2 / 3.0, evaluation.accuracy(), 1e-12);
    assertEquals(List.of("no", "yes", "(other)"), evaluation.confusion().truths());
    assertEquals(1, evaluation.confusion().count("(other)", "yes"));
    assertTrue(evaluation.toText().contains("(other)"));
  }

  @Test
  void averagePrecisionOfAKnownExample() {
    Evaluation evaluation =
        TestFrames.binary(
            new float[] {0.1f, 0.4f, 0.35f, 0.8f},
            new boolean[] {false, false, true, true},
            _ -> {});
    OneVersusOthers yes = evaluation.classification().oneVersusOthers("yes");
    assertEquals(0.75, yes.auc().value(), 1e-12);
    assertEquals(0.5 + 0.5 * 2 / 3, yes.averagePrecision().value(), 1e-12);
    assertEquals(0.5 + 0.5 * (0.5 + 2 / 3.0) / 2, yes.prAuc().value(), 1e-12);
    assertEquals(5, yes.curve().points().size());
    assertEquals(1, yes.curve().precision(yes.curve().points().getFirst()));
  }

  @Test
  void operatingPointsByHand() {
    Evaluation evaluation =
        TestFrames.binary(
            new float[] {0.9f, 0.8f, 0.7f, 0.6f, 0.5f, 0.4f, 0.3f, 0.2f},
            new boolean[] {true, false, true, true, false, false, true, false},
            options -> {
              options.precisionAtRecall = new double[] {0.75};
              options.recallAtPrecision = new double[] {0.7, 1};
              options.precisionAtVolume = new double[] {0.5};
              options.recallAtFalsePositiveRate = new double[] {0.25, 0};
              options.falsePositiveRateAtRecall = new double[] {0.8};
            });
    assertEquals(0.75, evaluation.metric("precision@recall=0.75(yes)").value());
    assertEquals(0.75, evaluation.metric("recall@precision=0.7(yes)").value());
    assertEquals(0.25, evaluation.metric("recall@precision=1(yes)").value());
    assertEquals(0.75, evaluation.metric("precision@volume=0.5(yes)").value());
    assertEquals(0.75, evaluation.metric("recall@fpr=0.25(yes)").value());
    assertEquals(0.25, evaluation.metric("recall@fpr=0(yes)").value());
    assertEquals(0.75, evaluation.metric("fpr@recall=0.8(yes)").value());
    OneVersusOthers yes = evaluation.classification().oneVersusOthers("yes");
    assertEquals(0.6, yes.operatingPoints().getFirst().threshold(), 1e-6);
  }

  @Test
  void unreachablePrecisionLeavesNoRow() {
    Evaluation evaluation =
        TestFrames.binary(
            new float[] {0.9f, 0.1f}, new boolean[] {false, true}, o -> o.resamples = 0);
    assertEquals(0, evaluation.metric("recall@precision=0.9(yes)").value());
    assertTrue(evaluation.toText().contains("threshold inf"));
    assertTrue(evaluation.toJson().contains("\"threshold\" : null"));
  }

  @RepeatedTest(20)
  void areaIsTheMannWhitneyStatistic(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int n = 2 + random.nextInt(60);
    float[] scores = new float[n];
    boolean[] positive = new boolean[n];
    for (int i = 0; i < n; i++) {
      scores[i] = random.nextInt(12) / 11f;
      positive[i] = i == 0 || (i > 1 && random.nextBoolean());
    }
    double wins = 0;
    double pairs = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (positive[i] && !positive[j]) {
          pairs++;
          wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    Evaluation evaluation = TestFrames.binary(scores, positive, o -> o.resamples = 0);
    assertEquals(wins / pairs, evaluation.auc("yes"), 1e-12, () -> "seed " + seed);
    assertEquals(wins / pairs, evaluation.auc("no"), 1e-12, () -> "seed " + seed);
  }

  @RepeatedTest(20)
  void weightMeansRepetition(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int n = 5 + random.nextInt(40);
    float[] weights = new float[n];
    float[] scores = new float[n];
    boolean[] positive = new boolean[n];
    int[] repeated = new int[4 * n];
    int total = 0;
    for (int i = 0; i < n; i++) {
      weights[i] = i < 2 ? 1 : random.nextInt(4);
      scores[i] = random.nextInt(10) / 9f;
      positive[i] = i == 0 || (i > 1 && random.nextBoolean());
      for (int k = 0; k < weights[i]; k++) {
        repeated[total++] = i;
      }
    }
    int[] rows = Arrays.copyOf(repeated, total);
    Frame frame = Frame.of(TestFrames.yesNo(positive), NumericalColumn.of("w", weights));
    Evaluation weighted =
        Evaluation.of(
            TestFrames.binary(scores),
            frame,
            options -> {
              options.weights = "w";
              options.resamples = 0;
            });
    float[] repeatedScores = new float[total];
    for (int i = 0; i < total; i++) {
      repeatedScores[i] = scores[rows[i]];
    }
    Evaluation plain =
        Evaluation.of(TestFrames.binary(repeatedScores), frame.rows(rows), o -> o.resamples = 0);
    assertEquals(plain.weight(), weighted.weight());
    assertSameMetrics(plain.list(), weighted.list(), seed);
  }

  static void assertSameMetrics(List<Metric> expected, List<Metric> actual, long seed) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      Metric a = expected.get(i);
      Metric b = actual.get(i);
      assertEquals(a.name(), b.name());
      assertEquals(a.value(), b.value(), 1e-9, () -> "seed " + seed + " " + a.name());
      for (int k = 0; k < a.intervals().size(); k++) {
        assertEquals(a.intervals().get(k).low(), b.intervals().get(k).low(), 1e-9);
        assertEquals(a.intervals().get(k).high(), b.intervals().get(k).high(), 1e-9);
      }
    }
  }

  @Test
  void labelsOfEverySemanticAreUnderstood() {
    Predictions predictions = TestFrames.classification(List.of("0", "1"), 0.9f, 0.1f, 0.2f, 0.8f);
    assertEquals(1, accuracy(predictions, Frame.of(BooleanColumn.of("y", (byte) 0, (byte) 1))));
    assertEquals(1, accuracy(predictions, Frame.of(NumericalColumn.of("y", 0, 1))));
    assertEquals(1, accuracy(predictions, Frame.of(TestFrames.labels("y", "0", "1"))));
    assertEquals(1, accuracy(predictions, Frame.of(TextColumn.of("y", List.of("0", "1")))));
    Predictions words = TestFrames.classification(List.of("false", "true"), 0.9f, 0.1f, 0.2f, 0.8f);
    assertEquals(1, accuracy(words, Frame.of(BooleanColumn.of("y", (byte) 0, (byte) 1))));
    Predictions grades = TestFrames.classification(List.of("10", "9.5"), 0.9f, 0.1f, 0.2f, 0.8f);
    assertEquals(1, accuracy(grades, Frame.of(NumericalColumn.of("y", 10, 9.5f))));
    assertEquals(0.5, accuracy(grades, Frame.of(NumericalColumn.of("y", 10, 7))));
  }

  private static double accuracy(Predictions predictions, Frame truth) {
    return Evaluation.of(predictions, truth, o -> o.resamples = 0).accuracy();
  }

  @Test
  void missingTruthIsNamed() {
    Frame gap = Frame.of(TestFrames.labels("y", "yes", null, null));
    DataException e =
        assertThrows(
            DataException.class,
            () -> Evaluation.of(TestFrames.binary(0.1f, 0.2f, 0.3f), gap, _ -> {}));
    assertEquals(
        "evaluating: row 2: the label \"y\" is missing: evaluate on rows whose label is known only",
        e.getMessage());
    Frame without = Frame.of(NumericalColumn.of("x", 1));
    e =
        assertThrows(
            DataException.class, () -> Evaluation.of(TestFrames.binary(0.1f), without, _ -> {}));
    assertEquals(
        "evaluating needs the label column \"y\", which the table does not have; its columns are x",
        e.getMessage());
  }

  @Test
  void badWeightsAreNamed() {
    Frame frame = Frame.of(TestFrames.yesNo(true, false), NumericalColumn.of("w", 1, -2));
    DataException e =
        assertThrows(
            DataException.class,
            () -> Evaluation.of(TestFrames.binary(0.1f, 0.2f), frame, o -> o.weights = "w"));
    assertEquals(
        "evaluating: row 2: the weight \"w\" is -2.0: expected at least 0", e.getMessage());
  }

  @Test
  void predictionThatIsNoNumberIsRefused() {
    ModelException e =
        assertThrows(
            ModelException.class,
            () ->
                Evaluation.of(
                    TestFrames.binary(0.5f, Float.NaN),
                    Frame.of(TestFrames.yesNo(true, false)),
                    _ -> {}));
    assertEquals("evaluating: the prediction of row 2 is not a number", e.getMessage());
  }

  @Test
  void longCurvesAreThinned() {
    int n = 5000;
    float[] scores = new float[n];
    boolean[] positive = new boolean[n];
    for (int i = 0; i < n; i++) {
      scores[i] = i / (float) n;
      positive[i] = i % 3 == 0;
    }
    Evaluation evaluation =
        TestFrames.binary(
            scores,
            positive,
            options -> {
              options.curvePoints = 100;
              options.resamples = 0;
            });
    RocCurve curve = evaluation.classification().oneVersusOthers("yes").curve();
    assertEquals(100, curve.points().size());
    assertEquals(0, curve.recall(curve.points().getFirst()));
    assertEquals(1, curve.recall(curve.points().getLast()));
    assertEquals(1, curve.falsePositiveRate(curve.points().getLast()));
  }
}
