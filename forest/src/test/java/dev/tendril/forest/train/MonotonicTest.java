package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.GradientBoostedTrees;
import dev.tendril.forest.RandomForest;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.ObliqueParameters.SparseObliqueWeights;
import dev.tendril.forest.options.ObliqueParameters.SplitAxis;
import dev.tendril.forest.options.TreeParameters.GrowingStrategy;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Monotonicity;
import dev.tendril.learn.TrainOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MonotonicTest {
  private static final int ROWS = 3000;
  private static final int STEPS = 200;
  private static final String[] CLASSES = {"no", "yes"};

  /// A table whose label mostly rises with `up`, falls with `down` and with the truth of `flag`,
  /// but not everywhere: waves and whole regions run against it.
  ///
  /// @param classes 0 or 2
  private static Frame table(long seed, int classes) {
    Random random = new Random(seed);
    float[][] numbers = new float[4][ROWS];
    byte[] flags = new byte[ROWS];
    List<@Nullable String> colors = new ArrayList<>();
    float[] truth = new float[ROWS];
    List<@Nullable String> names = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      for (float[] column : numbers) {
        column[row] = random.nextFloat();
      }
      flags[row] = (byte) random.nextInt(2);
      int color = random.nextInt(4);
      colors.add("c" + color);
      double up = numbers[0][row];
      double down = numbers[1][row];
      double sign = color == 0 ? -1 : 1;
      double signal =
          sign * (2 * up + Math.sin(12 * up))
              - 2 * down
              + Math.cos(9 * down)
              - 0.3 * flags[row] * (numbers[2][row] < 0.7 ? 1 : -2)
              + numbers[2][row];
      truth[row] = (float) (3 + signal + 0.3 * random.nextGaussian());
      names.add(CLASSES[truth[row] > 3 ? 1 : 0]);
      if (random.nextInt(20) == 0) {
        numbers[0][row] = Float.NaN;
      }
    }
    List<Column> columns = new ArrayList<>();
    columns.add(NumericalColumn.of("up", numbers[0]));
    columns.add(NumericalColumn.of("down", numbers[1]));
    columns.add(NumericalColumn.of("free", numbers[2]));
    columns.add(BooleanColumn.of("flag", flags));
    columns.add(CategoricalColumn.of("color", colors, VocabularyLimits.DEFAULT));
    columns.add(NumericalColumn.of("weight", numbers[3]));
    columns.add(
        classes == 0
            ? NumericalColumn.of("label", truth)
            : CategoricalColumn.of("label", names, VocabularyLimits.NONE));
    return Frame.of(columns);
  }

  private static Inputs inputs(int classes) {
    Inputs inputs = classes == 0 ? Inputs.regression("label") : Inputs.classification("label");
    return inputs.withWeights("weight");
  }

  private static Inputs constrained(int classes) {
    return inputs(classes)
        .withMonotonic("up", Monotonicity.INCREASING)
        .withMonotonic("down", Monotonicity.DECREASING)
        .withMonotonic("flag", Monotonicity.DECREASING);
  }

  private static Forest train(
      Frame frame, Inputs inputs, Consumer<GradientBoostedTreesParameters> configure) {
    GradientBoostedTreesParameters parameters = new GradientBoostedTreesParameters();
    parameters.numTrees = 30;
    parameters.useHessianGain = true;
    configure.accept(parameters);
    parameters.validate();
    TrainOptions options = new TrainOptions();
    options.threads = 2;
    TrainingData data = TrainingData.forBoosting(frame, inputs);
    return new BoostingTrainer(data, null, parameters, options).train().forest();
  }

  /// The share of steps along a feature at which the score runs against a direction.
  private static double violations(Forest forest, Frame frame, String feature, int direction) {
    int wrong = 0;
    int steps = 0;
    Random random = new Random(1);
    for (int base = 0; base < 20; base++) {
      int[] copies = new int[STEPS];
      java.util.Arrays.fill(copies, random.nextInt(ROWS));
      Frame grid = frame.rows(copies);
      if (feature.equals("flag")) {
        byte[] values = new byte[STEPS];
        java.util.Arrays.fill(values, STEPS / 2, STEPS, (byte) 1);
        grid = grid.with(BooleanColumn.of(feature, values));
      } else {
        float[] values = new float[STEPS];
        for (int i = 0; i < STEPS; i++) {
          values[i] = (i - 5) / (STEPS - 10f);
        }
        grid = grid.with(NumericalColumn.of(feature, values));
      }
      TreeWalk walk = new TreeWalk(forest.schema(), grid);
      double before = 0;
      for (int row = 0; row < STEPS; row++) {
        double score = 0;
        for (Tree tree : forest.trees()) {
          score += ((Output.Value) walk.leaf(tree, row).output()).value();
        }
        if (row > 0) {
          steps++;
          wrong += (score - before) * direction < -1e-9 ? 1 : 0;
        }
        before = score;
      }
    }
    return wrong / (double) steps;
  }

  private static void assertMonotonic(Forest forest, Frame frame, String where) {
    assertEquals(0, violations(forest, frame, "up", 1), where + ", up");
    assertEquals(0, violations(forest, frame, "down", -1), where + ", down");
    assertEquals(0, violations(forest, frame, "flag", -1), where + ", flag");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void constrainedPredictionsNeverRunAgainstTheirDirection(int classes) {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Frame frame = table(seed, classes);
    Forest free = train(frame, inputs(classes), _ -> {});
    assertTrue(violations(free, frame, "up", 1) > 0, "seed " + seed);
    assertTrue(violations(free, frame, "down", -1) > 0, "seed " + seed);
    Forest constrained = train(frame, constrained(classes), _ -> {});
    assertMonotonic(constrained, frame, "seed " + seed);
    long used = constrained.trees().stream().mapToLong(tree -> tree.nodes()).sum();
    assertTrue(used > 30 * 20, "only " + used + " nodes, seed " + seed);
  }

  @ParameterizedTest
  @EnumSource(MissingValuePolicy.class)
  void constraintsHoldWithEveryOtherOption(MissingValuePolicy policy) {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Frame frame = table(seed, 0);
    Forest forest =
        train(
            frame,
            constrained(0),
            p -> {
              p.missingValuePolicy = policy;
              p.allowNaConditions = true;
              p.growingStrategy = GrowingStrategy.BEST_FIRST_GLOBAL;
              p.maxNumNodes = 60;
              p.subsample = 0.7;
              p.l1Regularization = 0.1;
              p.l2Regularization = 0.5;
            });
    assertMonotonic(forest, frame, "seed " + seed);
    Forest dart =
        train(
            frame,
            constrained(0),
            p -> {
              p.missingValuePolicy = policy;
              p.forestExtraction = GradientBoostedTreesParameters.ForestExtraction.DART;
              p.loss = GradientBoostedTreesParameters.Loss.MEAN_AVERAGE_ERROR;
            });
    assertMonotonic(dart, frame, "seed " + seed);
  }

  @Test
  void constraintsHoldInSumsOfFeatures() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Frame frame = table(seed, 0);
    for (SparseObliqueWeights weights : SparseObliqueWeights.values()) {
      Forest forest =
          train(
              frame,
              constrained(0),
              p -> {
                p.splitAxis = SplitAxis.SPARSE_OBLIQUE;
                p.sparseObliqueWeights = weights;
              });
      assertMonotonic(forest, frame, weights + ", seed " + seed);
      boolean[] summed = {false};
      forest
          .trees()
          .forEach(
              tree ->
                  tree.forEach(
                      (node, _) ->
                          summed[0] |=
                              node instanceof Node.Split split
                                  && split.condition() instanceof Condition.Oblique));
      assertTrue(summed[0], weights + ", seed " + seed);
    }
  }

  @Test
  void constraintsThatCannotBeKeptAreRefused() {
    Frame frame = table(1, 2);
    Inputs inputs = constrained(2);
    refused(
        "monotonic constraints need use_hessian_gain=true",
        IllegalArgumentException.class,
        () -> GradientBoostedTrees.of(inputs, _ -> {}).train(frame));
    refused(
        "monotonic constraints need gradient_boosted_trees with use_hessian_gain=true: no other"
            + " learner can keep them",
        IllegalArgumentException.class,
        () -> RandomForest.of(inputs, _ -> {}).train(frame));
    refused(
        "monotonic \"color\": the feature is CATEGORICAL, which has no order: expected numerical or"
            + " boolean",
        DataException.class,
        () ->
            GradientBoostedTrees.of(
                    Inputs.classification("label").withMonotonic("color", Monotonicity.INCREASING),
                    p -> p.useHessianGain = true)
                .train(frame));
    refused(
        "monotonic \"up\": the column is not among the features",
        DataException.class,
        () ->
            GradientBoostedTrees.of(
                    inputs.withFeatures("down", "flag"), p -> p.useHessianGain = true)
                .train(frame));
    refused(
        "monotonic constraints do not suit 4 classes: expected two classes, or a task with one"
            + " score",
        IllegalArgumentException.class,
        () ->
            GradientBoostedTrees.of(
                    Inputs.classification("color").withMonotonic("up", Monotonicity.INCREASING),
                    p -> p.useHessianGain = true)
                .train(frame));
  }

  private static void refused(
      String message, Class<? extends RuntimeException> kind, Runnable action) {
    assertEquals(message, assertThrows(kind, action::run).getMessage());
  }
}
