package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.Frame;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.options.TreeParameters;
import dev.tendril.forest.options.TreeParameters.GrowingStrategy;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.TrainOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BestFirstTest {

  /// A tree whose splits are known beforehand: node `i` has the children `2i` and `2i + 1`.
  ///
  /// @param scores of the splits by node; absent where a node cannot be split
  /// @param examples by node
  private record Plan(Map<Integer, Double> scores, Map<Integer, Integer> examples) {
    static Plan draw(Random random) {
      Map<Integer, Double> scores = new HashMap<>();
      Map<Integer, Integer> examples = new HashMap<>();
      examples.put(1, 5000);
      for (int node = 1; node < 1 << 10; node++) {
        int size = examples.getOrDefault(node, 0);
        if (size > 10 && random.nextInt(10) > 0) {
          scores.put(node, (1 + random.nextInt(8)) / 8.0);
          int low = 5 + random.nextInt(size - 9);
          examples.put(2 * node, low);
          examples.put(2 * node + 1, size - low);
        }
      }
      return new Plan(scores, examples);
    }

    double gain(int node) {
      return scores.getOrDefault(node, 0.0) * examples.getOrDefault(node, 0);
    }

    /// The nodes that are split, by the definition: look over all leaves each time.
    TreeSet<Integer> splits(int mostLeaves) {
      List<Integer> leaves = new ArrayList<>(List.of(1));
      TreeSet<Integer> splits = new TreeSet<>();
      while (leaves.size() < mostLeaves) {
        int best = -1;
        for (int i = 0; i < leaves.size(); i++) {
          if (gain(leaves.get(i)) > (best < 0 ? 0 : gain(leaves.get(best)))) {
            best = i;
          }
        }
        if (best < 0) {
          break;
        }
        int node = leaves.remove(/* index */ best);
        splits.add(node);
        leaves.add(2 * node);
        leaves.add(2 * node + 1);
      }
      return splits;
    }
  }

  private static final class PlannedNode extends GrowingNode {
    /// Two classes, both present in every node: none is pure.
    private static final Target TARGET =
        new ClassTarget(new int[0], 2, null, 0, null, 1, new double[0]);

    private final Plan plan;
    private final int number;

    PlannedNode(Plan plan, int number, int depth) {
      super(TARGET, new long[] {plan.examples().getOrDefault(number, 0), 1, 1}, depth, number);
      this.plan = plan;
      this.number = number;
    }

    @Override
    int rows() {
      return (int) examples();
    }

    @Override
    double weight() {
      return rows();
    }

    @Override
    @Nullable Cut best() {
      Double score = plan.scores().get(number);
      return score == null
          ? null
          : new Cut(score, 0, new Condition.AtLeast(0, number), false, number);
    }

    @Override
    Children split(Cut cut) {
      return new Children(
          new PlannedNode(plan, 2 * number, depth + 1),
          new PlannedNode(plan, 2 * number + 1, depth + 1));
    }

    @Override
    Output output() {
      return new Output.Value(number, null);
    }

    @Override
    void settle(Output output) {}
  }

  @Test
  void theLeafThatGainsMostIsSplitNext() {
    long seed = seed();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      Plan plan = Plan.draw(random);
      int most = 1 + random.nextInt(60);
      GrowthRules rules =
          GrowthRules.of(
              bestFirst(new RandomForestParameters(), p -> p.maxNumNodes = most), 1, true, false);
      try (Workers workers = new Workers(1 + random.nextInt(2))) {
        TreeGrower grower = new TreeGrower(rules, workers);
        Tree tree = workers.run(() -> grower.grow(new PlannedNode(plan, 1, 1)));
        TreeSet<Integer> splits = new TreeSet<>();
        tree.forEach(
            (node, _) -> {
              if (node instanceof Node.Split split
                  && split.condition() instanceof Condition.AtLeast(_, float number)) {
                splits.add((int) number);
              }
            });
        assertEquals(plan.splits(most), splits, "seed " + seed + ", round " + round);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3})
  void withoutLimitsBothStrategiesGrowTheSameTrees(int classes) {
    long seed = seed();
    Frame frame = new RandomTables(seed, 2000, 0.1).draw(classes);
    Consumer<TreeParameters> unlimited =
        p -> {
          p.maxDepth = -1;
          p.maxNumNodes = -1;
        };
    assertEquals(
        forest(frame, classes, 1, local(new RandomForestParameters(), unlimited)),
        forest(frame, classes, 2, bestFirst(new RandomForestParameters(), unlimited)),
        "seed " + seed);
    GradientBoostedTreesParameters boosted = new GradientBoostedTreesParameters();
    GradientBoostedTreesParameters global = new GradientBoostedTreesParameters();
    assertEquals(
        boosted(frame, classes, 1, local(boosted, unlimited)).trees(),
        boosted(frame, classes, 2, bestFirst(global, unlimited)).trees(),
        "seed " + seed);
  }

  @Test
  void boostedTreesHaveManyLevelsButFewLeaves() {
    long seed = seed();
    Frame frame = new RandomTables(seed, 5000, 0.1).draw(0);
    GradientBoostedTreesParameters parameters = new GradientBoostedTreesParameters();
    Forest forest = boosted(frame, 0, 2, bestFirst(parameters, p -> p.maxNumNodes = 40));
    int deepest = 0;
    for (Tree tree : forest.trees()) {
      assertEquals(2 * 40 - 1, tree.nodes(), "seed " + seed);
      deepest = Math.max(deepest, tree.depth());
    }
    assertTrue(deepest > 6, "depth " + deepest + ", seed " + seed);
    Forest shallow =
        boosted(
            frame,
            0,
            2,
            bestFirst(
                parameters,
                p -> {
                  p.maxNumNodes = -1;
                  p.maxDepth = 3;
                }));
    shallow.trees().forEach(tree -> assertEquals(3, tree.depth(), "seed " + seed));
  }

  private static long seed() {
    return Long.getLong("tendril.seed", System.nanoTime());
  }

  private static <P extends TreeParameters> P local(P parameters, Consumer<TreeParameters> more) {
    more.accept(parameters);
    return parameters;
  }

  private static <P extends TreeParameters> P bestFirst(
      P parameters, Consumer<TreeParameters> more) {
    parameters.growingStrategy = GrowingStrategy.BEST_FIRST_GLOBAL;
    return local(parameters, more);
  }

  private static Inputs inputs(int classes) {
    return classes == 0 ? Inputs.regression("label") : Inputs.classification("label");
  }

  private static TrainOptions threads(int threads) {
    TrainOptions options = new TrainOptions();
    options.threads = threads;
    return options;
  }

  private static Forest forest(
      Frame frame, int classes, int threads, RandomForestParameters parameters) {
    parameters.numTrees = 4;
    TrainingData data = TrainingData.of(frame, inputs(classes));
    return new RandomForestTrainer(data, parameters, threads(threads)).train().forest();
  }

  private static Forest boosted(
      Frame frame, int classes, int threads, GradientBoostedTreesParameters parameters) {
    parameters.numTrees = 4;
    TrainingData data = TrainingData.forBoosting(frame, inputs(classes));
    return new BoostingTrainer(data, null, parameters, threads(threads)).train().forest();
  }
}
