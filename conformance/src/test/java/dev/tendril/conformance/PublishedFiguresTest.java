package dev.tendril.conformance;

import static dev.tendril.conformance.PublishedFigures.accuracy;
import static dev.tendril.conformance.PublishedFigures.logLoss;
import static dev.tendril.conformance.PublishedFigures.mae;
import static dev.tendril.conformance.PublishedFigures.ndcg;
import static dev.tendril.conformance.PublishedFigures.rmse;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.conformance.PublishedFigures.Figure;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Split;
import dev.tendril.data.Splits;
import dev.tendril.forest.Cart;
import dev.tendril.forest.GradientBoostedTrees;
import dev.tendril.forest.RandomForest;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.ForestExtraction;
import dev.tendril.forest.options.GradientBoostedTreesParameters.Loss;
import dev.tendril.forest.options.GradientBoostedTreesParameters.SamplingMethod;
import dev.tendril.forest.options.GradientBoostedTreesParameters.TreeMethod;
import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.options.TreeParameters.CategoricalAlgorithm;
import dev.tendril.forest.options.TreeParameters.GrowingStrategy;
import dev.tendril.forest.options.TreeParameters.NumericalSplit;
import dev.tendril.forest.options.TreeParameters.SplitAxis;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.Monotonicity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The variants of training that YDF's own tests measure, on the same tables and in the same
/// set-up, beside the figures that these tests expect. `docs/accuracy.md` is the table of what
/// comes out; with `-Dtendril.docs=update` it is written anew.
@Tag("slow")
class PublishedFiguresTest {
  private final PublishedFigures table = new PublishedFigures();

  @Test
  void variantsReachTheFiguresOfYdf() throws IOException {
    boostedOnAdult();
    forestsOnAdult();
    onAbalone();
    onIris();
    onFilesForTesting();
    onTheLineOfFigureTen();
    Path page = ReadmeExampleTest.root().resolve("docs/accuracy.md");
    if (System.getProperty("tendril.docs", "").equals("update")) {
      Files.writeString(page, table.page());
    }
    assertEquals(List.of(), table.failures());
    assertEquals(
        Files.readString(page),
        table.page(),
        "docs/accuracy.md is stale; -Dtest=PublishedFiguresTest -Dtendril.docs=update writes it anew");
  }

