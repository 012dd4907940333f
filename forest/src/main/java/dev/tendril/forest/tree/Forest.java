package dev.tendril.forest.tree;

import dev.tendril.data.Schema;
import dev.tendril.learn.Task;
import java.util.List;
import java.util.Map;

/// Trees and all that is needed to predict with them. This is what training makes, what the file
/// format holds and what inference engines are compiled from.
///
/// @param schema all columns of the training data; conditions refer to their positions
/// @param features the positions of the columns that conditions may read, ascending
/// @param importances variable importances that were computed in training, by their name, such as
///     `MEAN_DECREASE_IN_ACCURACY`, the most important first
/// @param log the course of training
public record Forest(
    Task task,
    Schema schema,
    List<Integer> features,
    Combination combination,
    List<Tree> trees,
    Map<String, List<Importance>> importances,
    List<LogEntry> log) {

  /// How important a column is, in the unit of its kind of importance.
  public record Importance(int attribute, double importance) {}

  /// The state of training after some trees.
  ///
  /// @param trees the number of trees so far
  /// @param trainingLoss NaN when not computed
  /// @param validationLoss on held-out or out-of-bag rows; NaN when not computed
  /// @param metric a second figure, such as accuracy, on the same rows; NaN when not computed
  public record LogEntry(int trees, float trainingLoss, float validationLoss, float metric) {}

  public Forest {
    features = List.copyOf(features);
    trees = List.copyOf(trees);
    importances = Map.copyOf(importances);
    log = List.copyOf(log);
  }
}
