package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.learn.Inputs;
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

/// Losses against their own derivatives, by differences.
class LossTest {
  private static final int ROWS = 40;
  private static final double STEP = 1e-2;

  @ParameterizedTest
  @EnumSource(
      value = GradientBoostedTreesParameters.Loss.class,
      names = {
        "BINOMIAL_LOG_LIKELIHOOD",
        "MULTINOMIAL_LOG_LIKELIHOOD",
        "SQUARED_ERROR",
        "BINARY_FOCAL_LOSS",
        "POISSON"
      })
  void gradientsAreThoseOfTheLoss(GradientBoostedTreesParameters.Loss kind) {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Random random = new Random(seed);
    RowLoss loss = (RowLoss) loss(kind, seed, p -> p.focalLossAlpha = 0.3);
    float[][] scores = new float[loss.outputs()][ROWS];
    for (float[] score : scores) {
      for (int row = 0; row < ROWS; row++) {
        score[row] = (float) random.nextGaussian();
      }
    }
    float[][] gradients = new float[loss.outputs()][ROWS];
    float[][] hessians = new float[loss.outputs()][ROWS];
    loss.derive(Workers.CALLER, scores, 1, gradients, hessians);
    double unit = kind == GradientBoostedTreesParameters.Loss.SQUARED_ERROR ? 2 : 1;
    boolean exact = kind != GradientBoostedTreesParameters.Loss.MULTINOMIAL_LOG_LIKELIHOOD;
    for (int k = 0; k < loss.outputs(); k++) {
      for (int row = 0; row < ROWS; row++) {
        double[] around = new double[3];
        float at = scores[k][row];
        float[] points = {(float) (at - STEP), at, (float) (at + STEP)};
        for (int i = 0; i < 3; i++) {
          scores[k][row] = points[i];
          around[i] = loss.loss(scores, row, row + 1) / (unit * loss.weight(row));
        }
        scores[k][row] = at;
        double slope = (around[2] - around[0]) / ((double) points[2] - points[0]);
        String where = kind + ", output " + k + ", row " + row + ", seed " + seed;
        assertEquals(-slope, gradients[k][row], 2e-3 * (1 + Math.abs(slope)), where);
        if (exact) {
          double curvature = (around[2] - 2 * around[1] + around[0]) / (STEP * STEP);
          assertEquals(curvature, hessians[k][row], 1e-2 * (1 + Math.abs(curvature)), where);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = GradientBoostedTreesParameters.Loss.class,
      names = {"BINOMIAL_LOG_LIKELIHOOD", "SQUARED_ERROR", "POISSON", "MEAN_AVERAGE_ERROR"})
  void theInitialScoreIsTheBestConstant(GradientBoostedTreesParameters.Loss kind) {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Loss loss = loss(kind, seed, _ -> {});
    float[] initial = loss.initial();
    double best = constant(loss, initial[0]);
    for (double shift : new double[] {-0.3, -0.05, 0.05, 0.3}) {
      double other = constant(loss, (float) (initial[0] + shift));
      assertTrue(best <= other + 1e-6, kind + " at " + shift + ", seed " + seed);
    }
  }

  @Test
  void classPriorsAreTheBestConstantsOfMultinomial() {
    Loss loss =
        loss(
            GradientBoostedTreesParameters.Loss.MULTINOMIAL_LOG_LIKELIHOOD,
            5,
            p -> p.initializeWithClassPriors = true);
    float[] initial = loss.initial();
    float[][] scores = new float[3][ROWS];
    for (int k = 0; k < 3; k++) {
      Arrays.fill(scores[k], initial[k]);
    }
    double best = loss.loss(Workers.CALLER, scores);
    for (int k = 0; k < 3; k++) {
      Arrays.fill(scores[k], initial[k] + 0.1f);
      assertTrue(best < loss.loss(Workers.CALLER, scores), "class " + k);
      Arrays.fill(scores[k], initial[k]);
    }
  }

  @Test
  void focalLossWithoutFocusIsHalfTheLogLoss() {
    Loss log = loss(GradientBoostedTreesParameters.Loss.BINOMIAL_LOG_LIKELIHOOD, 6, _ -> {});
    Loss focal =
        loss(GradientBoostedTreesParameters.Loss.BINARY_FOCAL_LOSS, 6, p -> p.focalLossGamma = 0);
    assertEquals(constant(log, 0.7f) / 2, constant(focal, 0.7f), 1e-9);
  }

  @Test
  void poissonRefusesNegativeLabels() {
    Frame frame = Frame.of(number("x", 1, 2, 3), number("label", 1, -2, 3));
    TrainingData data = TrainingData.of(frame, Inputs.regression("label"));
    String message =
        assertThrows(DataException.class, () -> new PoissonLoss(data, new int[] {0, 1, 2}))
            .getMessage();
    assertTrue(String.valueOf(message).contains("label \"label\" of row 2 is -2.0"), message);
  }

  private static double constant(Loss loss, float value) {
    float[][] scores = new float[1][ROWS];
    Arrays.fill(scores[0], value);
    return loss.loss(Workers.CALLER, scores);
  }

  private static NumericalColumn number(String name, float... values) {
    return NumericalColumn.of(name, values);
  }

  private static Loss loss(
      GradientBoostedTreesParameters.Loss kind,
      long seed,
      Consumer<GradientBoostedTreesParameters> configure) {
    int classes =
        switch (kind) {
          case BINOMIAL_LOG_LIKELIHOOD, BINARY_FOCAL_LOSS -> 2;
          case MULTINOMIAL_LOG_LIKELIHOOD -> 3;
          default -> 0;
        };
    Random random = new Random(seed);
    List<@Nullable String> names = new ArrayList<>();
    float[] numbers = new float[ROWS];
    float[] weights = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      names.add("c" + (row < classes ? row : random.nextInt(Math.max(1, classes))));
      numbers[row] = random.nextInt(6);
      weights[row] = 1 + random.nextInt(3);
    }
    Column label =
        classes > 0
            ? CategoricalColumn.of("label", names, VocabularyLimits.NONE)
            : number("label", numbers);
    Frame frame = Frame.of(number("x", numbers), label, number("weight", weights));
    Inputs inputs = classes > 0 ? Inputs.classification("label") : Inputs.regression("label");
    GradientBoostedTreesParameters parameters = new GradientBoostedTreesParameters();
    parameters.loss = kind;
    configure.accept(parameters);
    return Loss.of(
        TrainingData.of(frame, inputs.withWeights("weight")),
        IntStream.range(0, ROWS).toArray(),
        parameters,
        null);
  }
}
