package dev.tendril.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.Split;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.GradientBoostedTrees;
import dev.tendril.forest.RandomForest;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Learner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  private static void report(String what, double value, String bar) {
    System.out.printf(Locale.ROOT, "%-48s %.4f  (%s)%n", what, value, bar);
  }
}
