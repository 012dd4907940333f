package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.HashColumn;
import dev.tendril.data.NumericalColumn;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class RankingMetricsTest {
  private static final Task TASK = new Task.Ranking("y", "q");

  private static Evaluation evaluate(float[] labels, long[] groups, float... predicted) {
    return Evaluation.of(
        new Predictions(TASK, List.of(), predicted),
        Frame.of(NumericalColumn.of("y", labels), HashColumn.of("q", groups)),
        _ -> {});
  }

  @Test
  void oneGroupByHand() {
    Evaluation evaluation =
        evaluate(new float[] {3, 2, 3, 0, 1, 2}, new long[] {1, 1, 1, 1, 1, 1}, 6, 5, 4, 3, 2, 1);
    double dcg = 7 + 3 / log2(3) + 7 / 2.0 + 0 + 1 / log2(6);
    double ideal = 7 + 7 / log2(3) + 3 / 2.0 + 3 / log2(5) + 1 / log2(6);
    assertEquals(dcg / ideal, evaluation.ndcg(), 1e-12);
    RankingMetrics metrics = evaluation.ranking();
    assertEquals(1, metrics.mrr().value());
    assertEquals(1, metrics.precisionAtOne().value());
    assertEquals((1 + 1 + 1 + 4 / 5.0) / 5, metrics.map().value(), 1e-12);
    double mean = (7 + 3 + 7 + 0 + 1 + 3) / 6.0;
    double discounts = 1 + 1 / log2(3) + 0.5 + 1 / log2(5) + 1 / log2(6);
    assertEquals(mean * discounts / ideal, metrics.defaultNdcg(), 1e-12);
    assertEquals("ndcg@5", metrics.ndcg().name());
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  @Test
  void groupsWithoutGainCountNothing() {
    Evaluation evaluation =
        evaluate(new float[] {1, 0, 0, 0}, new long[] {1, 2, 1, 2}, 0.9f, 0.1f, 0.2f, 0.4f);
    assertEquals(0.5, evaluation.ndcg(), 1e-12);
    assertEquals(0.5, evaluation.ranking().mrr().value(), 1e-12);
    assertEquals(0.5, evaluation.ranking().map().value(), 1e-12);
    assertEquals(2, evaluation.ranking().groups());
  }

  @RepeatedTest(30)
  void tiesAreTheMeanOverAllOrders(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int n = 1 + random.nextInt(6);
    float[] scores = new float[n];
    double[] labels = new double[n];
    for (int i = 0; i < n; i++) {
      scores[i] = random.nextInt(3);
      labels[i] = random.nextInt(3);
    }
    int k = 1 + random.nextInt(6);
    RankedGroup group = RankedGroup.of(scores, labels);
    assertMean(group, scores, labels, g -> g.ndcg(k), seed);
    assertMean(group, scores, labels, g -> g.reciprocalRank(k), seed);
    assertMean(group, scores, labels, g -> g.averagePrecision(k), seed);
    assertMean(group, scores, labels, RankedGroup::precisionAtOne, seed);
    assertMean(group.withoutOrder(), new float[n], labels, g -> g.ndcg(k), seed);
  }

  private static void assertMean(
      RankedGroup group,
      float[] scores,
      double[] labels,
      ToDoubleFunction<RankedGroup> metric,
      long seed) {
    double[] sumAndCount = new double[2];
    permute(new int[scores.length], 0, 0, scores, labels, metric, sumAndCount);
    assertEquals(
        sumAndCount[0] / sumAndCount[1], metric.applyAsDouble(group), 1e-12, () -> "seed " + seed);
  }

  /// Measures every order of the rows that does not contradict the scores, without ties.
  private static void permute(
      int[] order,
      int at,
      int used,
      float[] scores,
      double[] labels,
      ToDoubleFunction<RankedGroup> metric,
      double[] sumAndCount) {
    if (at == order.length) {
      float[] distinct = new float[order.length];
      double[] ordered = new double[order.length];
      for (int i = 0; i < order.length; i++) {
        distinct[i] = -i;
        ordered[i] = labels[order[i]];
      }
      sumAndCount[0] += metric.applyAsDouble(RankedGroup.of(distinct, ordered));
      sumAndCount[1]++;
      return;
    }
    for (int i = 0; i < order.length; i++) {
      boolean free = (used & (1 << i)) == 0;
      if (free && (at == 0 || scores[order[at - 1]] >= scores[i])) {
        order[at] = i;
        permute(order, at + 1, used | (1 << i), scores, labels, metric, sumAndCount);
      }
    }
  }

  @Test
  void weightOfAGroupMeansRepetition() {
    Frame frame =
        Frame.of(
            NumericalColumn.of("y", 1, 0, 0, 1),
            HashColumn.of("q", 1, 1, 2, 2),
            NumericalColumn.of("w", 3, 3, 1, 1));
    Evaluation evaluation =
        Evaluation.of(
            new Predictions(TASK, List.of(), new float[] {2, 1, 2, 1}),
            frame,
            options -> options.weights = "w");
    assertEquals((3 + 1 / log2(3)) / 4, evaluation.ndcg(), 1e-12);
  }

  @Test
  void missingGroupIsNamed() {
    DataException e =
        assertThrows(
            DataException.class,
            () -> evaluate(new float[] {1, 0}, new long[] {1, HashColumn.MISSING}, 1, 2));
    assertEquals(
        "evaluating: row 2: the group \"q\" is missing: evaluate on rows whose group is known only",
        e.getMessage());
  }
}
