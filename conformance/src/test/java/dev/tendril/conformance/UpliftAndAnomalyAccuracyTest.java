package dev.tendril.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.ReadOptions;
import dev.tendril.data.Semantic;
import dev.tendril.forest.Cart;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.IsolationForest;
import dev.tendril.forest.RandomForest;
import dev.tendril.forest.options.IsolationForestParameters;
import dev.tendril.forest.options.ObliqueParameters.SplitAxis;
import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.options.UpliftParameters.UpliftSplitScore;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.Predictions;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The quality of treatment effects and anomaly scores on the tables, and with the figures, of
/// YDF's own tests.
class UpliftAndAnomalyAccuracyTest {

  @Test
  void upliftOfSimulatedTreatments() {
    within(
        "sim_pte, random forest, Qini",
        0.1057,
        0.004,
        qini(forest(_ -> {}, 1), UpliftAndAnomalyAccuracyTest::classes));
    within(
        "sim_pte, CART, Qini",
        0.058,
        0.041,
        qini(Cart.of(OUTCOME, _ -> {}), UpliftAndAnomalyAccuracyTest::classes));
    within(
        "sim_pte as numbers, random forest, Qini",
        0.0952,
        0.008,
        qini(
            RandomForest.of(Inputs.numericalUplift("y", "treat"), _ -> {}),
            options -> options.semantic("treat", Semantic.CATEGORICAL)));
  }

  @Test
  @Tag("slow")
  void upliftByOtherMeasuresAndSeeds() {
    double mean = 0;
    for (int seed = 1; seed <= 5; seed++) {
      mean += qini(forest(_ -> {}, seed), UpliftAndAnomalyAccuracyTest::classes) / 5;
    }
    within("sim_pte, random forest, mean of 5, Qini", 0.1057, 0.002, mean);
    double cautious =
        qini(
            forest(p -> p.upliftSplitScore = UpliftSplitScore.CONSERVATIVE_EUCLIDEAN_DISTANCE, 1),
            UpliftAndAnomalyAccuracyTest::classes);
    within("sim_pte, conservative distance, Qini", 0.1089, 0.004, cautious);
    for (UpliftSplitScore measure :
        List.of(UpliftSplitScore.EUCLIDEAN_DISTANCE, UpliftSplitScore.CHI_SQUARED)) {
      atLeast(
          "sim_pte, " + measure + ", Qini",
          0.095,
          qini(
              forest(p -> p.upliftSplitScore = measure, 1), UpliftAndAnomalyAccuracyTest::classes));
    }
  }

  private static final Inputs OUTCOME = Inputs.categoricalUplift("y", "treat");

  private static void classes(ReadOptions options) {
    options.semantic("y", Semantic.CATEGORICAL);
    options.semantic("treat", Semantic.CATEGORICAL);
  }

  private static RandomForest forest(Consumer<RandomForestParameters> configure, long seed) {
    return RandomForest.of(
        OUTCOME,
        p -> {
          p.randomSeed = seed;
          configure.accept(p);
        });
  }

  private static double qini(Learner<ForestModel> learner, Consumer<ReadOptions> read) {
    Frame train = Frame.read(Shared.file("forests/data/sim_pte_train.csv").toString(), read);
    ForestModel model = learner.train(train);
    Frame test = model.read(Shared.file("forests/data/sim_pte_test.csv").toString());
    return model.evaluate(test).uplift().qini().value();
  }

  @Test
  void anomaliesAmongGaussians() {
    Consumer<IsolationForestParameters> axis = _ -> {};
    atLeast("gaussians, AUC", 0.991, gaussians(axis));
    atLeast(
        "gaussians, oblique, AUC", 0.98, gaussians(p -> p.splitAxis = SplitAxis.SPARSE_OBLIQUE));
    ForestModel model = trainOnGaussians(axis);
    Frame test = model.read(Shared.file("forests/data/gaussians_test.csv").toString());
    Predictions scores = model.predict(test);
    int right = 0;
    for (int row = 0; row < scores.rows(); row++) {
      boolean anomaly = "True".equals(((CategoricalColumn) test.column("label")).text(row));
      right += (scores.value(row) >= 0.5) == anomaly ? 1 : 0;
    }
    atLeast("gaussians, accuracy at 0.5", 0.95, (double) right / scores.rows());
  }

  private static ForestModel trainOnGaussians(Consumer<IsolationForestParameters> configure) {
    Frame train = Frame.read(Shared.file("forests/data/gaussians_train.csv"));
    return IsolationForest.anomalyDetection("label", configure).train(train);
  }

  private static double gaussians(Consumer<IsolationForestParameters> configure) {
    ForestModel model = trainOnGaussians(configure);
    return auc(model, model.read(Shared.file("forests/data/gaussians_test.csv").toString()), null);
  }

  private static double auc(ForestModel model, Frame test, @Nullable String anomaly) {
    Evaluation evaluation =
        model.evaluate(
            test,
            options -> {
              options.resamples = 0;
              options.anomaly = anomaly;
            });
    return evaluation.anomalies().auc().value();
  }

  @Test
  void anomaliesAmongAdults() {
    Frame train = Frame.read(Shared.file("forests/data/adult_train.csv"));
    ForestModel all = IsolationForest.anomalyDetection("income").train(train);
    Frame test = all.read(Shared.file("forests/data/adult_test.csv").toString());
    within("adult, AUC", 0.48, 0.04, auc(all, test, ">50K"));
    ForestModel numbers =
        IsolationForest.of(
                Inputs.anomalyDetection("income")
                    .withFeatures(
                        "age",
                        "fnlwgt",
                        "education_num",
                        "capital_gain",
                        "capital_loss",
                        "hours_per_week"),
                _ -> {})
            .train(train);
    within("adult, numbers only, AUC", 0.615, 0.04, auc(numbers, test, ">50K"));
  }

  private static void within(String what, double figure, double tolerance, double value) {
    System.out.printf(Locale.ROOT, "%-48s %.4f  (%.4f±%.4f)%n", what, value, figure, tolerance);
    assertTrue(
        Math.abs(value - figure) <= tolerance, what + " is " + value + ", not near " + figure);
  }

  private static void atLeast(String what, double bar, double value) {
    System.out.printf(Locale.ROOT, "%-48s %.4f  (at least %.4f)%n", what, value, bar);
    assertTrue(value >= bar, what + " is " + value + ", below " + bar);
  }
}
