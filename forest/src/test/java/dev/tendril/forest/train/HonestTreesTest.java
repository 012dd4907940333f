package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.Cart;
import dev.tendril.forest.GradientBoostedTrees;
import dev.tendril.forest.RandomForest;
import dev.tendril.forest.options.CartParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.options.TreeParameters.GrowingStrategy;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Monotonicity;
import dev.tendril.learn.TrainOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HonestTreesTest {
  private static final int ROWS = 2000;

  private static CartParameters honest() {
    CartParameters parameters = new CartParameters();
    parameters.validationRatio = 0;
    parameters.honest = true;
    parameters.honestRatioLeafExamples = 0.4;
    parameters.minExamples = 2;
    return parameters;
  }

  private static Tree grow(Frame frame) {
    TrainingData data = TrainingData.of(frame, Inputs.regression("label"));
    TrainOptions options = new TrainOptions();
    options.threads = 2;
    return new CartTrainer(data, null, honest(), options).train().forest().trees().getFirst();
  }

  private static HonestTrees.Parts parts(Frame frame) {
    TrainingData data = TrainingData.of(frame, Inputs.regression("label"));
    int[] rows = new int[frame.rows()];
    Arrays.setAll(rows, row -> row);
    return new HonestTrees(honest(), data).part(rows, honest().randomSeed);
  }

  private static float[] labels(Frame frame) {
    return ((NumericalColumn) frame.column("label")).values().clone();
  }

  @Test
  void leavesPredictTheMeanOfRowsThatDidNotSplit() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Frame frame = new RandomTables(seed, ROWS, 0.1).draw(0);
    HonestTrees.Parts parts = parts(frame);
    assertEquals(0.4 * ROWS, parts.leaves().length, 0.05 * ROWS, "seed " + seed);
    int[] all = Arrays.copyOf(parts.structure(), ROWS);
    System.arraycopy(parts.leaves(), 0, all, parts.structure().length, parts.leaves().length);
    Arrays.sort(all);
    for (int row = 0; row < ROWS; row++) {
      assertEquals(row, all[row], "seed " + seed);
    }
    Tree tree = grow(frame);
    assertTrue(tree.nodes() > 100, tree.nodes() + " nodes, seed " + seed);
    TreeWalk walk = new TreeWalk(frame.schema(), frame);
    float[] labels = labels(frame);
    Map<Node, List<Integer>> rows = new HashMap<>();
    for (int row : parts.leaves()) {
      for (Node node = tree.root(); node instanceof Node.Split split; ) {
        rows.computeIfAbsent(node, _ -> new ArrayList<>()).add(row);
        node = walk.positive(split, row) ? split.positive() : split.negative();
      }
      rows.computeIfAbsent(walk.leaf(tree, row), _ -> new ArrayList<>()).add(row);
    }
    tree.forEach(
        (node, _) -> {
          List<Integer> here = rows.getOrDefault(node, List.of());
          assertTrue(!here.isEmpty(), "seed " + seed);
          double mean = here.stream().mapToDouble(row -> labels[row]).average().orElse(0);
          Output.Value output = (Output.Value) Objects.requireNonNull(node.output());
          assertEquals(mean, output.value(), 1e-4, "seed " + seed);
          long examples =
              switch (node) {
                case Node.Leaf leaf -> leaf.examples();
                case Node.Split split -> {
                  List<Integer> positive = Objects.requireNonNull(rows.get(split.positive()));
                  assertEquals(positive.size(), split.statistics().positiveExamples());
                  assertEquals(positive.size(), split.statistics().positiveWeight());
                  yield split.statistics().examples();
                }
              };
          assertEquals(here.size(), examples, "seed " + seed);
        });
  }

  @Test
  void whatTheLeavesAreFilledWithDoesNotSayWhereToSplit() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    Frame frame = new RandomTables(seed, ROWS, 0.1).draw(0);
    HonestTrees.Parts parts = parts(frame);
    List<String> splits = conditions(grow(frame));
    assertEquals(splits, conditions(grow(disturbed(frame, parts.leaves(), seed))), "seed " + seed);
    assertNotEquals(
        splits, conditions(grow(disturbed(frame, parts.structure(), seed))), "seed " + seed);
  }

  /// The same table with other labels in some rows, but of the same sum and range.
  private static Frame disturbed(Frame frame, int[] rows, long seed) {
    float[] labels = labels(frame);
    int[] others = rows.clone();
    new SplitMix(seed).shuffle(others);
    float[] before = labels.clone();
    for (int i = 0; i < rows.length; i++) {
      labels[rows[i]] = before[others[i]];
    }
    return frame.with(NumericalColumn.of("label", labels));
  }

  private static List<String> conditions(Tree tree) {
    List<String> conditions = new ArrayList<>();
    tree.forEach(
        (node, depth) ->
            conditions.add(
                depth + " " + (node instanceof Node.Split split ? split.condition() : "leaf")));
    return conditions;
  }

  @Test
  void separationIsDrawnForEveryTreeUnlessFixed() {
    Frame frame = new RandomTables(5, ROWS, 0).draw(0);
    TrainingData data = TrainingData.of(frame, Inputs.regression("label"));
    int[] rows = {0, 1, 5, 8, 13, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110};
    CartParameters parameters = honest();
    HonestTrees drawn = new HonestTrees(parameters, data);
    assertArrayEquals(drawn.part(rows, 1).leaves(), drawn.part(rows, 1).leaves());
    assertNotEquals(
        Arrays.toString(drawn.part(rows, 1).leaves()),
        Arrays.toString(drawn.part(rows, 2).leaves()));
    parameters.honestFixedSeparation = true;
    HonestTrees fixed = new HonestTrees(parameters, data);
    assertArrayEquals(fixed.part(rows, 1).leaves(), fixed.part(rows, 2).leaves());
  }

  @Test
  void everyLearnerCanBeHonest() {
    long seed = Long.getLong("tendril.seed", System.nanoTime());
    for (int classes : new int[] {0, 6}) {
      Frame frame = new RandomTables(seed, ROWS, 0.1).draw(classes);
      Inputs inputs = classes == 0 ? Inputs.regression("label") : Inputs.classification("label");
      TrainOptions one = new TrainOptions();
      one.threads = 1;
      TrainOptions more = new TrainOptions();
      more.threads = 3;
      RandomForestParameters forest = new RandomForestParameters();
      forest.numTrees = 20;
      forest.honest = true;
      TrainingData data = TrainingData.of(frame, inputs);
      Trained first = new RandomForestTrainer(data, forest, one).train();
      assertEquals(first.forest(), new RandomForestTrainer(data, forest, more).train().forest());
      float metric = first.forest().log().getLast().metric();
      if (classes == 0) {
        double spread = spread(((NumericalColumn) frame.column("label")).values());
        assertTrue(
            metric < 0.9 * spread,
            "out-of-bag RMSE " + metric + " where labels spread by " + spread + ", seed " + seed);
      }
      GradientBoostedTreesParameters boosted = new GradientBoostedTreesParameters();
      boosted.numTrees = 20;
      boosted.honest = true;
      boosted.subsample = 0.9;
      data = TrainingData.forBoosting(frame, inputs);
      Trained second = new BoostingTrainer(data, null, boosted, one).train();
      assertEquals(
          second.forest(), new BoostingTrainer(data, null, boosted, more).train().forest());
      var log = second.forest().log();
      assertTrue(
          log.getLast().trainingLoss() < 0.8 * log.getFirst().trainingLoss(),
          log + ", seed " + seed);
    }
  }

  @Test
  void aHandfulOfRowsDoesNoHarm() {
    Random random = new Random(3);
    for (int rows = 1; rows < 8; rows++) {
      float[] x = new float[rows];
      float[] y = new float[rows];
      for (int row = 0; row < rows; row++) {
        x[row] = random.nextFloat();
        y[row] = random.nextFloat();
      }
      Frame frame = Frame.of(List.of(NumericalColumn.of("x", x), NumericalColumn.of("label", y)));
      Tree tree = grow(frame);
      tree.forEach(
          (node, _) -> {
            Output output = node.output();
            assertTrue(
                output instanceof Output.Value value && Float.isFinite(value.value()),
                () -> "" + output);
          });
    }
  }

  @Test
  void whatCannotBeHonestIsRefused() {
    Frame frame = new RandomTables(5, 100, 0).draw(0);
    Inputs inputs = Inputs.regression("label");
    refused(
        "honest=true does not suit growing_strategy=best_first_global: set one of them otherwise",
        () ->
            RandomForest.of(
                inputs,
                p -> {
                  p.honest = true;
                  p.growingStrategy = GrowingStrategy.BEST_FIRST_GLOBAL;
                }));
    refused(
        "honest=true does not suit growing_strategy=best_first_global: set one of them otherwise",
        () ->
            Cart.of(
                inputs,
                p -> {
                  p.honest = true;
                  p.growingStrategy = GrowingStrategy.BEST_FIRST_GLOBAL;
                }));
    refused(
        "honest=true does not suit monotonic constraints",
        () ->
            GradientBoostedTrees.of(
                    inputs.withMonotonic("smooth", Monotonicity.INCREASING),
                    p -> {
                      p.honest = true;
                      p.useHessianGain = true;
                    })
                .train(frame));
  }

  private static double spread(float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / values.length;
    return Math.sqrt(squares / values.length - mean * mean);
  }

  private static void refused(String message, Runnable action) {
    @Nullable String told = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertEquals(message, told);
  }
}
