package dev.tendril.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Split;
import dev.tendril.data.Splits;
import dev.tendril.forest.Cart;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.GradientBoostedTrees;
import dev.tendril.forest.RandomForest;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.GradientBoostedTreesParameters.ForestExtraction;
import dev.tendril.forest.options.GradientBoostedTreesParameters.SamplingMethod;
import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.options.TreeParameters.CategoricalAlgorithm;
import dev.tendril.forest.options.TreeParameters.SplitAxis;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Learner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The accuracy that users of the best libraries get on these tables with default settings. A
/// figure below its bar means that something in training broke, even if all else passes.
class AccuracyTest {

  @Test
  void penguinsOverThirtySplits() {
    Frame penguins = Frame.read(Shared.file("forests/penguins.csv"));
    Frame splits = Frame.read(Shared.file("forests/penguins_splits.csv").toString());
    Frame table = penguins;
    double forest = 0;
    double boosted = 0;
    for (int i = 0; i < 30; i++) {
      Split split = split(table, splits, "split" + i);
      forest += accuracy(RandomForest.classification("species"), split);
      boosted += accuracy(GradientBoostedTrees.classification("species"), split);
    }
    atLeast("penguins, random forest, mean accuracy", 0.975, forest / 30);
    atLeast("penguins, boosted trees, mean accuracy", 0.977, boosted / 30);
  }

  @Test
  void irisInTenFolds() {
    Frame iris = Frame.read(Shared.file("forests/data/iris.csv"));
    List<Split> folds = folds(iris, Frame.read(Shared.file("forests/data/iris_folds.csv")));
    double forest = 0;
    double boosted = 0;
    for (Split fold : folds) {
      forest += accuracy(RandomForest.classification("class"), fold) * fold.test().rows();
      boosted += accuracy(GradientBoostedTrees.classification("class"), fold) * fold.test().rows();
    }
    atLeast("iris, random forest, accuracy", 0.94, forest / iris.rows());
    atLeast("iris, boosted trees, accuracy", 0.94, boosted / iris.rows());
  }

  @Test
  void abaloneInTenFolds() {
    Frame abalone = Frame.read(Shared.file("forests/data/abalone.csv"));
    List<Split> folds = folds(abalone, Frame.read(Shared.file("forests/data/abalone_folds.csv")));
    atMost(
        "abalone, boosted trees, RMSE",
        2.17,
        rmse(GradientBoostedTrees.regression("Rings"), folds));
  }

  @Test
  @Tag("slow")
  void abaloneForestInTenFolds() {
    Frame abalone = Frame.read(Shared.file("forests/data/abalone.csv"));
    List<Split> folds = folds(abalone, Frame.read(Shared.file("forests/data/abalone_folds.csv")));
    atMost("abalone, random forest, RMSE", 2.13, rmse(RandomForest.regression("Rings"), folds));
  }

  @Test
  void adultBoosted() {
    ForestModel model = GradientBoostedTrees.classification("income").train(adultTrain());
    atLeast("adult, boosted trees, accuracy", 0.873, adultTest(model).accuracy());
  }

  @Test
  @Tag("slow")
  void adultForest() {
    ForestModel model = RandomForest.classification("income").train(adultTrain());
    atLeast("adult, random forest, accuracy", 0.864, adultTest(model).accuracy());
  }