  private void boostedOnAdult() {
    List<Split> adult = adult(false);
    small(adult, "", _ -> {}, accuracy(.8644, .0099), logLoss(.2979, .0127));
    small(
        adult,
        ", histograms",
        p -> p.treeMethod = TreeMethod.HISTOGRAM,
        accuracy(.8644, .0099),
        logLoss(.2979, .0127));
    small(
        adult,
        ", sparse oblique",
        p -> p.splitAxis = SplitAxis.SPARSE_OBLIQUE,
        accuracy(.8627, .0099));
    small(
        adult,
        ", NA conditions",
        p -> p.allowNaConditions = true,
        accuracy(.8662, .0104),
        logLoss(.2975, .0145));
    small(
        adult,
        ", GOSS",
        p -> p.samplingMethod = SamplingMethod.GOSS,
        accuracy(.8606, .012),
        logLoss(.3075, .0168));
    sampled(adult, "", _ -> {}, accuracy(.8647, .0099), logLoss(.2984, .0162));
    sampled(adult(true), ", discretized", _ -> {}, accuracy(.8649, .0097), logLoss(.2986, .0148));
    sampled(
        adult,
        ", random categorical",
        p -> p.categoricalAlgorithm = CategoricalAlgorithm.RANDOM,
        accuracy(.8642, .0097),
        logLoss(.2954, .0095));
    sampled(
        adult,
        ", best-first growth",
        p -> p.growingStrategy = GrowingStrategy.BEST_FIRST_GLOBAL,
        accuracy(.8662, .0094),
        logLoss(.3026, .0218));
    sampled(
        adult,
        ", half of the attributes",
        p -> p.numCandidateAttributesRatio = 0.5,
        accuracy(.8644, .0108),
        logLoss(.3011, .0151));
    sampled(
        adult,
        ", L2 0.1",
        p -> p.l2Regularization = 0.1,
        accuracy(.8639, .0097),
        logLoss(.2977, .011));
    sampled(
        adult,
        ", multinomial loss",
        p -> p.loss = Loss.MULTINOMIAL_LOG_LIKELIHOOD,
        accuracy(.8641, .0099),
        logLoss(.2979, .0126));
    hessian(adult, "", _ -> {}, accuracy(.8633, .0101), logLoss(.2952, .0159));
    hessian(
        adult,
        ", categorical L2 10",
        p -> p.l2CategoricalRegularization = 10,
        accuracy(.8638, .0124),
        logLoss(.2948, .0125));
    hessian(
        adult,
        ", random categorical",
        p -> p.categoricalAlgorithm = CategoricalAlgorithm.RANDOM,
        accuracy(.8636, .0092),
        logLoss(.2924, .0112));
    focal(adult, 0, .5, accuracy(.8647, .0122), logLoss(.2969, .0107));
    focal(adult, .5, .5, accuracy(.8653, .0094), logLoss(.3226, .0218));
    focal(adult, 2, .5, accuracy(.8638, .0094), logLoss(.4107, .0351));
    focal(adult, 2, .25, accuracy(.8503, .0177), logLoss(.3907, .036));
    table.measure(
        "adult",
        "boosted, small, subsample 0.9, weights",
        List.of(
            GradientBoostedTrees.of(
                Inputs.classification("income").withWeights("age"), p -> small(p).subsample = 0.9)),
        adult.stream().map(PublishedFiguresTest::youngerOnes).toList(),
        "age",
        accuracy(.8388, .0146),
        logLoss(.3614, .0313));
    boosted(adult, "boosted", _ -> {}, accuracy(.8661, .0134), logLoss(.3001, .0204));
    boosted(
        adult,
        "boosted, honest",
        p -> p.honest = true,
        accuracy(.8589, .0131),
        logLoss(.3095, .015));
    monotonic(adult, Monotonicity.INCREASING, accuracy(.8655, .009), logLoss(.2964, .0181));
    monotonic(adult, Monotonicity.DECREASING, accuracy(.8566, .0094), logLoss(.3128, .0156));
  }

  private void boosted(
      List<Split> adult,
      String variant,
      Consumer<GradientBoostedTreesParameters> configure,
      Figure... figures) {
    Learner<?> learner = GradientBoostedTrees.classification("income", configure);
    table.measure("adult", variant, List.of(learner), adult, null, figures);
  }

  private static GradientBoostedTreesParameters small(GradientBoostedTreesParameters p) {
    p.numTrees = 100;
    p.maxDepth = 4;
    return p;
  }

  private void small(
      List<Split> adult,
      String variant,
      Consumer<GradientBoostedTreesParameters> configure,
      Figure... figures) {
    boosted(adult, "boosted, small" + variant, p -> configure.accept(small(p)), figures);
  }

  private void sampled(
      List<Split> adult,
      String variant,
      Consumer<GradientBoostedTreesParameters> configure,
      Figure... figures) {
    small(
        adult,
        ", subsample 0.9" + variant,
        p -> {
          p.subsample = 0.9;
          configure.accept(p);
        },
        figures);
  }

  private void hessian(
      List<Split> adult,
      String variant,
      Consumer<GradientBoostedTreesParameters> configure,
      Figure... figures) {
    sampled(
        adult,
        ", hessian gain" + variant,
        p -> {
          p.useHessianGain = true;
          configure.accept(p);
        },
        figures);
  }

  private void focal(List<Split> adult, double gamma, double alpha, Figure... figures) {
    sampled(
        adult,
        ", focal loss, gamma " + gamma + ", alpha " + alpha,
        p -> {
          p.loss = Loss.BINARY_FOCAL_LOSS;
          p.focalLossGamma = gamma;
          p.focalLossAlpha = alpha;
        },
        figures);
  }

