package dev.tendril.forest;

import dev.tendril.data.Frame;
import dev.tendril.forest.options.IsolationForestParameters;
import dev.tendril.forest.train.IsolationForestTrainer;
import dev.tendril.forest.train.Trained;
import dev.tendril.forest.train.TrainingData;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Task;
import dev.tendril.learn.TrainOptions;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Isolation forest (Liu, Ting, Zhou 2008): finds unusual rows without being told of any. Random
/// splits part an unusual row from the others sooner than a usual one, so the mean length of a
/// row's path makes a score from 0 to 1: above 0.5 unusual, the more so the nearer to 1.
///
/// ```java
/// ForestModel model = IsolationForest.anomalyDetection().train(payments);
/// float[] scores = model.predict(payments).values();
/// ```
public final class IsolationForest extends ForestLearner<IsolationForestParameters> {
  static final String NAME = "isolation_forest";

  /// @param parameters copied
  /// @throws IllegalArgumentException when a hyper-parameter is out of range
  public IsolationForest(Inputs inputs, IsolationForestParameters parameters) {
    super(NAME, inputs, parameters, IsolationForestParameters::copy);
  }

  public static IsolationForest of(Inputs inputs, Consumer<IsolationForestParameters> configure) {
    return new IsolationForest(inputs, configured(new IsolationForestParameters(), configure));
  }

  /// From all columns of a table.
  public static IsolationForest anomalyDetection() {
    return anomalyDetection(null, _ -> {});
  }

  /// @param label the column that marks anomalies, for evaluation only: it is not learned from.
  ///     Null: there is none
  public static IsolationForest anomalyDetection(@Nullable String label) {
    return anomalyDetection(label, _ -> {});
  }

  /// @param label the column that marks anomalies, for evaluation only: it is not learned from.
  ///     Null: there is none
  public static IsolationForest anomalyDetection(
      @Nullable String label, Consumer<IsolationForestParameters> configure) {
    return of(new Inputs(new Task.AnomalyDetection(label)), configure);
  }

  @Override
  IsolationForest like(Inputs other, IsolationForestParameters hyperparameters) {
    return new IsolationForest(other, hyperparameters);
  }

  @Override
  TrainingData data(Frame frame) {
    return TrainingData.forIsolation(frame, inputs);
  }

  @Override
  Trained train(TrainingData data, TrainOptions options) {
    return new IsolationForestTrainer(data, parameters, options).train();
  }

  /// Announces the learner.
  public static final class Provider extends Announcement<IsolationForestParameters> {
    public Provider() {
      super(
          NAME,
          "Random trees that find unusual rows; needs no label.",
          List.of("anomaly_detection"),
          IsolationForestParameters.class,
          IsolationForestParameters::new,
          IsolationForest::new);
    }
  }
}