  /// The set-up of YDF's unit tests: a fifth of adult, half of it to train on. Their fifth is not
  /// known, so the mean over five disjoint ones is compared.
  @Test
  @Tag("slow")
  void variantsOnAdult() {
    adultLikeYdf("boosted", boosted(_ -> {}), 0.8644, 0.0099, 0.2979, 0.0127);
    adultLikeYdf(
        "boosted, NA conditions",
        boosted(p -> p.allowNaConditions = true),
        0.8662,
        0.0099,
        0.2975,
        0.0127);
    adultLikeYdf(
        "boosted, random categorical",
        boosted(p -> p.categoricalAlgorithm = CategoricalAlgorithm.RANDOM),
        0.8642,
        0.0099,
        0.2954,
        0.0127);
    adultLikeYdf(
        "boosted, L2", boosted(p -> p.l2Regularization = 0.5), 0.8639, 0.0099, 0.2977, 0.0127);
    adultLikeYdf("forest", forest(_ -> {}), 0.860, 0.01, 0.333, 0.04);
    adultLikeYdf(
        "forest, distributions", forest(p -> p.winnerTakeAll = false), 0.862, 0.015, 0.310, 0.04);
    adultLikeYdf(
        "forest, one-hot",
        forest(
            p -> {
              p.categoricalAlgorithm = CategoricalAlgorithm.ONE_HOT;
              p.winnerTakeAll = false;
            }),
        0.8175,
        0.01,
        0.4126,
        0.04);
    adultLikeYdf(
        "forest, random categorical",
        forest(
            p -> {
              p.categoricalAlgorithm = CategoricalAlgorithm.RANDOM;
              p.winnerTakeAll = false;
            }),
        0.8262,
        0.01,
        0.3817,
        0.04);
    adultLikeYdf("CART", Cart.classification("income"), 0.8546, 0.011, 0.4392, 0.156);
  }

  @Test
  @Tag("slow")
  void boostingVariantsOnAdult() {
    adultLikeYdf(
        "boosted, GOSS",
        boosted(p -> p.samplingMethod = SamplingMethod.GOSS),
        0.8606,
        0.0099,
        0.3075,
        0.0127);
    adultLikeYdf(
        "boosted, hessian gain, subsample",
        boosted(
            p -> {
              p.useHessianGain = true;
              p.subsample = 0.9;
            }),
        0.8633,
        0.0099,
        0.2952,
        0.0127);
    adultLikeYdf(
        "boosted, hessian gain, categorical L2",
        boosted(
            p -> {
              p.useHessianGain = true;
              p.l2CategoricalRegularization = 10;
            }),
        0.8638,
        0.0099,
        0.2948,
        0.0127);
    focalLikeYdf(0, 0.5, 0.8647, 0.2979);
    focalLikeYdf(0.5, 0.5, 0.8653, 0.3226);
    focalLikeYdf(2, 0.5, 0.8638, 0.4107);
  }

  @Test
  @Tag("slow")
  void obliqueVariants() {
    adultLikeYdf(
        "boosted, sparse oblique",
        boosted(p -> p.splitAxis = SplitAxis.SPARSE_OBLIQUE),
        0.8627,
        0.0099,
        0.2979,
        0.0127);
    adultLikeYdf(
        "forest, sparse oblique",
        forest(p -> p.splitAxis = SplitAxis.SPARSE_OBLIQUE),
        0.8571,
        0.01,
        0.333,
        0.04);
    adultLikeYdf(
        "forest, MHLD oblique",
        forest(p -> p.splitAxis = SplitAxis.MHLD_OBLIQUE),
        0.8568,
        0.01,
        0.333,
        0.04);
    Split abalone = Frame.read(Shared.file("forests/data/abalone.csv")).split(0.5, 7);
    GradientBoostedTrees boosted =
        GradientBoostedTrees.regression("Rings", p -> p.splitAxis = SplitAxis.SPARSE_OBLIQUE);
    notAbove("abalone/2 boosted, oblique", 2.0971, 0.0612, evaluate(boosted, abalone).rmse());
    RandomForest forest =
        RandomForest.regression("Rings", p -> p.splitAxis = SplitAxis.SPARSE_OBLIQUE);
    notAbove("abalone/2 forest, oblique", 2.054, 0.0612, evaluate(forest, abalone).rmse());
  }

  private static void focalLikeYdf(double gamma, double alpha, double accuracy, double logLoss) {
    adultLikeYdf(
        "boosted, focal loss, gamma " + gamma,
        boosted(
            p -> {
              p.loss = GradientBoostedTreesParameters.Loss.BINARY_FOCAL_LOSS;
              p.focalLossGamma = gamma;
              p.focalLossAlpha = alpha;
            }),
        accuracy,
        0.0099,
        logLoss,
        0.0127);
  }

