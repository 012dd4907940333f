package dev.tendril.forest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Field;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.GradientBoostedTrees;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.SamplingMethod;
import dev.tendril.forest.options.TreeParameters.CategoricalAlgorithm;
import dev.tendril.forest.options.TreeParameters.GrowingStrategy;
import dev.tendril.forest.options.TreeParameters.MissingValuePolicy;
import dev.tendril.forest.options.TreeParameters.TreeMethod;
import dev.tendril.forest.tree.Node;
import dev.tendril.forest.tree.Output;
import dev.tendril.forest.tree.Tree;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Monotonicity;
import dev.tendril.learn.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Trees over histograms against exact ones: where every value has a bin of its own, both have the
/// same splits.
class HistogramTest {

  /// Numbers with few distinct values, categories (more than a byte holds as well), truth values,
  /// discretized numbers, all with gaps; labels for every task.
  static Frame table(int rows, int distinct, long seed) {
    Random random = new Random(seed);
    float[][] numbers = new float[5][rows];
    byte[] flags = new byte[rows];
    List<@Nullable String> colors = new ArrayList<>();
    List<@Nullable String> towns = new ArrayList<>();
    List<@Nullable String> two = new ArrayList<>();
    List<@Nullable String> three = new ArrayList<>();
    float[] number = new float[rows];
    float[] count = new float[rows];
    float[] weight = new float[rows];
    List<@Nullable String> groups = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (float[] column : numbers) {
        column[row] = random.nextInt(distinct) / 8f;
      }
      flags[row] = (byte) random.nextInt(2);
      int color = random.nextInt(6);
      int town = random.nextInt(280);
      double signal =
          Math.sin(numbers[0][row] / distinct * 40)
              + numbers[1][row] / distinct * 8 * (flags[row] == 1 ? 1 : -1)
              + (color % 3) * 0.7
              + (town % 7) * 0.1
              + 0.5 * random.nextGaussian();
      number[row] = (float) signal;
      count[row] = Math.max(0, Math.round(2 * signal));
      weight[row] = 0.25f + random.nextInt(8);
      two.add(signal > 0.5 ? "yes" : "no");
      three.add(signal > 1 ? "high" : signal > 0 ? "middle" : "low");
      colors.add(random.nextInt(30) == 0 ? null : "c" + color);
      towns.add("t" + town);
      groups.add("g" + row / 20);
      if (random.nextInt(15) == 0) {
        numbers[0][row] = Float.NaN;
        flags[row] = BooleanColumn.MISSING;
      }
    }
    VocabularyLimits all = VocabularyLimits.NONE;
    List<Column> columns = new ArrayList<>();
    for (int f = 0; f < numbers.length - 1; f++) {
      columns.add(NumericalColumn.of("n" + f, numbers[f]));
    }
    float[] boundaries = new float[99];
    for (int i = 0; i < boundaries.length; i++) {
      boundaries[i] = (i + 1) * distinct / 800f;
    }
    columns.add(
        DiscretizedColumn.of(
            new Field(
                "bins",
                true,
                rows,
                0,
                new Field.Discretized(
                    new Field.Numerical(distinct / 16.0, 0, distinct / 8f, 1),
                    boundaries,
                    distinct,
                    100)),
            numbers[4]));
    columns.add(BooleanColumn.of("flag", flags));
    columns.add(CategoricalColumn.of("color", colors, all));
    columns.add(CategoricalColumn.of("town", towns, all));
    columns.add(CategoricalColumn.of("two", two, all));
    columns.add(CategoricalColumn.of("three", three, all));
    columns.add(NumericalColumn.of("number", number));
    columns.add(NumericalColumn.of("count", count));
    columns.add(NumericalColumn.of("weight", weight));
    columns.add(CategoricalColumn.of("group", groups, all));
    return Frame.of(columns);
  }

  private static Inputs inputs(Task task) {
    return new Inputs(task).withFeatures("n0", "n1", "n2", "n3", "bins", "flag", "color", "town");
  }

  private static final Frame FEW_VALUES = table(3000, 200, 7);

  /// Large enough for nodes that several threads share.
  private static final Frame LARGE = table(33_000, 5000, 8);

  private static final Task TWO = new Task.Classification("two");
  private static final Task THREE = new Task.Classification("three");
  private static final Task NUMBER = new Task.Regression("number");
  private static final Task RANKING = new Task.Ranking("count", "group");

  record Case(Inputs inputs, Consumer<GradientBoostedTreesParameters> options) {}

  private static Named<Case> of(
      String name, Inputs inputs, Consumer<GradientBoostedTreesParameters> options) {
    return Named.of(name, new Case(inputs, options));
  }

  static Stream<Named<Case>> cases() {
    return Stream.of(
        of("two classes", inputs(TWO), _ -> {}),
        of("three classes", inputs(THREE), _ -> {}),
        of("regression", inputs(NUMBER), _ -> {}),
        of("weights", inputs(TWO).withWeights("weight"), _ -> {}),
        of("ranking", inputs(RANKING), _ -> {}),
        of("hessian gain", inputs(TWO), p -> p.useHessianGain = true),
        of(
            "hessian gain and weights",
            inputs(NUMBER).withWeights("weight"),
            p -> {
              p.useHessianGain = true;
              p.l2Regularization = 1;
            }),
        of("missing values", inputs(TWO), p -> p.allowNaConditions = true),
        of("one-hot", inputs(TWO), p -> p.categoricalAlgorithm = CategoricalAlgorithm.ONE_HOT),
        of(
            "random",
            inputs(TWO),
            p -> {
              p.categoricalAlgorithm = CategoricalAlgorithm.RANDOM;
              p.categoricalRandomMaxNumTrials = 50;
            }),
        of(
            "goss",
            inputs(TWO),
            p -> {
              p.samplingMethod = SamplingMethod.GOSS;
              p.numTrees = 1;
              p.useHessianGain = true;
            }),
        of("subsample", inputs(NUMBER), p -> p.subsample = 0.6),
        of("some attributes", inputs(TWO), p -> p.numCandidateAttributesRatio = 0.4),
        of("best first", inputs(TWO), p -> p.growingStrategy = GrowingStrategy.BEST_FIRST_GLOBAL),
        of(
            "dart",
            inputs(TWO),
            p -> {
              p.forestExtraction = GradientBoostedTreesParameters.ForestExtraction.DART;
              p.dartDropout = 0.2;
            }),
        of(
            "monotonic",
            inputs(NUMBER).withMonotonic("n1", Monotonicity.INCREASING),
            p -> p.useHessianGain = true));
  }

  private static ForestModel train(
      Case how, TreeMethod method, Frame frame, int trees, int threads) {
    return GradientBoostedTrees.of(
            how.inputs(),
            p -> {
              p.numTrees = trees;
              p.maxDepth = 5;
              p.validationRatio = 0;
              how.options().accept(p);
              p.treeMethod = method;
            })
        .train(frame, options -> options.threads = threads);
  }

  /// The first trees have the same splits. Leaves differ by what fixed point and the order of sums
  /// leave out, so that later trees may part ways where two splits are worth almost the same.
  @ParameterizedTest
  @MethodSource("cases")
  void equalExactTreesWhereEveryValueHasABin(Case how) {
    Frame frame = FEW_VALUES;
    ForestModel exact = train(how, TreeMethod.EXACT, frame, 12, 1);
    ForestModel binned = train(how, TreeMethod.HISTOGRAM, frame, 12, 1);
    List<Tree> expected = exact.forest().trees();
    List<Tree> actual = binned.forest().trees();
    assertEquals(expected.size(), actual.size());
    for (int t = 0; t < Math.max(1, expected.size() / 12); t++) {
      assertEquals(shape(expected.get(t).root()), shape(actual.get(t).root()), "tree " + t);
    }
    float[] one = exact.predict(frame).values();
    float[] other = binned.predict(frame).values();
    double apart = 0;
    for (int i = 0; i < one.length; i++) {
      apart += Math.abs(one[i] - other[i]) / one.length;
    }
    assertTrue(apart < 0.01, "mean difference " + apart);
  }

  /// Examples and weights, feature by feature, in depth-first order.
  private static String shape(Node node) {
    return switch (node) {
      case Node.Leaf leaf -> "" + leaf.examples();
      case Node.Split split ->
          Arrays.toString(split.condition().attributes())
              + split.statistics().positiveExamples()
              + ":"
              + (float) split.statistics().weight()
              + "("
              + shape(split.negative())
              + " "
              + shape(split.positive())
              + ")";
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areTheSameForAnyNumberOfThreads(Case how) {
    Frame frame = LARGE;
    ForestModel alone = train(how, TreeMethod.HISTOGRAM, frame, 2, 1);
    ForestModel three = train(how, TreeMethod.HISTOGRAM, frame, 2, 3);
    assertEquals(alone.forest().trees(), three.forest().trees());
  }

  /// So many leaves wait for their turn that not all of them keep a histogram.
  @Test
  void areTheSameBestFirstWithoutLimit() {
    Consumer<GradientBoostedTreesParameters> deep =
        p -> {
          p.maxDepth = -1;
          p.maxNumNodes = -1;
          p.minExamples = 1;
          p.useHessianGain = true;
        };
    Case local = new Case(inputs(NUMBER), deep);
    Case best =
        new Case(
            inputs(NUMBER),
            deep.andThen(p -> p.growingStrategy = GrowingStrategy.BEST_FIRST_GLOBAL));
    List<Tree> expected = train(local, TreeMethod.HISTOGRAM, LARGE, 1, 2).forest().trees();
    assertTrue(expected.getFirst().nodes() > 10_000, expected.getFirst().nodes() + " nodes");
    assertTrue(
        expected.equals(train(best, TreeMethod.HISTOGRAM, LARGE, 1, 2).forest().trees()),
        "trees differ");
  }

  @Test
  void refuseWhatHasNoBins() {
    Frame frame =
        table(200, 50, 1)
            .with(
                CategoricalSetColumn.of(
                    "words", Collections.nCopies(200, List.of("a", "b")), VocabularyLimits.NONE));
    IllegalArgumentException sets =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                train(
                    new Case(new Inputs(TWO).withFeatures("n0", "words"), _ -> {}),
                    TreeMethod.HISTOGRAM,
                    frame,
                    1,
                    1));
    assertTrue(sets.toString().contains("words"), sets.toString());
    IllegalArgumentException local =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                train(
                    new Case(
                        inputs(TWO),
                        p -> p.missingValuePolicy = MissingValuePolicy.LOCAL_IMPUTATION),
                    TreeMethod.HISTOGRAM,
                    frame,
                    1,
                    1));
    assertTrue(local.toString().contains("local_imputation"), local.toString());
  }

  @RepeatedTest(20)
  void writtenOutLoopsAddAsPlainOnes(RepetitionInfo repetition) {
    long seed = 100L + repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int width = 1 + random.nextInt(BinnedTable.GROUP);
    int rows = 1 + random.nextInt(500);
    byte[] bins = new byte[rows * width];
    random.nextBytes(bins);
    BinnedTable.Group group = new BinnedTable.Group(bins, width, 256 * random.nextInt(3));
    int n = random.nextInt(rows + 1);
    long[] entries = new long[n];
    int[] values = random.ints(rows).toArray();
    for (int i = 0; i < n; i++) {
      entries[i] = (long) random.nextInt() << 32 | random.nextInt(rows);
    }
    int shift = BinTarget.shift(rows);
    for (boolean packed : new boolean[] {true, false}) {
      long[] expected = random.longs(group.start() + 256L * width).toArray();
      long[] actual = expected.clone();
      HistogramLoops.plain(group, packed, entries, n / 3, n, shift, values, expected);
      HistogramLoops.of(group, packed).add(entries, n / 3, n, shift, bins, values, actual);
      assertArrayEquals(expected, actual, "seed " + seed);
    }
  }

  @RepeatedTest(20)
  void binsHoldEqualSharesInOrder(RepetitionInfo repetition) {
    long seed = 200L + repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int rows = 1 + random.nextInt(20_000);
    float[] values = new float[rows];
    for (int row = 0; row < rows; row++) {
      values[row] =
          switch (random.nextInt(4)) {
            case 0 -> 0f;
            case 1 -> random.nextInt(20);
            case 2 -> Float.NaN;
            default -> (float) random.nextGaussian();
          };
    }
    NumericalColumn column = NumericalColumn.of("x", values);
    int[] all = IntStream.range(0, rows).toArray();
    float[] cuts = Binning.cuts(column, all, 0.5f, 64);
    assertTrue(cuts.length < 64, "seed " + seed);
    byte[] bins = new byte[rows];
    Binning.assign(column, cuts, 99, bins);
    int[] counts = new int[64];
    for (int row = 0; row < rows; row++) {
      int expected = 0;
      for (float cut : cuts) {
        expected += cut <= values[row] ? 1 : 0;
      }
      assertEquals(Float.isNaN(values[row]) ? 99 : expected, bins[row], "seed " + seed);
      counts[Float.isNaN(values[row]) ? 0 : expected]++;
    }
    for (int i = 1; i < cuts.length; i++) {
      assertTrue(cuts[i - 1] < cuts[i], "seed " + seed);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void quickScansEqualThePlainOne(int kind) {
    for (long seed = 300; seed < 400; seed++) {
      Random random = new Random(seed);
      int rows = 2 + random.nextInt(300);
      int[] values = random.ints(rows, -1000, 1000).toArray();
      NumberTarget target =
          new NumberTarget(
              values, 10, null, 0, null, 1 + kind * 4, (_, _, _, _) -> new Output.Value(0, null));
      int bins = 2 + random.nextInt(30);
      int shift = BinTarget.shift(rows);
      long[] first = new long[bins + 5];
      long[] whole = {rows, rows, 0};
      for (int value : values) {
        first[5 + random.nextInt(bins)] += ((long) value << shift) + 1;
        whole[2] += value;
      }
      BinTarget.Bins in = new BinTarget.Bins(first, new long[0], 5, bins, shift);
      double[] score = new double[1];
      double[] plainScore = new double[1];
      int plain = target.plainScan(in, whole, 0, plainScore);
      int quick = target.scan(in, whole, 0, score);
      if (plain >= 0 && plainScore[0] > 0) {
        assertEquals(plain, quick, "seed " + seed);
        assertEquals(plainScore[0], score[0], "seed " + seed);
      } else {
        assertTrue(quick < 0 || score[0] <= 0, "seed " + seed);
      }
    }
  }
}
