package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VectorSequenceColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.GradientBoostedTrees;
import dev.tendril.forest.RandomForest;
import dev.tendril.forest.options.CartParameters;
import dev.tendril.forest.options.TreeParameters;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.TrainOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceTreesTest {
  @TempDir Path folder;

  /// Some point of a row lies in a circle.
  private static boolean inCircle(float[] point) {
    float x = point[0] - 0.7f;
    float y = point[1] - 0.3f;
    return x * x + y * y < 0.02f;
  }

  /// Some point of a row lies beyond a line.
  private static boolean beyondLine(float[] point) {
    return point[0] + 2 * point[1] > 2.6f;
  }

  @Test
  void findsPlantedCircles() {
    long seed = seed();
    double found =
        accuracy(
            RandomForest.classification("label", p -> p.numTrees = 20),
            seed,
            SequenceTreesTest::inCircle);
    double without =
        accuracy(
            RandomForest.classification(
                "label",
                p -> {
                  p.numTrees = 20;
                  p.numericalVectorSequenceEnableCloserThan = false;
                }),
            seed,
            SequenceTreesTest::inCircle);
    assertTrue(found > 0.93, found + ", without circles " + without + ", seed " + seed);
    assertTrue(without < found, found + ", without circles " + without + ", seed " + seed);
  }

  @Test
  void findsPlantedLines() {
    long seed = seed();
    double found =
        accuracy(
            GradientBoostedTrees.classification("label", p -> p.numTrees = 30),
            seed,
            SequenceTreesTest::beyondLine);
    assertTrue(found > 0.95, found + ", seed " + seed);
  }

  private static double accuracy(
      Learner<ForestModel> learner, long seed, Predicate<float[]> planted) {
    ForestModel model = learner.train(points(seed, 2000, 0, planted));
    return Evaluation.of(model, points(seed + 1, 2000, 0, planted), o -> o.resamples = 0)
        .accuracy();
  }

  /// Training, the walk over training tables and all engines agree on where rows go.
  @ParameterizedTest
  @ValueSource(ints = {100, 5000})
  void rowsGoWhereTheConditionsSendThem(int examples) {
    long seed = seed();
    Frame frame = points(seed, 1500, 0.1, SequenceTreesTest::inCircle);
    Consumer<TreeParameters> set =
        p -> {
          p.numericalVectorSequenceNumExamples = examples;
          p.allowNaConditions = true;
        };
    Forest forest = cart(frame, 1, set);
    Tree tree = forest.trees().getFirst();
    TreeWalk walk = new TreeWalk(frame.schema(), frame);
    IdentityHashMap<Node, Long> counts = new IdentityHashMap<>();
    for (int row = 0; row < frame.rows(); row++) {
      counts.merge(walk.leaf(tree, row), 1L, Long::sum);
    }
    List<Condition> conditions = new ArrayList<>();
    tree.forEach(
        (node, _) -> {
          switch (node) {
            case Node.Leaf leaf ->
                assertEquals(leaf.examples(), counts.getOrDefault(leaf, 0L), "seed " + seed);
            case Node.Split split -> conditions.add(split.condition());
          }
        });
    assertTrue(
        conditions.stream().anyMatch(Condition.CloserThan.class::isInstance), "seed " + seed);
    assertEquals(forest, cart(frame, 3, set), "seed " + seed);
  }

  @Test
  void kindsOfTestsCanBeTurnedOff() {
    long seed = seed();
    Frame frame = points(seed, 800, 0, SequenceTreesTest::beyondLine);
    Forest none =
        cart(
            frame,
            1,
            p -> {
              p.numericalVectorSequenceEnableCloserThan = false;
              p.numericalVectorSequenceEnableProjectedMoreThan = false;
            });
    none.trees()
        .getFirst()
        .forEach(
            (node, _) ->
                assertFalse(
                    node instanceof Node.Split split
                        && (split.condition() instanceof Condition.CloserThan
                            || split.condition() instanceof Condition.ProjectedMoreThan)));
  }

  @Test
  void learnsFromListsOfListsInJson() throws IOException {
    Random random = new Random(5);
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < 600; row++) {
      List<String> texts = new ArrayList<>();
      boolean positive = false;
      for (int i = random.nextInt(4); i > 0; i--) {
        float[] point = {random.nextFloat(), random.nextFloat()};
        positive |= point[0] > 0.8f;
        texts.add("[" + point[0] + ", " + point[1] + "]");
      }
      lines.append("{\"path\": ").append(texts).append(", \"label\": \"");
      lines.append(positive ? "yes" : "no").append("\"}\n");
    }
    Path file = Files.writeString(folder.resolve("paths.jsonl"), lines);
    Frame frame = Frame.read(file.toString());
    ForestModel model =
        GradientBoostedTrees.classification("label", p -> p.numTrees = 20).train(frame);
    assertEquals(List.of("path"), model.features());
    model.save(folder.resolve("model"));
    ForestModel again = ForestModel.load(folder.resolve("model"));
    Frame read = again.read(file.toString());
    assertEquals(model.forest(), again.forest());
    assertTrue(Evaluation.of(again, read, o -> o.resamples = 0).accuracy() > 0.97);
  }

  /// Rows of up to five points, and a column of noise.
  private static Frame points(long seed, int rows, double missing, Predicate<float[]> planted) {
    Random random = new Random(seed);
    int[] starts = new int[rows + 1];
    boolean[] absent = new boolean[rows];
    float[] values = new float[rows * 10];
    float[] noise = new float[rows];
    List<@Nullable String> labels = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      absent[row] = random.nextDouble() < missing;
      int count = absent[row] ? 0 : random.nextInt(6);
      starts[row + 1] = starts[row] + count;
      boolean positive = false;
      for (int at = starts[row]; at < starts[row + 1]; at++) {
        float[] point = {random.nextFloat(), random.nextFloat()};
        values[2 * at] = point[0];
        values[2 * at + 1] = point[1];
        positive |= planted.test(point);
      }
      noise[row] = random.nextFloat();
      labels.add(positive ? "yes" : "no");
    }
    float[] used = java.util.Arrays.copyOf(values, 2 * starts[rows]);
    return Frame.of(
        List.of(
            VectorSequenceColumn.of("points", 2, starts, used, absent),
            NumericalColumn.of("noise", noise),
            CategoricalColumn.of("label", labels, VocabularyLimits.NONE)));
  }

  private static long seed() {
    return Long.getLong("tendril.seed", System.nanoTime());
  }

  private static Forest cart(Frame frame, int threads, Consumer<? super CartParameters> configure) {
    CartParameters parameters = new CartParameters();
    parameters.validationRatio = 0;
    configure.accept(parameters);
    TrainOptions options = new TrainOptions();
    options.threads = threads;
    TrainingData data = TrainingData.of(frame, Inputs.classification("label"));
    return new CartTrainer(data, null, parameters, options).train().forest();
  }
}