  private static GradientBoostedTrees boosted(Consumer<GradientBoostedTreesParameters> configure) {
    return GradientBoostedTrees.classification(
        "income",
        p -> {
          p.numTrees = 100;
          p.maxDepth = 4;
          configure.accept(p);
        });
  }

  private static RandomForest forest(Consumer<RandomForestParameters> configure) {
    return RandomForest.classification("income", configure);
  }

  private static void adultLikeYdf(
      String what,
      Learner<ForestModel> learner,
      double accuracy,
      double accuracyTolerance,
      double logLoss,
      double logLossTolerance) {
    Frame adult =
        Frame.read(
            Shared.file("forests/data/adult_train.csv")
                + ","
                + Shared.file("forests/data/adult_test.csv"));
    double accuracies = 0;
    double losses = 0;
    List<Split> fifths = Splits.folds(adult, 5, 11);
    for (Split fifth : fifths) {
      Evaluation evaluation = evaluate(learner, fifth.test().split(0.5, 12));
      accuracies += evaluation.accuracy() / fifths.size();
      losses += evaluation.logLoss() / fifths.size();
    }
    notBelow("adult/5 " + what, accuracy, accuracyTolerance, accuracies);
    notAbove("adult/5 " + what + ", log loss", logLoss, logLossTolerance, losses);
  }

  @Test
  void variantsOnAbaloneAndIris() {
    Split abalone = Frame.read(Shared.file("forests/data/abalone.csv")).split(0.5, 7);
    notAbove(
        "abalone/2 boosted",
        2.1684,
        0.0979,
        evaluate(GradientBoostedTrees.regression("Rings"), abalone).rmse());
    GradientBoostedTrees poisson =
        GradientBoostedTrees.regression(
            "Rings", p -> p.loss = GradientBoostedTreesParameters.Loss.POISSON);
    notAbove("abalone/2 boosted, Poisson", 2.1563, 0.0979, evaluate(poisson, abalone).rmse());
    GradientBoostedTrees absolute =
        GradientBoostedTrees.regression(
            "Rings", p -> p.loss = GradientBoostedTreesParameters.Loss.MEAN_AVERAGE_ERROR);
    Evaluation median = evaluate(absolute, abalone);
    notAbove("abalone/2 boosted, absolute error, MAE", 1.5155, 0.06, median.mae());
    notAbove("abalone/2 boosted, absolute error, RMSE", 2.2608, 0.0979, median.rmse());
    notAbove("abalone/2 CART", 2.3728, 0.157, evaluate(Cart.regression("Rings"), abalone).rmse());
    Split iris = Frame.read(Shared.file("forests/data/iris.csv")).split(0.5, 7);
    notBelow(
        "iris/2 boosted",
        0.9533,
        0.03,
        evaluate(GradientBoostedTrees.classification("class"), iris).accuracy());
    GradientBoostedTrees hessian =
        GradientBoostedTrees.classification("class", p -> p.useHessianGain = true);
    notBelow("iris/2 boosted, hessian gain", 0.9533, 0.03, evaluate(hessian, iris).accuracy());
    GradientBoostedTrees dart =
        GradientBoostedTrees.classification(
            "class",
            p -> {
              p.forestExtraction = ForestExtraction.DART;
              p.shrinkage = 1;
            });
    notBelow("iris/2 boosted, DART", 0.9467, 0.03, evaluate(dart, iris).accuracy());
    notBelow(
        "iris/2 forest",
        0.9466,
        0.03,
        evaluate(RandomForest.classification("class"), iris).accuracy());
    atLeast("iris/2 CART", 0.82 - 0.23, evaluate(Cart.classification("class"), iris).accuracy());
  }

