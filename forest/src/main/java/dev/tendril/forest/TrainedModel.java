package dev.tendril.forest;

import dev.tendril.data.Frame;
import dev.tendril.forest.train.Trained;
import dev.tendril.forest.train.TrainingData;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.History;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Predictions;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Completes what a trainer made to a model: its provenance, and its evaluation on training rows
/// that it did not learn from.
final class TrainedModel {
  private TrainedModel() {}

  static ForestModel of(
      ForestLearner<?> learner, TrainingData data, Trained trained, History history) {
    Inputs inputs = learner.inputs();
    Provenance provenance = provenance(learner, data);
    ForestModel model = ForestModel.of(trained.forest(), provenance, null);
    String evaluation = evaluate(model, inputs, data, trained);
    return ForestModel.of(trained.forest(), provenance, evaluation, history);
  }

  static Provenance provenance(ForestLearner<?> learner, TrainingData data) {
    return new Provenance(
        Version.current(),
        learner.name(),
        learner.hyperparameters().values(),
        learner.inputs().describe(),
        learner.parameters.randomSeed,
        data.frame().fingerprint(),
        data.frame().rows());
  }

  private static @Nullable String evaluate(
      ForestModel model, Inputs inputs, TrainingData data, Trained trained) {
    if (trained.rows().length == 0) {
      return null;
    }
    Predictions predictions = trained.outOfBag();
    List<String> needed =
        new ArrayList<>(List.of(data.frame().schema().field(data.label()).name()));
    needed.addAll(TrainingData.companions(inputs.task()));
    if (inputs.weights() != null) {
      needed.add(inputs.weights());
    }
    if (predictions == null) {
      needed.addAll(model.features());
    }
    Frame rows = data.frame().select(needed).rows(trained.rows());
    return Evaluation.of(
            predictions == null ? model.predict(rows) : predictions,
            rows,
            options -> {
              options.weights = inputs.weights();
              options.resamples = 0;
            })
        .toJson();
  }
}
