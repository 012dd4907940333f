package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.options.CustomLoss;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CustomLossTest {
  private static final int ROWS = 600;

  /// The loss whose minimum is a quantile.
  private record Quantile(double share) implements CustomLoss {
    @Override
    public double[] initial(double[] labels, double[] weights) {
      return new double[] {Arrays.stream(labels).average().orElse(0)};
    }

    @Override
    public void derive(double label, double[] scores, double[] gradients, double[] hessians) {
      gradients[0] = label > scores[0] ? share : share - 1;
      hessians[0] = 1;
    }

    @Override
    public double loss(double label, double[] scores) {
      return Math.max(share * (label - scores[0]), (share - 1) * (label - scores[0]));
    }
  }

  /// What is built in as multinomial log likelihood.
  private static final class Softmax implements CustomLoss {
    @Override
    public double[] initial(double[] labels, double[] weights) {
      return new double[3];
    }

    private static double[] probabilities(double[] scores) {
      double[] e = Arrays.stream(scores).map(Math::exp).toArray();
      double sum = Arrays.stream(e).sum();
      return Arrays.stream(e).map(value -> value / sum).toArray();
    }

    @Override
    public void derive(double label, double[] scores, double[] gradients, double[] hessians) {
      double[] p = probabilities(scores);
      for (int k = 0; k < p.length; k++) {
        gradients[k] = (label == k ? 1 : 0) - p[k];
        hessians[k] = Math.abs(gradients[k]) * (1 - Math.abs(gradients[k]));
      }
    }

    @Override
    public double loss(double label, double[] scores) {
      return -Math.log(probabilities(scores)[(int) label]);
    }
  }

  @Test
  void aQuantileIsLearned() {
    Frame table = table();
    ForestModel model =
        GradientBoostedTrees.regression(
                "y",
                p -> {
                  p.numTrees = 300;
                  p.shrinkage = 0.3;
                })
            .withLoss(new Quantile(0.8))
            .train(table);
    float[] predicted = model.predict(table).values();
    NumericalColumn label = (NumericalColumn) table.column("y");
    int below = 0;
    for (int row = 0; row < ROWS; row++) {
      below += label.value(row) <= predicted[row] ? 1 : 0;
    }
    assertEquals(0.8, below / (double) ROWS, 0.07);
  }

  @Test
  void aLossThatIsBuiltInGivesTheSameModel() {
    Frame table = table();
    GradientBoostedTrees builtIn =
        GradientBoostedTrees.of(
            Inputs.classification("kind").withFeatures("x", "noise"), p -> p.numTrees = 10);
    assertArrayEquals(
        builtIn.train(table).predict(table).values(),
        builtIn.withLoss(new Softmax()).train(table).predict(table).values(),
        1e-4f);
  }

  @Test
  void lossesThatGiveNoNumbersAreToldSo() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    GradientBoostedTrees.regression("y")
                        .withLoss(new Quantile(Double.NaN))
                        .train(table(), options -> options.threads = 3))
            .getMessage();
    assertTrue(String.valueOf(message).startsWith("the custom loss has gradient NaN"), message);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            GradientBoostedTrees.of(new Inputs(new Task.Ranking("y", "kind")), _ -> {})
                .withLoss(new Quantile(0.5))
                .train(table()));
  }

  private static Frame table() {
    Random random = new Random(11);
    float[] x = new float[ROWS];
    float[] noise = new float[ROWS];
    float[] y = new float[ROWS];
    List<@Nullable String> kind = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      x[row] = random.nextFloat();
      noise[row] = random.nextFloat();
      y[row] = (float) (10 * x[row] + random.nextGaussian());
      kind.add("k" + (int) Math.clamp(3 * x[row] + 0.3 * random.nextGaussian(), 0, 2.5));
    }
    return Frame.of(
        NumericalColumn.of("x", x),
        NumericalColumn.of("noise", noise),
        NumericalColumn.of("y", y),
        CategoricalColumn.of("kind", kind, VocabularyLimits.NONE));
  }
}
