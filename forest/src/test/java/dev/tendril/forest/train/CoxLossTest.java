package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.GradientBoostedTrees;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.SurvivalMetrics;
import dev.tendril.learn.Task;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoxLossTest {
  private static final Inputs INPUTS = new Inputs(new Task.Survival("left", "entered", "event"));
  private static final int ROWS = 30;
  private static final double STEP = 1e-2;

  @TempDir Path folder;

  @Test
  void derivativesAreThoseOfThePartialLikelihood() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    for (boolean weighted : new boolean[] {false, true}) {
      Inputs inputs = weighted ? INPUTS.withWeights("weight") : INPUTS;
      TrainingData data = TrainingData.forBoosting(table(seed, ROWS), inputs);
      CoxLoss loss =
          new CoxLoss(
              data, IntStream.range(0, ROWS).toArray(), Objects.requireNonNull(data.lifetimes()));
      Random random = new Random(seed);
      float[][] scores = new float[1][ROWS];
      double total = 0;
      for (int row = 0; row < ROWS; row++) {
        scores[0][row] = (float) random.nextGaussian();
        total += loss.weight(row);
      }
      float[][] gradients = new float[1][ROWS];
      float[][] hessians = new float[1][ROWS];
      loss.derive(Workers.CALLER, scores, 1, gradients, hessians);
      assertEquals(
          likelihood(data, loss, scores[0]) / total, loss.loss(Workers.CALLER, scores), 1e-5);
      for (int row = 0; row < ROWS; row++) {
        float at = scores[0][row];
        double[] around = new double[3];
        for (int i = 0; i < 3; i++) {
          scores[0][row] = (float) (at + (i - 1) * STEP);
          around[i] = likelihood(data, loss, scores[0]) / loss.weight(row);
        }
        scores[0][row] = at;
        String where = "row " + row + ", seed " + seed;
        double slope = (around[2] - around[0]) / (2 * STEP);
        double curvature = (around[2] - 2 * around[1] + around[0]) / (STEP * STEP);
        assertEquals(-slope, total * gradients[0][row], 2e-3 * (1 + Math.abs(slope)), where);
        assertEquals(curvature, total * hessians[0][row], 1e-2 * (1 + Math.abs(curvature)), where);
      }
    }
  }

  /// By its definition, event by event.
  private static double likelihood(TrainingData data, Loss loss, float[] scores) {
    TrainingData.Lifetimes lives = Objects.requireNonNull(data.lifetimes());
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
      float time = data.numbers()[row];
      if (lives.events()[row]) {
        double risk = 0;
        for (int other = 0; other < ROWS; other++) {
          boolean atRisk = lives.entries()[other] <= time && data.numbers()[other] >= time;
          risk += atRisk ? loss.weight(other) * Math.exp(scores[other]) : 0;
        }
        sum += loss.weight(row) * (Math.log(risk) - scores[row]);
      }
    }
    return sum;
  }

  @Test
  void hazardsAreLearned() {
    ForestModel model =
        GradientBoostedTrees.of(INPUTS.withFeatures("x"), p -> p.numTrees = 30)
            .train(table(1, 2000));
    Evaluation evaluation = model.evaluate(table(2, 1000));
    double concordance = ((SurvivalMetrics) evaluation.metrics()).concordance().value();
    assertTrue(concordance > 0.7, "concordance " + concordance);
    model.save(folder.resolve("model"));
    ForestModel loaded = ForestModel.load(folder.resolve("model"));
    assertEquals(model.task(), loaded.task());
    Frame fresh = table(3, 100);
    assertArrayEquals(model.predict(fresh).values(), loaded.predict(fresh).values());
    assertEquals(1, model.features().size());
  }

  /// Exponential lifetimes whose hazard grows with `x`.
  private static Frame table(long seed, int rows) {
    Random random = new Random(seed);
    float[] x = new float[rows];
    float[] entered = new float[rows];
    float[] left = new float[rows];
    float[] weight = new float[rows];
    byte[] event = new byte[rows];
    for (int row = 0; row < rows; row++) {
      x[row] = random.nextFloat();
      entered[row] = random.nextInt(3);
      double life = -10 * Math.log(1 - random.nextDouble()) / Math.exp(4 * x[row]);
      left[row] = (float) (entered[row] + Math.ceil(4 * life) / 4);
      event[row] = (byte) (random.nextInt(5) > 0 ? 1 : 0);
      weight[row] = 1 + random.nextInt(2);
    }
    return Frame.of(
        NumericalColumn.of("x", x),
        NumericalColumn.of("entered", entered),
        NumericalColumn.of("left", left),
        BooleanColumn.of("event", event),
        NumericalColumn.of("weight", weight));
  }
}
