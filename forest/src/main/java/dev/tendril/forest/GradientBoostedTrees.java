package dev.tendril.forest;

import dev.tendril.data.Frame;
import dev.tendril.forest.options.CustomLoss;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.train.BoostingTrainer;
import dev.tendril.forest.train.Trained;
import dev.tendril.forest.train.TrainingData;
import dev.tendril.learn.CustomMetric;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Task;
import dev.tendril.learn.TrainOptions;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gradient-boosted trees (Friedman 2001): every tree corrects what the trees before it left over.
/// Usually the most accurate forest; small, and fast to predict with. Training stops when rows that
/// were held out are no longer predicted better.
///
/// ```java
/// ForestModel model =
///     GradientBoostedTrees.regression("price", p -> p.shrinkage = 0.05).train(houses);
/// ```
public final class GradientBoostedTrees extends ForestLearner<GradientBoostedTreesParameters> {
  static final String NAME = "gradient_boosted_trees";

  private final @Nullable CustomLoss customLoss;
  private final @Nullable CustomMetric customMetric;

  /// @param parameters copied
  /// @throws IllegalArgumentException when a hyper-parameter is out of range
  public GradientBoostedTrees(Inputs inputs, GradientBoostedTreesParameters parameters) {
    this(inputs, parameters, null, null);
  }

  private GradientBoostedTrees(
      Inputs inputs,
      GradientBoostedTreesParameters parameters,
      @Nullable CustomLoss customLoss,
      @Nullable CustomMetric customMetric) {
    super(NAME, inputs, parameters, GradientBoostedTreesParameters::copy);
    this.customLoss = customLoss;
    this.customMetric = customMetric;
  }

  public static GradientBoostedTrees of(
      Inputs inputs, Consumer<GradientBoostedTreesParameters> configure) {
    return new GradientBoostedTrees(
        inputs, configured(new GradientBoostedTreesParameters(), configure));
  }

  public static GradientBoostedTrees classification(String label) {
    return classification(label, _ -> {});
  }

  public static GradientBoostedTrees classification(
      String label, Consumer<GradientBoostedTreesParameters> configure) {
    return of(Inputs.classification(label), configure);
  }

  public static GradientBoostedTrees regression(String label) {
    return regression(label, _ -> {});
  }

  public static GradientBoostedTrees regression(
      String label, Consumer<GradientBoostedTreesParameters> configure) {
    return of(Inputs.regression(label), configure);
  }

  /// @param label relevance, a number from 0 (none) to usually 4 (perfect)
  /// @param group the column whose equal values make a group, such as a query
  public static GradientBoostedTrees ranking(String label, String group) {
    return ranking(label, group, _ -> {});
  }

  /// @param label relevance, a number from 0 (none) to usually 4 (perfect)
  /// @param group the column whose equal values make a group, such as a query
  public static GradientBoostedTrees ranking(
      String label, String group, Consumer<GradientBoostedTreesParameters> configure) {
    return of(new Inputs(new Task.Ranking(label, group)), configure);
  }

  /// A learner that minimizes a loss of yours, for classification or regression, instead of the one
  /// that the hyper-parameters name.
  public GradientBoostedTrees withLoss(CustomLoss loss) {
    return new GradientBoostedTrees(inputs, parameters, loss, customMetric);
  }

  /// A learner that measures its validation rows by a metric of yours. It takes the place of the
  /// second figure in the log of training, and early stopping goes by it rather than by the loss.
  public GradientBoostedTrees withMetric(CustomMetric metric) {
    return new GradientBoostedTrees(inputs, parameters, customLoss, metric);
  }

  @Override
  GradientBoostedTrees like(Inputs other, GradientBoostedTreesParameters hyperparameters) {
    return new GradientBoostedTrees(other, hyperparameters, customLoss, customMetric);
  }

  @Override
  TrainingData data(Frame frame) {
    return TrainingData.forBoosting(frame, inputs);
  }

  @Override
  Trained train(TrainingData data, TrainOptions options) {
    String custom =
        (customLoss == null ? "" : customLoss.getClass().getName())
            + (customMetric == null ? "" : " " + customMetric.name());
    return new BoostingTrainer(
            data,
            data.validation(options.validation),
            parameters,
            new BoostingTrainer.Extras(customLoss, customMetric, checkpoint(data, options, custom)),
            options)
        .train();
  }

  /// Announces the learner.
  public static final class Provider extends Announcement<GradientBoostedTreesParameters> {
    public Provider() {
      super(
          NAME,
          "Trees that correct each other; usually the most accurate, small and fast.",
          List.of("classification", "regression", "ranking", "survival"),
          GradientBoostedTreesParameters.class,
          GradientBoostedTreesParameters::new,
          GradientBoostedTrees::new);
    }
  }
}