  @Test
  void syntheticRanking() {
    Frame train = Frame.read(Shared.file("forests/data/synthetic_ranking_train.csv"));
    ForestModel pairs = GradientBoostedTrees.ranking("LABEL", "GROUP").train(train);
    String test = Shared.file("forests/data/synthetic_ranking_test.csv").toString();
    atLeast("ranking, LambdaMART, NDCG@5", 0.70, quick(pairs, pairs.read(test)).ndcg());
    ForestModel groups =
        GradientBoostedTrees.ranking(
                "LABEL", "GROUP", p -> p.loss = GradientBoostedTreesParameters.Loss.XE_NDCG_MART)
            .train(train);
    atLeast("ranking, cross entropy, NDCG@5", 0.68, quick(groups, groups.read(test)).ndcg());
  }

  private static Frame adultTrain() {
    return Frame.read(Shared.file("forests/data/adult_train.csv"));
  }

  private static Evaluation adultTest(ForestModel model) {
    return quick(model, model.read(Shared.file("forests/data/adult_test.csv").toString()));
  }

  private static double accuracy(Learner<ForestModel> learner, Split split) {
    return evaluate(learner, split).accuracy();
  }

  private static double rmse(Learner<ForestModel> learner, List<Split> folds) {
    double squares = 0;
    double rows = 0;
    for (Split fold : folds) {
      double rmse = evaluate(learner, fold).rmse();
      squares += rmse * rmse * fold.test().rows();
      rows += fold.test().rows();
    }
    return Math.sqrt(squares / rows);
  }

  private static Evaluation evaluate(Learner<ForestModel> learner, Split split) {
    return quick(learner.train(split.train()), split.test());
  }

  private static Evaluation quick(ForestModel model, Frame test) {
    return Evaluation.of(model, test, options -> options.resamples = 0);
  }

  /// The rows whose mark is 1 against the others.
  private static Split split(Frame table, Frame marks, String column) {
    float[] mark = numbers(marks, column);
    return new Split(
        table.rows(IntStream.range(0, mark.length).filter(row -> mark[row] == 0).toArray()),
        table.rows(IntStream.range(0, mark.length).filter(row -> mark[row] == 1).toArray()));
  }

  private static List<Split> folds(Frame table, Frame marks) {
    float[] fold = numbers(marks, "fold");
    List<Split> splits = new ArrayList<>();
    for (int f = 0; f < 10; f++) {
      int which = f;
      splits.add(
          new Split(
              table.rows(
                  IntStream.range(0, fold.length).filter(row -> fold[row] != which).toArray()),
              table.rows(
                  IntStream.range(0, fold.length).filter(row -> fold[row] == which).toArray())));
    }
    return splits;
  }

  private static float[] numbers(Frame marks, String column) {
    return switch (marks.column(column)) {
      case NumericalColumn numbers -> numbers.values();
      case dev.tendril.data.BooleanColumn flags -> {
        float[] values = new float[flags.rows()];
        for (int row = 0; row < values.length; row++) {
          values[row] = flags.value(row);
        }
        yield values;
      }
      default -> throw new IllegalStateException("marks are numbers: " + column);
    };
  }

  private static void atLeast(String what, double bar, double value) {
    report(what, value, String.format(Locale.ROOT, "at least %.4f", bar));
    assertTrue(value >= bar, what + " is " + value + ", below " + bar);
  }

  private static void atMost(String what, double bar, double value) {
    report(what, value, String.format(Locale.ROOT, "at most %.4f", bar));
    assertTrue(value <= bar, what + " is " + value + ", above " + bar);
  }

  /// A figure of YDF's own tests, where more is better: no worse than it, within its tolerance.
  private static void notBelow(String what, double figure, double tolerance, double value) {
    atLeast(what, figure - tolerance, value);
  }

  /// A figure of YDF's own tests, where less is better.
  private static void notAbove(String what, double figure, double tolerance, double value) {
    atMost(what, figure + tolerance, value);
  }

  private static void report(String what, double value, String bar) {
    System.out.printf(Locale.ROOT, "%-48s %.4f  (%s)%n", what, value, bar);
  }
}
