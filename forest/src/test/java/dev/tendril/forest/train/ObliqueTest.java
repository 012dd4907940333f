package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.options.CartParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.ObliqueParameters.SparseObliqueNormalization;
import dev.tendril.forest.options.ObliqueParameters.SparseObliqueWeights;
import dev.tendril.forest.options.ObliqueParameters.SplitAxis;
import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.options.TreeParameters;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.forest.tree.Condition;
import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.TrainOptions;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ObliqueTest {
  private static void sparse(TreeParameters parameters) {
    parameters.splitAxis = SplitAxis.SPARSE_OBLIQUE;
  }

  private static void mhld(TreeParameters parameters) {
    parameters.splitAxis = SplitAxis.MHLD_OBLIQUE;
  }

  @Test
  void sparseProjectionsFindAPlantedPlane() {
    long seed = seed();
    Frame train = plane(seed, 4000);
    Frame test = plane(seed + 1, 4000);
    double straight = accuracy(shallow(train, _ -> {}), test);
    double oblique = accuracy(shallow(train, ObliqueTest::sparse), test);
    assertTrue(oblique > 0.985, "oblique " + oblique + ", straight " + straight + ", seed " + seed);
    assertTrue(straight < 0.85, "straight " + straight + ", seed " + seed);
  }

  @Test
  void discriminantsFindAPlantedPlane() {
    long seed = seed();
    Forest forest = shallow(plane(seed, 4000), ObliqueTest::mhld);
    double oblique = accuracy(forest, plane(seed + 1, 4000));
    assertTrue(oblique > 0.985, "oblique " + oblique + ", seed " + seed);
    Node.Split root = (Node.Split) forest.trees().getFirst().root();
    Condition.Oblique condition = (Condition.Oblique) root.condition();
    assertTrue(condition.attributes().length <= 4, condition.toString());
  }

  /// Where training sends a row is where its condition sends it, also when values are missing: the
  /// number of examples of every node is that of the rows that walk through it.
  @ParameterizedTest
  @EnumSource(MissingValuePolicy.class)
  void rowsGoWhereTheConditionsSendThem(MissingValuePolicy policy) {
    long seed = seed();
    for (SplitAxis axis : List.of(SplitAxis.SPARSE_OBLIQUE, SplitAxis.MHLD_OBLIQUE)) {
      Frame frame = new RandomTables(seed, 3000, 0.1).draw(3);
      Frame extreme = frame.with(huge("huge", seed, 3000));
      Forest forest =
          cart(
              extreme,
              Inputs.classification("label"),
              1,
              p -> {
                p.splitAxis = axis;
                p.missingValuePolicy = policy;
                p.sparseObliqueProjectionDensityFactor = 3;
                p.validationRatio = 0;
              });
      assertTrue(obliqueSplits(forest) > 0, axis + ", seed " + seed);
      if (policy != MissingValuePolicy.RANDOM_LOCAL_IMPUTATION) {
        checkExamples(forest, extreme, axis + ", seed " + seed);
      }
    }
  }

  private static void checkExamples(Forest forest, Frame frame, String place) {
    Tree tree = forest.trees().getFirst();
    TreeWalk walk = new TreeWalk(frame.schema(), frame);
    IdentityHashMap<Node, Long> counts = new IdentityHashMap<>();
    for (int row = 0; row < frame.rows(); row++) {
      counts.merge(walk.leaf(tree, row), 1L, Long::sum);
    }
    tree.forEach(
        (node, _) -> {
          if (node instanceof Node.Leaf leaf) {
            assertEquals(leaf.examples(), counts.getOrDefault(leaf, 0L), place);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = SplitAxis.class,
      names = {"SPARSE_OBLIQUE", "MHLD_OBLIQUE"})
  void resultsDoNotDependOnThreads(SplitAxis axis) {
    long seed = seed();
    for (int classes : new int[] {0, 2, 4}) {
      if (axis == SplitAxis.MHLD_OBLIQUE && classes == 0) {
        continue;
      }
      Frame frame = new RandomTables(seed, 2500, 0.1).draw(classes);
      Inputs inputs = classes == 0 ? Inputs.regression("label") : Inputs.classification("label");
      Consumer<TreeParameters> set = p -> p.splitAxis = axis;
      assertEquals(forest(frame, inputs, 1, set), forest(frame, inputs, 3, set), "seed " + seed);
      assertEquals(cart(frame, inputs, 1, set), cart(frame, inputs, 3, set), "seed " + seed);
      if (axis == SplitAxis.SPARSE_OBLIQUE) {
        Forest boosted = boosted(frame, inputs, 1, ObliqueTest::sparse);
        assertEquals(boosted, boosted(frame, inputs, 3, ObliqueTest::sparse), "seed " + seed);
        assertTrue(obliqueSplits(boosted) > 0);
      }
    }
  }

  @Test
  void weightsAreOfTheKindAskedFor() {
    long seed = seed();
    Frame frame = new RandomTables(seed, 2000, 0.05).draw(2).with(huge("wide", seed, 2000));
    checkWeights(frame, _ -> {}, w -> Math.abs(w) == 1);
    checkWeights(
        frame,
        p -> {
          p.sparseObliqueWeights = SparseObliqueWeights.POWER_OF_TWO;
          p.sparseObliqueWeightsPowerOfTwoMinExponent = -1;
          p.sparseObliqueWeightsPowerOfTwoMaxExponent = 2;
        },
        w -> List.of(0.5f, 1f, 2f, 4f).contains(Math.abs(w)));
    checkWeights(
        frame,
        p -> {
          p.sparseObliqueWeights = SparseObliqueWeights.INTEGER;
          p.sparseObliqueWeightsIntegerMinimum = -1;
          p.sparseObliqueWeightsIntegerMaximum = 3;
        },
        w -> List.of(-1f, 1f, 2f, 3f).contains(w));
    checkWeights(
        frame,
        p -> p.sparseObliqueWeights = SparseObliqueWeights.CONTINUOUS,
        w -> Math.abs(w) <= 1 && w != 0);
  }

  private static void checkWeights(
      Frame frame, Consumer<TreeParameters> configure, java.util.function.Predicate<Float> legal) {
    Forest forest =
        forest(
            frame,
            Inputs.classification("label"),
            2,
            p -> {
              sparse(p);
              p.sparseObliqueMaxNumFeatures = 3;
              p.sparseObliqueProjectionDensityFactor = 4;
              configure.accept(p);
            });
    int longest = 0;
    for (Condition.Oblique condition : conditions(forest)) {
      longest = Math.max(longest, condition.attributes().length);
      for (float weight : condition.weights()) {
        assertTrue(legal.test(weight), "weight " + weight);
      }
    }
    assertEquals(3, longest);
  }

  @Test
  void normalizedWeightsMeasureInSpreads() {
    long seed = seed();
    float[] wide = new float[2000];
    float[] narrow = new float[2000];
    List<@Nullable String> labels = new ArrayList<>();
    Random random = new Random(seed);
    for (int row = 0; row < wide.length; row++) {
      wide[row] = row == 0 ? 0 : row == 1 ? 1000 : 1000 * random.nextFloat();
      narrow[row] = row == 0 ? 0 : row == 1 ? 0.01f : 0.01f * random.nextFloat();
      labels.add(wide[row] / 1000 + narrow[row] * 100 > 1 ? "yes" : "no");
    }
    Frame frame =
        Frame.of(
            List.of(
                NumericalColumn.of("wide", wide),
                NumericalColumn.of("narrow", narrow),
                CategoricalColumn.of("label", labels, VocabularyLimits.NONE)));
    Forest forest =
        cart(
            frame,
            Inputs.classification("label"),
            1,
            p -> {
              p.splitAxis = SplitAxis.SPARSE_OBLIQUE;
              p.sparseObliqueNumProjectionsExponent = 6;
              p.sparseObliqueNormalization = SparseObliqueNormalization.MIN_MAX;
              p.maxDepth = 2;
              p.validationRatio = 0;
            });
    Condition.Oblique root = conditions(forest).getFirst();
    assertEquals(1e-3, Math.abs(root.weights()[0]), 1e-8, "seed " + seed);
    assertEquals(100, Math.abs(root.weights()[1]), 1e-3, "seed " + seed);
    assertEquals(1, accuracy(forest, frame), 0.002, "seed " + seed);
  }

  /// The gain in nats that a split reports is that of the rows on its sides.
  @Test
  void scoresAreThoseOfTheSides() {
    long seed = seed();
    Frame frame = plane(seed, 1000);
    for (Consumer<TreeParameters> axis :
        List.<Consumer<TreeParameters>>of(ObliqueTest::sparse, ObliqueTest::mhld)) {
      Node.Split root = (Node.Split) shallow(frame, axis).trees().getFirst().root();
      double[][] counts = new double[2][2];
      TreeWalk walk = new TreeWalk(frame.schema(), frame);
      CategoricalColumn label = (CategoricalColumn) frame.column("label");
      for (int row = 0; row < frame.rows(); row++) {
        counts[walk.positive(root, row) ? 1 : 0][label.code(row) - 1]++;
      }
      double n = frame.rows();
      double gain =
          entropy(counts[0][0] + counts[1][0], counts[0][1] + counts[1][1])
              - (counts[0][0] + counts[0][1]) / n * entropy(counts[0][0], counts[0][1])
              - (counts[1][0] + counts[1][1]) / n * entropy(counts[1][0], counts[1][1]);
      assertEquals(gain, root.statistics().score(), 1e-5, "seed " + seed);
    }
  }

  private static double entropy(double a, double b) {
    double n = a + b;
    return (a == 0 ? 0 : -a / n * Math.log(a / n)) + (b == 0 ? 0 : -b / n * Math.log(b / n));
  }

  @Test
  void discriminantsNeedClasses() {
    Frame frame = new RandomTables(1, 200, 0).draw(0);
    Inputs inputs = Inputs.regression("label");
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> forest(frame, inputs, 2, ObliqueTest::mhld));
    assertTrue(Objects.requireNonNull(refused.getMessage()).contains("mhld_oblique"));
    Frame classes = new RandomTables(1, 200, 0).draw(2);
    assertThrows(
        IllegalArgumentException.class,
        () -> boosted(classes, Inputs.classification("label"), 1, ObliqueTest::mhld));
  }

  @Test
  void rangesOfWeightsMustNotBeEmpty() {
    RandomForestParameters parameters = new RandomForestParameters();
    parameters.sparseObliqueWeightsIntegerMinimum = 9;
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, parameters::validate);
    assertTrue(
        Objects.requireNonNull(refused.getMessage())
            .contains("sparse_oblique_weights_integer_minimum"),
        String.valueOf(refused.getMessage()));
  }

  /// Two classes on either side of `a + b - c = 0`, and two columns that say nothing.
  private static Frame plane(long seed, int rows) {
    Random random = new Random(seed);
    List<Column> columns = new ArrayList<>();
    float[][] values = new float[5][rows];
    List<@Nullable String> labels = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (float[] column : values) {
        column[row] = (float) random.nextGaussian();
      }
      labels.add(values[0][row] + values[1][row] - values[2][row] >= 0 ? "above" : "below");
    }
    for (int i = 0; i < values.length; i++) {
      columns.add(NumericalColumn.of("abcde".substring(i, i + 1), values[i]));
    }
    columns.add(CategoricalColumn.of("label", labels, VocabularyLimits.NONE));
    return Frame.of(columns);
  }

  /// Numbers whose sums overflow, and some that are missing.
  private static Column huge(String name, long seed, int rows) {
    Random random = new Random(seed);
    float[] values = new float[rows];
    for (int row = 0; row < rows; row++) {
      int kind = random.nextInt(10);
      values[row] =
          kind == 0
              ? Float.NaN
              : kind == 1 ? (random.nextBoolean() ? 3e38f : -3e38f) : random.nextFloat();
    }
    return NumericalColumn.of(name, values);
  }

  private static List<Condition.Oblique> conditions(Forest forest) {
    List<Condition.Oblique> conditions = new ArrayList<>();
    for (Tree tree : forest.trees()) {
      tree.forEach(
          (node, _) -> {
            if (node instanceof Node.Split split
                && split.condition() instanceof Condition.Oblique oblique) {
              conditions.add(oblique);
            }
          });
    }
    return conditions;
  }

  private static int obliqueSplits(Forest forest) {
    return conditions(forest).size();
  }

  private static double accuracy(Forest forest, Frame frame) {
    TreeWalk walk = new TreeWalk(forest.schema(), frame);
    CategoricalColumn label = (CategoricalColumn) frame.column("label");
    int right = 0;
    for (int row = 0; row < frame.rows(); row++) {
      Node.Leaf leaf = walk.leaf(forest.trees().getFirst(), row);
      int top = ((Output.Distribution) leaf.output()).topClass();
      String said = forest.schema().field("label").vocabulary().item(top);
      right += said.equals(label.text(row)) ? 1 : 0;
    }
    return (double) right / frame.rows();
  }

  private static Forest shallow(Frame frame, Consumer<TreeParameters> axis) {
    return cart(
        frame,
        Inputs.classification("label"),
        1,
        p -> {
          p.maxDepth = 3;
          p.validationRatio = 0;
          p.sparseObliqueNumProjectionsExponent = 3;
          axis.accept(p);
        });
  }

  private static long seed() {
    return Long.getLong("tendril.seed", System.nanoTime());
  }

  private static TrainOptions threads(int threads) {
    TrainOptions options = new TrainOptions();
    options.threads = threads;
    return options;
  }

  private static Forest forest(
      Frame frame, Inputs inputs, int threads, Consumer<? super RandomForestParameters> configure) {
    RandomForestParameters parameters = new RandomForestParameters();
    parameters.numTrees = 6;
    parameters.computeOobVariableImportances = true;
    configure.accept(parameters);
    parameters.validate();
    TrainingData data = TrainingData.of(frame, inputs);
    return new RandomForestTrainer(data, parameters, threads(threads)).train().forest();
  }

  private static Forest boosted(
      Frame frame,
      Inputs inputs,
      int threads,
      Consumer<? super GradientBoostedTreesParameters> configure) {
    GradientBoostedTreesParameters parameters = new GradientBoostedTreesParameters();
    parameters.numTrees = 6;
    parameters.useHessianGain = frame.rows() % 2 == 1;
    configure.accept(parameters);
    TrainingData data = TrainingData.of(frame, inputs);
    return new BoostingTrainer(data, null, parameters, threads(threads)).train().forest();
  }

  private static Forest cart(
      Frame frame, Inputs inputs, int threads, Consumer<? super CartParameters> configure) {
    CartParameters parameters = new CartParameters();
    configure.accept(parameters);
    TrainingData data = TrainingData.of(frame, inputs);
    return new CartTrainer(data, null, parameters, threads(threads)).train().forest();
  }
}
