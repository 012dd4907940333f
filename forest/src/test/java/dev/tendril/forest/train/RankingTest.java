package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.HashColumn;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.TextColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.SamplingMethod;
import dev.tendril.forest.tree.Forest;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Predictions;
import dev.tendril.learn.Task;
import dev.tendril.learn.TrainOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RankingTest {
  private static final Inputs INPUTS = new Inputs(new Task.Ranking("relevance", "query"));
  private static final int ROWS = 600;

  @Test
  void lambdasAreTheGradientOfThePairsWeightedByNdcg() {
    long seed = seed();
    TrainingData data = TrainingData.forBoosting(table(seed), INPUTS);
    int[] rows = IntStream.range(0, ROWS).toArray();
    double lambda = 1.5;
    int truncation = 4;
    LambdaMartLoss loss = new LambdaMartLoss(data, rows, truncation, lambda);
    float[][] scores = {scores(seed)};
    float[][] gradients = new float[1][ROWS];
    float[][] hessians = new float[1][ROWS];
    loss.derive(Workers.CALLER, scores, 1, gradients, hessians);
    Groups groups = Groups.of(data.groups(), rows);
    for (int group = 0; group < groups.count(); group++) {
      int n = groups.size(group);
      int[] order = new int[n];
      for (int i = 0; i < n; i++) {
        order[i] = groups.row(group, i);
      }
      RankingLoss.sort(order, scores[0]);
      double[] g = new double[n];
      double[] h = new double[n];
      double[] gains = Arrays.stream(order).mapToDouble(r -> power(data, r)).toArray();
      double best = dcg(Arrays.stream(gains).map(x -> -x).sorted().map(x -> -x).toArray());
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          if (gains[i] > gains[j]) {
            double[] swapped = gains.clone();
            swapped[i] = gains[j];
            swapped[j] = gains[i];
            double change = Math.abs(dcg(gains) - dcg(swapped)) / best;
            double odds = Math.exp(lambda * (scores[0][order[i]] - scores[0][order[j]]));
            double rho = 1 / (1 + odds);
            g[i] += lambda * rho * change;
            g[j] -= lambda * rho * change;
            h[i] += lambda * lambda * rho * (1 - rho) * change;
            h[j] += lambda * lambda * rho * (1 - rho) * change;
          }
        }
      }
      for (int i = 0; i < n; i++) {
        assertEquals(g[i], gradients[0][order[i]], 1e-4, "seed " + seed);
        assertEquals(h[i], hessians[0][order[i]], 1e-4, "seed " + seed);
      }
    }
  }

  private static double power(TrainingData data, int row) {
    return Math.pow(2, data.numbers()[row]) - 1;
  }

  /// Cut off after four ranks.
  private static double dcg(double[] gains) {
    double sum = 0;
    for (int rank = 0; rank < Math.min(4, gains.length); rank++) {
      sum += gains[rank] * Math.log(2) / Math.log(rank + 2.0);
    }
    return sum;
  }

  @Test
  void theReportedLossIsTheNdcgOfAnEvaluation() {
    long seed = seed();
    Frame table = table(seed);
    TrainingData data = TrainingData.forBoosting(table, INPUTS);
    int[] rows = IntStream.range(0, ROWS).toArray();
    float[] scores = scores(seed);
    for (int row = 0; row < ROWS; row++) {
      scores[row] = Math.round(scores[row] * 2);
    }
    double metric =
        new LambdaMartLoss(data, rows, 5, 1).metric(Workers.CALLER, new float[][] {scores});
    Evaluation evaluation =
        Evaluation.of(new Predictions(INPUTS.task(), List.of(), scores), table, _ -> {});
    assertEquals(evaluation.ndcg(), metric, 1e-6, "seed " + seed);
  }

  @Test
  void crossEntropyPushesRelevantRowsUp() {
    long seed = seed();
    TrainingData data = TrainingData.forBoosting(table(seed), INPUTS);
    int[] rows = IntStream.range(0, ROWS).toArray();
    RankingLoss loss = new CrossEntropyNdcgLoss(data, rows, 5);
    float[][] gradients = new float[1][ROWS];
    float[][] hessians = new float[1][ROWS];
    loss.derive(Workers.CALLER, new float[1][ROWS], 1, gradients, hessians);
    double best = 0;
    double none = 0;
    for (int row = 0; row < ROWS; row++) {
      best += data.numbers()[row] == 4 ? gradients[0][row] : 0;
      none += data.numbers()[row] == 0 ? gradients[0][row] : 0;
      assertTrue(hessians[0][row] >= 0, "seed " + seed);
    }
    assertTrue(best > 0 && none < 0, best + ", " + none + ", seed " + seed);
  }

  @Test
  void wholeGroupsAreHeldOut() {
    long seed = seed();
    int[] groupOf = new Random(seed).ints(3000, 0, 200).sorted().toArray();
    HoldOut holdOut = HoldOut.drawGroups(groupOf, 0.1, seed);
    assertEquals(300, holdOut.held().length, 40, "seed " + seed);
    boolean[] held = new boolean[200];
    Arrays.stream(holdOut.held()).forEach(row -> held[groupOf[row]] = true);
    for (int row : holdOut.train()) {
      assertFalse(held[groupOf[row]], "seed " + seed);
    }
    assertEquals(3000, holdOut.train().length + holdOut.held().length);
    assertEquals(0, HoldOut.drawGroups(groupOf, 0, seed).held().length);
  }

  @ParameterizedTest
  @EnumSource(
      value = GradientBoostedTreesParameters.Loss.class,
      names = {"LAMBDA_MART_NDCG", "XE_NDCG_MART"})
  void bothLossesLearnTheSameOnAnyNumberOfThreads(GradientBoostedTreesParameters.Loss loss) {
    long seed = seed();
    Frame table = table(seed);
    Forest forest = train(table, 1, p -> p.loss = loss);
    assertEquals(forest, train(table, 3, p -> p.loss = loss), "seed " + seed);
    double first = forest.log().getFirst().trainingLoss();
    double last = forest.log().getLast().trainingLoss();
    assertTrue(last < -0.8 && last < first, first + " to " + last + ", seed " + seed);
  }

  @Test
  void selectiveBoostingKeepsTheRelevantAndTheBestOfTheOthers() {
    long seed = seed();
    TrainingData data = TrainingData.forBoosting(table(seed), INPUTS);
    int[] rows = IntStream.range(0, ROWS).toArray();
    GradientBoostedTreesParameters parameters = new GradientBoostedTreesParameters();
    parameters.samplingMethod = SamplingMethod.SELGB;
    parameters.selectiveGradientBoostingRatio = 0.3;
    float[] scores = scores(seed);
    BoostingSample sample =
        new BoostingSampler(data, rows, parameters)
            .draw(new SplitMix(1), new float[1][ROWS], new float[][] {scores});
    Groups groups = Groups.of(data.groups(), rows);
    for (int group = 0; group < groups.count(); group++) {
      int irrelevant = 0;
      int taken = 0;
      float worstTaken = Float.POSITIVE_INFINITY;
      float bestLeft = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < groups.size(group); i++) {
        int row = groups.row(group, i);
        boolean in = Arrays.binarySearch(sample.rows(), row) >= 0;
        if (data.numbers()[row] > 0) {
          assertTrue(in, "seed " + seed);
          continue;
        }
        irrelevant++;
        taken += in ? 1 : 0;
        worstTaken = in ? Math.min(worstTaken, scores[row]) : worstTaken;
        bestLeft = in ? bestLeft : Math.max(bestLeft, scores[row]);
      }
      assertEquals(Math.ceil(0.3 * irrelevant), taken, "seed " + seed);
      assertTrue(worstTaken >= bestLeft, "seed " + seed);
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new BoostingSampler(
                TrainingData.of(table(seed), Inputs.regression("relevance")), rows, parameters));
  }

  @Test
  void everyKindOfGroupColumnGivesTheSameModel() {
    Frame table = table(9);
    HashColumn hashes = (HashColumn) table.column("query");
    List<@Nullable String> names = new ArrayList<>();
    float[] numbers = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      numbers[row] = Math.floorMod(hashes.value(row), 1000003);
      names.add("" + (int) numbers[row]);
    }
    List<Column> columns =
        List.of(
            CategoricalColumn.of("query", names, VocabularyLimits.NONE),
            TextColumn.of("query", names),
            NumericalColumn.of("query", numbers));
    Forest expected = train(table.with(columns.getFirst()), 1, _ -> {});
    for (Column column : columns) {
      Forest forest = train(table.with(column), 1, _ -> {});
      assertEquals(expected.trees(), forest.trees());
      assertEquals(expected.schema().field(0), forest.schema().field(0));
    }
    assertArrayEquals(
        new int[] {1, 2},
        expected.features().stream().mapToInt(Integer::intValue).toArray(),
        "neither group nor label");
  }

  @Test
  void relevanceMustBeInRange() {
    float[] relevance = new float[ROWS];
    relevance[7] = -1;
    Frame table = table(1).with(NumericalColumn.of("relevance", relevance));
    String message = assertThrows(DataException.class, () -> train(table, 1, _ -> {})).getMessage();
    assertTrue(String.valueOf(message).contains("of row 8 is -1.0: expected 0 to 30"), message);
  }

  @Test
  void otherLearnersSayWhichOneRanks() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> TrainingData.of(table(1), INPUTS))
            .getMessage();
    assertTrue(String.valueOf(message).contains("gradient_boosted_trees"), message);
  }

  private static long seed() {
    return Long.getLong("tendril.seed", System.nanoTime());
  }

  private static float[] scores(long seed) {
    Random random = new Random(~seed);
    float[] scores = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      scores[row] = (float) random.nextGaussian();
    }
    return scores;
  }

  /// Queries of 1 to 20 rows whose relevance follows from `a` and `b`.
  private static Frame table(long seed) {
    Random random = new Random(seed);
    long[] query = new long[ROWS];
    float[] a = new float[ROWS];
    float[] b = new float[ROWS];
    float[] relevance = new float[ROWS];
    long current = 1;
    for (int row = 0; row < ROWS; row++) {
      current += random.nextInt(10) == 0 ? 1 : 0;
      query[row] = 7919 * current;
      a[row] = random.nextFloat();
      b[row] = random.nextFloat();
      double signal = 5 * a[row] * (1 - b[row]) + 0.3 * random.nextGaussian();
      relevance[row] = (float) Math.clamp(Math.floor(signal), 0, 4);
    }
    return Frame.of(
        HashColumn.of("query", query),
        NumericalColumn.of("a", a),
        NumericalColumn.of("b", b),
        NumericalColumn.of("relevance", relevance));
  }

  private static Forest train(
      Frame table, int threads, Consumer<GradientBoostedTreesParameters> configure) {
    GradientBoostedTreesParameters parameters = new GradientBoostedTreesParameters();
    parameters.numTrees = 20;
    configure.accept(parameters);
    TrainOptions options = new TrainOptions();
    options.threads = threads;
    return new BoostingTrainer(TrainingData.forBoosting(table, INPUTS), null, parameters, options)
        .train()
        .forest();
  }
}
