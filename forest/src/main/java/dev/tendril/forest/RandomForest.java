package dev.tendril.forest;

import dev.tendril.data.Frame;
import dev.tendril.forest.options.RandomForestParameters;
import dev.tendril.forest.train.RandomForestTrainer;
import dev.tendril.forest.train.Trained;
import dev.tendril.forest.train.TrainingData;
import dev.tendril.learn.Hyperparameters;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.Task;
import dev.tendril.learn.TrainOptions;
import java.util.function.Consumer;

/// Random forest (Breiman 2001): the mean answer of many trees, each grown on a bootstrap sample of
/// the rows with a random choice of attributes at every node. Hard to over-fit, good without
/// tuning, and evaluated by its out-of-bag rows without a test set.
///
/// ```java
/// ForestModel model =
///     RandomForest.classification("species", p -> p.numTrees = 500).train(penguins);
/// ```
public final class RandomForest implements Learner<ForestModel> {
  static final String NAME = "random_forest";

  private final Inputs inputs;
  private final RandomForestParameters parameters;

  /// @param parameters copied
  /// @throws IllegalArgumentException when a hyper-parameter is out of range
  public RandomForest(Inputs inputs, RandomForestParameters parameters) {
    this.inputs = inputs;
    this.parameters = parameters.copy();
    this.parameters.validate();
  }

  public static RandomForest of(Inputs inputs, Consumer<RandomForestParameters> configure) {
    RandomForestParameters parameters = new RandomForestParameters();
    configure.accept(parameters);
    return new RandomForest(inputs, parameters);
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
  public String name() {
    return NAME;
  }

  @Override
  public Task task() {
    return inputs.task();
  }

  @Override
  public RandomForestParameters hyperparameters() {
    return parameters.copy();
  }

  @Override
  public ForestModel train(Frame frame, Consumer<TrainOptions> configure) {
    TrainOptions options = new TrainOptions();
    configure.accept(options);
    TrainingData data = TrainingData.of(frame, inputs);
    Trained trained = new RandomForestTrainer(data, parameters, options).train();
    return TrainedModel.of(this, inputs, parameters.randomSeed, data, trained);
  }

  /// Announces the learner.
  public static final class Provider implements LearnerProvider {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String summary() {
      return "Independent trees on bootstrap samples; good without tuning, evaluated out of bag.";
    }

    @Override
    public Hyperparameters hyperparameters() {
      return new RandomForestParameters();
    }

    @Override
    public Learner<?> learner(Inputs inputs, Hyperparameters hyperparameters) {
      return new RandomForest(inputs, (RandomForestParameters) hyperparameters);
    }
  }
}
