package dev.tendril.forest;

import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.train.RandomForestTrainer;
import dev.tendril.forest.train.Trained;
import dev.tendril.forest.train.TrainingData;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.TrainOptions;
import java.util.List;
import java.util.function.Consumer;

/// Random forest (Breiman 2001): the mean answer of many trees, each grown on a bootstrap sample of
/// the rows with a random choice of attributes at every node. Hard to over-fit, good without
/// tuning, and evaluated by its out-of-bag rows without a test set.
///
/// ```java
/// ForestModel model =
///     RandomForest.classification("species", p -> p.numTrees = 500).train(penguins);
/// ```
public final class RandomForest extends ForestLearner<RandomForestParameters> {
  static final String NAME = "random_forest";

  /// @param parameters copied
  /// @throws IllegalArgumentException when a hyper-parameter is out of range
  public RandomForest(Inputs inputs, RandomForestParameters parameters) {
    super(NAME, inputs, parameters, RandomForestParameters::copy);
  }

  public static RandomForest of(Inputs inputs, Consumer<RandomForestParameters> configure) {
    return new RandomForest(inputs, configured(new RandomForestParameters(), configure));
  }

  public static RandomForest classification(String label) {
    return classification(label, _ -> {});
  }

  public static RandomForest classification(
      String label, Consumer<RandomForestParameters> configure) {
    return of(Inputs.classification(label), configure);
  }

  public static RandomForest regression(String label) {
    return regression(label, _ -> {});
  }

  public static RandomForest regression(String label, Consumer<RandomForestParameters> configure) {
    return of(Inputs.regression(label), configure);
  }

  @Override
  RandomForest like(Inputs other, RandomForestParameters hyperparameters) {
    return new RandomForest(other, hyperparameters);
  }

  @Override
  Trained train(TrainingData data, TrainOptions options) {
    return new RandomForestTrainer(data, parameters, options, checkpoint(data, options, ""))
        .train();
  }

  /// Announces the learner.
  public static final class Provider extends Announcement<RandomForestParameters> {
    public Provider() {
      super(
          NAME,
          "Independent trees on bootstrap samples; good without tuning, evaluated out of bag.",
          List.of("classification", "regression", "categorical_uplift", "numerical_uplift"),
          RandomForestParameters.class,
          RandomForestParameters::new,
          RandomForest::new);
    }
  }
}