  /// Age and education follow a direction; hours per week always rise.
  private void monotonic(List<Split> adult, Monotonicity direction, Figure... figures) {
    Inputs inputs =
        Inputs.classification("income")
            .withMonotonic("age", direction)
            .withMonotonic("hours_per_week", Monotonicity.INCREASING)
            .withMonotonic("education_num", direction);
    table.measure(
        "adult",
        "boosted, hessian gain, monotonic, " + direction,
        List.of(GradientBoostedTrees.of(inputs, p -> p.useHessianGain = true)),
        adult,
        null,
        figures);
  }

  private void forestsOnAdult() {
    List<Split> adult = adult(false);
    forest(
        adult,
        ", NA conditions",
        p -> p.allowNaConditions = true,
        accuracy(.860, .01),
        logLoss(.333, .04));
    forest(
        adult,
        ", distributions",
        p -> p.winnerTakeAll = false,
        accuracy(.862, .015),
        logLoss(.310, .04));
    forest(
        adult(true),
        ", distributions, discretized",
        p -> p.winnerTakeAll = false,
        accuracy(.862, .015),
        logLoss(.310, .04));
    forest(
        adult,
        ", at most 50,000 nodes",
        p -> p.totalMaxNumNodes = 50_000,
        accuracy(.862, .015),
        logLoss(.368, .045));
    onCategories(
        adult, CategoricalAlgorithm.ONE_HOT, 64, accuracy(.8175, .015), logLoss(.4126, .04));
    onCategories(
        adult, CategoricalAlgorithm.RANDOM, 16, accuracy(.8262, .005), logLoss(.4062, .02));
    forest(
        adult,
        ", sparse oblique",
        p -> p.splitAxis = SplitAxis.SPARSE_OBLIQUE,
        accuracy(.8571, .01));
    forest(
        adult, ", MHLD oblique", p -> p.splitAxis = SplitAxis.MHLD_OBLIQUE, accuracy(.8568, .01));
    forest(adult, ", honest", p -> p.honest = true, accuracy(.8504, .01), logLoss(.426, .045));
    forest(
        adult,
        ", distributions, equal-width thresholds",
        p -> {
          p.winnerTakeAll = false;
          p.numericalSplit = NumericalSplit.HISTOGRAM_EQUAL_WIDTH;
        },
        accuracy(.8525, .01));
    forest(
        adult,
        ", extremely randomized",
        p -> {
          extremelyRandomized(p);
          p.minExamples = 3;
        },
        accuracy(.8415, .01));
    table.measure(
        "adult",
        "CART",
        List.of(Cart.classification("income")),
        adult,
        null,
        accuracy(.8546, .011),
        logLoss(.4392, .156));
  }

  private void forest(
      List<Split> adult,
      String variant,
      Consumer<RandomForestParameters> configure,
      Figure... figures) {
    Learner<?> learner = RandomForest.classification("income", configure);
    table.measure("adult", "forest" + variant, List.of(learner), adult, null, figures);
  }

  private void onCategories(
      List<Split> adult, CategoricalAlgorithm algorithm, int depth, Figure... figures) {
    Inputs inputs =
        Inputs.classification("income")
            .withFeatures(
                "workclass",
                "education",
                "marital_status",
                "occupation",
                "relationship",
                "race",
                "sex",
                "native_country");
    Learner<?> learner =
        RandomForest.of(
            inputs,
            p -> {
              p.winnerTakeAll = false;
              p.categoricalAlgorithm = algorithm;
              p.maxDepth = depth;
            });
    String kind = algorithm == CategoricalAlgorithm.ONE_HOT ? "one-hot" : "random";
    table.measure(
        "adult",
        "forest, distributions, categorical features only, " + kind,
        List.of(learner),
        adult,
        null,
        figures);
  }

  private static void extremelyRandomized(RandomForestParameters p) {
    p.bootstrapTrainingDataset = false;
    p.numericalSplit = NumericalSplit.HISTOGRAM_RANDOM;
    p.maxDepth = -1;
  }

