package dev.tendril.forest;

import dev.tendril.forest.options.CartParameters;
import dev.tendril.forest.train.CartTrainer;
import dev.tendril.forest.train.Trained;
import dev.tendril.forest.train.TrainingData;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.TrainOptions;
import java.util.List;
import java.util.function.Consumer;

/// A single decision tree (Breiman et al. 1984), pruned on rows that were held out. Less accurate
/// than a forest, but a person can read it.
///
/// ```java
/// System.out.println(Cart.classification("species").train(penguins).treeText(0));
/// ```
public final class Cart extends ForestLearner<CartParameters> {
  static final String NAME = "cart";

  /// @param parameters copied
  /// @throws IllegalArgumentException when a hyper-parameter is out of range
  public Cart(Inputs inputs, CartParameters parameters) {
    super(NAME, inputs, parameters, CartParameters::copy);
  }

  public static Cart of(Inputs inputs, Consumer<CartParameters> configure) {
    return new Cart(inputs, configured(new CartParameters(), configure));
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
  Cart like(Inputs other, CartParameters hyperparameters) {
    return new Cart(other, hyperparameters);
  }

  @Override
  Trained train(TrainingData data, TrainOptions options) {
    return new CartTrainer(data, data.validation(options.validation), parameters, options).train();
  }

  /// Announces the learner.
  public static final class Provider extends Announcement<CartParameters> {
    public Provider() {
      super(
          NAME,
          "A single pruned tree that a person can read.",
          List.of("classification", "regression", "categorical_uplift", "numerical_uplift"),
          CartParameters.class,
          CartParameters::new,
          Cart::new);
    }
  }
}
