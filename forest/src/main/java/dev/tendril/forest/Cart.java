package dev.tendril.forest;

import dev.tendril.data.Frame;
import dev.tendril.forest.options.CartParameters;
import dev.tendril.forest.train.CartTrainer;
import dev.tendril.forest.train.Trained;
import dev.tendril.forest.train.TrainingData;
import dev.tendril.learn.Hyperparameters;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.Task;
import dev.tendril.learn.TrainOptions;
import java.util.function.Consumer;

/// A single decision tree (Breiman et al. 1984), pruned on rows that were held out. Less accurate
/// than a forest, but a person can read it.
///
/// ```java
/// System.out.println(Cart.classification("species").train(penguins).treeText(0));
/// ```
public final class Cart implements Learner<ForestModel> {
  static final String NAME = "cart";

  private final Inputs inputs;
  private final CartParameters parameters;

  /// @param parameters copied
  /// @throws IllegalArgumentException when a hyper-parameter is out of range
  public Cart(Inputs inputs, CartParameters parameters) {
    this.inputs = inputs;
    this.parameters = parameters.copy();
    this.parameters.validate();
  }

  public static Cart of(Inputs inputs, Consumer<CartParameters> configure) {
    CartParameters parameters = new CartParameters();
    configure.accept(parameters);
    return new Cart(inputs, parameters);
  }

  public static Cart classification(String label) {
    return classification(label, _ -> {});
  }

  public static Cart classification(String label, Consumer<CartParameters> configure) {
    return of(Inputs.classification(label), configure);
  }

  public static Cart regression(String label) {
    return regression(label, _ -> {});
  }

  public static Cart regression(String label, Consumer<CartParameters> configure) {
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
  public CartParameters hyperparameters() {
    return parameters.copy();
  }

  @Override
  public ForestModel train(Frame frame, Consumer<TrainOptions> configure) {
    TrainOptions options = new TrainOptions();
    configure.accept(options);
    TrainingData data = TrainingData.of(frame, inputs);
    Trained trained =
        new CartTrainer(data, data.validation(options.validation), parameters, options).train();
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
      return "A single pruned tree that a person can read.";
    }

    @Override
    public Hyperparameters hyperparameters() {
      return new CartParameters();
    }

    @Override
    public Learner<?> learner(Inputs inputs, Hyperparameters hyperparameters) {
      return new Cart(inputs, (CartParameters) hyperparameters);
    }
  }
}