  private void onAbalone() {
    List<Split> halves = halves("forests/data/abalone.csv");
    abalone(halves, "boosted", _ -> {}, rmse(2.1684, .0979));
    abalone(halves, "boosted, L2 0.1", p -> p.l2Regularization = 0.1, rmse(2.1593, .0776));
    abalone(halves, "boosted, Poisson loss", p -> p.loss = Loss.POISSON, rmse(2.1563, .0852));
    abalone(
        halves,
        "boosted, absolute error",
        p -> p.loss = Loss.MEAN_AVERAGE_ERROR,
        mae(1.5155, .0599),
        rmse(2.2608, .1464));
    Inputs monotonic =
        Inputs.regression("Rings")
            .withMonotonic("LongestShell", Monotonicity.INCREASING)
            .withMonotonic("Diameter", Monotonicity.INCREASING);
    table.measure(
        "abalone",
        "boosted, hessian gain, monotonic",
        seeds(
            seed ->
                GradientBoostedTrees.of(
                    monotonic,
                    p -> {
                      p.randomSeed = seed;
                      p.useHessianGain = true;
                    })),
        halves,
        null,
        rmse(2.1702, .0979));
    table.measure(
        "abalone",
        "forest",
        seeds(seed -> RandomForest.regression("Rings", p -> p.randomSeed = seed)),
        halves,
        null,
        rmse(2.0926, .01));
    table.measure(
        "abalone",
        "forest, 1,000 trees, extremely randomized",
        seeds(
            seed ->
                RandomForest.regression(
                    "Rings",
                    p -> {
                      extremelyRandomized(p);
                      p.randomSeed = seed;
                      p.minExamples = 3;
                      p.numTrees = 1000;
                    })),
        halves,
        null,
        rmse(2.114, .01));
    table.measure(
        "abalone",
        "CART",
        seeds(seed -> Cart.regression("Rings", p -> p.randomSeed = seed)),
        halves,
        null,
        rmse(2.3728, .157));
  }

  private static <L extends Learner<?>> List<L> seeds(LongFunction<L> learner) {
    return LongStream.range(0, 10).mapToObj(learner).toList();
  }

  private void abalone(
      List<Split> halves,
      String variant,
      Consumer<GradientBoostedTreesParameters> configure,
      Figure... figures) {
    table.measure(
        "abalone",
        variant,
        seeds(
            seed ->
                GradientBoostedTrees.regression(
                    "Rings",
                    p -> {
                      p.randomSeed = seed;
                      configure.accept(p);
                    })),
        halves,
        null,
        figures);
  }

  private void onIris() {
    List<Split> halves = halves("forests/data/iris.csv");
    iris(halves, "boosted", _ -> {}, accuracy(.9533, .03), logLoss(.2988, .2562));
    iris(
        halves,
        "boosted, hessian gain",
        p -> p.useHessianGain = true,
        accuracy(.9533, .05),
        logLoss(.3225, .3002));
    iris(
        halves,
        "boosted, 100 iterations, DART 0.1",
        p -> {
          p.numTrees = 100;
          p.forestExtraction = ForestExtraction.DART;
          p.dartDropout = 0.1;
          p.shrinkage = 1;
        },
        accuracy(.9467, .04),
        logLoss(.1925, .1226));
    table.measure(
        "iris",
        "forest",
        seeds(seed -> RandomForest.classification("class", p -> p.randomSeed = seed)),
        halves,
        null,
        accuracy(.9466, .01),
        logLoss(.1072, .05));
    table.measure(
        "iris",
        "CART",
        seeds(seed -> Cart.classification("class", p -> p.randomSeed = seed)),
        halves,
        null,
        accuracy(.82, .23));
  }

  private void iris(
      List<Split> halves,
      String variant,
      Consumer<GradientBoostedTreesParameters> configure,
      Figure... figures) {
    table.measure(
        "iris",
        variant,
        seeds(
            seed ->
                GradientBoostedTrees.classification(
                    "class",
                    p -> {
                      p.randomSeed = seed;
                      configure.accept(p);
                    })),
        halves,
        null,
        figures);
  }

  private void onFilesForTesting() {
    table.measure(
        "two centers",
        "boosted",
        List.of(GradientBoostedTrees.regression("target")),
        List.of(files("two_center_regression")),
        null,
        rmse(114.8, 1));
    table.measure(
        "synthetic ranking",
        "boosted, LambdaMART",
        List.of(GradientBoostedTrees.ranking("LABEL", "GROUP")),
        List.of(files("synthetic_ranking")),
        null,
        ndcg(.7151, .025));
  }

