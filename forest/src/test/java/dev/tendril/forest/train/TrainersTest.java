package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.options.CartParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.options.TreeParameters;
import dev.tendril.forest.options.TreeParameters.CategoricalAlgorithm;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.forest.options.TreeParameters.SortingStrategy;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.TrainOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainersTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4})
  void presortedAndInNodeGrowTheSameTrees(int classes) {
    long seed = seed();
    Frame frame = new RandomTables(seed, 3000, 0.1).draw(classes);
    Forest sorted = forest(frame, classes, 1, p -> p.sortingStrategy = SortingStrategy.PRESORTED);
    Forest inNode = forest(frame, classes, 1, p -> p.sortingStrategy = SortingStrategy.IN_NODE);
    assertEquals(sorted, inNode, "seed " + seed);
    Forest boosted = boosted(frame, classes, 1, p -> p.sortingStrategy = SortingStrategy.PRESORTED);
    Forest boostedInNode =
        boosted(frame, classes, 1, p -> p.sortingStrategy = SortingStrategy.IN_NODE);
    assertEquals(boosted, boostedInNode, "seed " + seed);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4})
  void resultsDoNotDependOnThreads(int classes) {
    long seed = seed();
    Frame frame =
        new RandomTables(seed, 5000, 0.1)
            .draw(classes)
            .with(NumericalColumn.of("weight", weights(5000, seed)));
    for (boolean weighted : new boolean[] {false, true}) {
      Frame used = weighted ? frame : frame.drop("weight");
      assertEquals(
          forest(used, classes, 1, _ -> {}), forest(used, classes, 3, _ -> {}), "seed " + seed);
      assertEquals(
          boosted(used, classes, 1, _ -> {}), boosted(used, classes, 3, _ -> {}), "seed " + seed);
    }
  }

  @ParameterizedTest
  @EnumSource(MissingValuePolicy.class)
  void everyMissingPolicyLearns(MissingValuePolicy policy) {
    long seed = seed();
    Frame frame = new RandomTables(seed, 4000, 0.2).draw(2);
    for (int threads : new int[] {1, 3}) {
      Forest forest =
          forest(
              frame,
              2,
              threads,
              p -> {
                p.missingValuePolicy = policy;
                p.allowNaConditions = true;
              });
      assertTrue(
          forest.log().getLast().metric() > 0.7,
          policy + " gives " + forest.log().getLast() + ", seed " + seed);
    }
  }

  @ParameterizedTest
  @EnumSource(CategoricalAlgorithm.class)
  void everyCategoricalAlgorithmLearns(CategoricalAlgorithm algorithm) {
    long seed = seed();
    Frame frame = new RandomTables(seed, 4000, 0.02).draw(2);
    Forest forest = forest(frame, 2, 2, p -> p.categoricalAlgorithm = algorithm);
    assertTrue(forest.log().getLast().metric() > 0.75, forest.log().getLast() + ", seed " + seed);
  }

  @Test
  void weightsCountLikeRepeatedRows() {
    long seed = seed();
    Frame frame = new RandomTables(seed, 800, 0).draw(3);
    float[] weights = new float[800];
    List<Integer> repeated = new ArrayList<>();
    Random random = new Random(seed);
    for (int row = 0; row < weights.length; row++) {
      weights[row] = 1 + random.nextInt(3);
      for (int i = 0; i < weights[row]; i++) {
        repeated.add(row);
      }
    }
    Consumer<CartParameters> deep =
        p -> {
          p.validationRatio = 0;
          p.minExamples = 1;
          p.maxDepth = 5;
        };
    Frame plain = frame.select(List.of("smooth", "coarse", "flag", "label"));
    Forest byWeight =
        cart(
            plain.with(NumericalColumn.of("weight", weights)),
            Inputs.classification("label").withWeights("weight"),
            deep);
    Forest byRows =
        cart(
            plain.rows(repeated.stream().mapToInt(i -> i).toArray()),
            Inputs.classification("label"),
            deep);
    assertEquals(shape(byRows), shape(byWeight), "seed " + seed);
  }

  @Test
  void aTreeWithoutLimitsFitsTheTrainingRows() {
    long seed = seed();
    Frame frame = new RandomTables(seed, 500, 0).draw(0);
    Forest forest =
        cart(
            frame,
            Inputs.regression("label"),
            p -> {
              p.validationRatio = 0;
              p.minExamples = 1;
              p.maxDepth = -1;
            });
    TreeWalk walk = new TreeWalk(frame.schema(), frame);
    NumericalColumn label = (NumericalColumn) frame.column("label");
    for (int row = 0; row < frame.rows(); row++) {
      Node.Leaf leaf = walk.leaf(forest.trees().getFirst(), row);
      float predicted = ((dev.tendril.forest.tree.Output.Value) leaf.output()).value();
      assertEquals(label.value(row), predicted, 1e-4, "seed " + seed + ", row " + row);
    }
  }

  @Test
  void pruningMakesTheTreeSmallerAndKeepsItsQuality() {
    long seed = seed();
    Frame frame = new RandomTables(seed, 4000, 0.05).draw(3);
    Forest full = cart(frame, Inputs.classification("label"), p -> p.validationRatio = 0);
    Forest pruned = cart(frame, Inputs.classification("label"), p -> p.validationRatio = 0.2);
    assertTrue(
        pruned.trees().getFirst().nodes() < full.trees().getFirst().nodes() / 2, "seed " + seed);
  }

  @Test
  void aForestKeepsWithinItsNodes() {
    long seed = seed();
    Frame frame = new RandomTables(seed, 800, 0.05).draw(2);
    Forest all = forest(frame, 2, 1, _ -> {});
    long four = all.trees().subList(0, 4).stream().mapToLong(Tree::nodes).sum();
    for (long limit : new long[] {four, four + 1}) {
      for (int threads : new int[] {1, 3}) {
        Forest some =
            forest(frame, 2, threads, p -> ((RandomForestParameters) p).totalMaxNumNodes = limit);
        assertEquals(all.trees().subList(0, 4), some.trees(), "seed " + seed);
        assertEquals(4, some.log().getLast().trees(), "seed " + seed);
      }
    }
    Forest least = forest(frame, 2, 1, p -> ((RandomForestParameters) p).totalMaxNumNodes = 5);
    assertEquals(all.trees().subList(0, 1), least.trees(), "the first tree is kept; seed " + seed);
  }

  @Test
  void depthOneIsALoneLeaf() {
    Frame frame = new RandomTables(1, 200, 0).draw(2);
    Forest forest = cart(frame, Inputs.classification("label"), p -> p.maxDepth = 1);
    assertEquals(1, forest.trees().getFirst().nodes());
  }

  private static String shape(Forest forest) {
    StringBuilder shape = new StringBuilder();
    forest
        .trees()
        .forEach(
            tree ->
                tree.forEach(
                    (node, depth) -> {
                      Condition condition =
                          node instanceof Node.Split split ? split.condition() : null;
                      shape.append(depth).append(' ').append(condition).append('\n');
                    }));
    return shape.toString();
  }

  private static long seed() {
    return Long.getLong("tendril.seed", System.nanoTime());
  }

  private static float[] weights(int n, long seed) {
    Random random = new Random(seed);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = random.nextFloat() * 3;
    }
    return weights;
  }

  private static Inputs inputs(Frame frame, int classes) {
    Inputs inputs = classes == 0 ? Inputs.regression("label") : Inputs.classification("label");
    return frame.schema().contains("weight") ? inputs.withWeights("weight") : inputs;
  }

  private static TrainOptions threads(int threads) {
    TrainOptions options = new TrainOptions();
    options.threads = threads;
    return options;
  }

  private static Forest forest(
      Frame frame, int classes, int threads, Consumer<TreeParameters> configure) {
    RandomForestParameters parameters = new RandomForestParameters();
    parameters.numTrees = 8;
    configure.accept(parameters);
    parameters.validate();
    TrainingData data = TrainingData.of(frame, inputs(frame, classes));
    return new RandomForestTrainer(data, parameters, threads(threads)).train().forest();
  }

  private static Forest boosted(
      Frame frame, int classes, int threads, Consumer<TreeParameters> configure) {
    GradientBoostedTreesParameters parameters = new GradientBoostedTreesParameters();
    parameters.numTrees = 8;
    configure.accept(parameters);
    TrainingData data = TrainingData.of(frame, inputs(frame, classes));
    return new BoostingTrainer(data, null, parameters, threads(threads)).train().forest();
  }

  private static Forest cart(Frame frame, Inputs inputs, Consumer<CartParameters> configure) {
    CartParameters parameters = new CartParameters();
    configure.accept(parameters);
    TrainingData data = TrainingData.of(frame, inputs);
    return new CartTrainer(data, null, parameters, threads(1)).train().forest();
  }
}
