package dev.tendril.forest;

import dev.tendril.data.Frame;
import dev.tendril.forest.options.GradientBoostedTreesParameters;
import dev.tendril.forest.options.TreeParameters;
import dev.tendril.forest.train.Trained;
import dev.tendril.forest.train.TrainingData;
import dev.tendril.forest.tree.Forest;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.FeatureShuffling;
import dev.tendril.learn.History;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Predictions;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    if (learner.parameters instanceof TreeParameters tree && tree.pureServingModel) {
      return ForestModel.of(PureForest.of(trained.forest()), provenance, null, History.NONE);
    }
    String evaluation = evaluate(model, inputs, data, trained);
    Forest forest = trained.forest();
    boolean shuffled =
        learner.parameters instanceof GradientBoostedTreesParameters boosting
            && boosting.computePermutationVariableImportance
            && trained.rows().length > 0;
    if (shuffled) {
      forest =
          withImportances(
              forest, shuffled(model, inputs, data, trained.rows(), learner.parameters.randomSeed));
    }
    return ForestModel.of(forest, provenance, evaluation, history);
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

  private static Map<String, List<Forest.Importance>> shuffled(
      ForestModel model, Inputs inputs, TrainingData data, int[] rows, long seed) {
    Map<String, List<Forest.Importance>> all = new TreeMap<>(model.forest().importances());
    List<String> needed = needed(inputs, data);
    needed.addAll(model.features());
    Frame held = data.frame().select(needed).rows(rows);
    FeatureShuffling.losses(model, held, 1, seed)
        .forEach(
            (measure, losses) -> {
              List<Forest.Importance> list = new ArrayList<>();
              for (int i = 0; i < losses.length; i++) {
                list.add(
                    new Forest.Importance(
                        model.schema().index(model.features().get(i)), losses[i][0]));
              }
              list.sort(Comparator.comparingDouble(Forest.Importance::importance).reversed());
              all.put(measure, list);
            });
    return all;
  }

  private static Forest withImportances(
      Forest forest, Map<String, List<Forest.Importance>> importances) {
    return new Forest(
        forest.task(),
        forest.schema(),
        forest.features(),
        forest.combination(),
        forest.trees(),
        importances,
        forest.log());
  }

  /// The columns that say the truth.
  private static List<String> needed(Inputs inputs, TrainingData data) {
    List<String> needed =
        new ArrayList<>(List.of(data.frame().schema().field(data.label()).name()));
    needed.addAll(TrainingData.companions(inputs.task()));
    if (inputs.weights() != null) {
      needed.add(inputs.weights());
    }
    return needed;
  }

  private static @Nullable String evaluate(
      ForestModel model, Inputs inputs, TrainingData data, Trained trained) {
    if (trained.rows().length == 0) {
      return null;
    }
    Predictions predictions = trained.outOfBag();
    List<String> needed = needed(inputs, data);
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