  /// What figure 10 of Geurts, Ernst, Wehenkel (2006) shows: through few points of a broken line,
  /// trees with drawn thresholds lay a smooth curve, a forest lays stairs. The error is that
  /// against the line between neighboring points.
  private void onTheLineOfFigureTen() {
    List<Split> lines =
        IntStream.range(0, 20).mapToObj(seed -> figureTen(new Random(seed))).toList();
    Consumer<RandomForestParameters> deep =
        p -> {
          p.numTrees = 100;
          p.maxDepth = -1;
          p.minExamples = 1;
        };
    table.measure(
        "figure 10",
        "forest",
        List.of(RandomForest.regression("y", deep)),
        lines,
        null,
        rmse(.0582, .02));
    table.measure(
        "figure 10",
        "forest, extremely randomized",
        List.of(
            RandomForest.regression(
                "y",
                p -> {
                  deep.accept(p);
                  extremelyRandomized(p);
                })),
        lines,
        null,
        rmse(.0121, .005));
  }

  private static Split figureTen(Random random) {
    float[] x = new float[20];
    float[] y = new float[20];
    for (int row = 0; row < x.length; row++) {
      x[row] = 3 * random.nextFloat();
    }
    Arrays.sort(x);
    for (int row = 0; row < x.length; row++) {
      y[row] = Math.max(0, x[row] < 1 ? 1 - x[row] : x[row] < 2 ? x[row] - 1 : 0);
    }
    float[] at = new float[1000];
    float[] between = new float[1000];
    for (int row = 0; row < at.length; row++) {
      at[row] = x[0] + (x[19] - x[0]) * random.nextFloat();
      int above = 1;
      while (above < 19 && x[above] < at[row]) {
        above++;
      }
      float share = (at[row] - x[above - 1]) / (x[above] - x[above - 1]);
      between[row] = y[above - 1] + share * (y[above] - y[above - 1]);
    }
    return new Split(points(x, y), points(at, between));
  }

  private static Frame points(float[] x, float[] y) {
    return Frame.of(List.of(NumericalColumn.of("x", x), NumericalColumn.of("y", y)));
  }

  /// Five disjoint fifths, each in two halves.
  private static List<Split> adult(boolean discretize) {
    Frame adult =
        Frame.read(
            Shared.file("forests/data/adult_train.csv")
                + ","
                + Shared.file("forests/data/adult_test.csv"),
            options -> options.discretize = discretize);
    return Splits.folds(adult, 5, 11).stream().map(fifth -> fifth.test().split(0.5, 12)).toList();
  }

  /// Leaves rows out, the more likely the older, which weights by age make up for.
  private static Split youngerOnes(Split split) {
    return new Split(youngerOnes(split.train(), 1), youngerOnes(split.test(), 2));
  }

  private static Frame youngerOnes(Frame table, long seed) {
    float[] ages = ((NumericalColumn) table.column("age")).values();
    Random random = new Random(seed);
    return table.rows(
        IntStream.range(0, ages.length)
            .filter(row -> random.nextDouble() >= ages[row] / 90)
            .toArray());
  }

  /// Every other row, with an exception at the start.
  private static List<Split> halves(String file) {
    Frame table = Frame.read(Shared.file(file));
    int[] train =
        IntStream.range(1, table.rows()).filter(row -> row == 1 || row % 2 == 0).toArray();
    int[] test =
        IntStream.range(0, table.rows())
            .filter(row -> row != 1 && (row == 0 || row % 2 == 1))
            .toArray();
    return List.of(new Split(table.rows(train), table.rows(test)));
  }

  private static Split files(String name) {
    Frame train = Frame.read(Shared.file("forests/data/" + name + "_train.csv"));
    Frame test =
        Frame.read(
            Shared.file("forests/data/" + name + "_test.csv").toString(),
            options -> options.schema = train.schema());
    return new Split(train, test);
  }
}
