package dev.tendril.learn;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which columns a learner uses, and as what.
///
/// @param task the task with its label and other special columns
/// @param features the columns to learn from; null: all that have no other role
/// @param weights the column that holds the weight of each row, a non-negative number; null: all
///     weigh 1
/// @param classWeights factors on the weights of the rows of a class; classes not named keep 1
public record Inputs(
    Task task,
    @Nullable List<String> features,
    @Nullable String weights,
    Map<String, Double> classWeights) {

  public Inputs {
    features = features == null ? null : List.copyOf(features);
    classWeights = Map.copyOf(classWeights);
  }

  public Inputs(Task task) {
    this(task, null, null, Map.of());
  }

  public static Inputs classification(String label) {
    return new Inputs(new Task.Classification(label));
  }

  public static Inputs regression(String label) {
    return new Inputs(new Task.Regression(label));
  }

  public Inputs withFeatures(String... names) {
    return new Inputs(task, List.of(names), weights, classWeights);
  }

  public Inputs withWeights(String column) {
    return new Inputs(task, features, column, classWeights);
  }

  public Inputs withClassWeights(Map<String, Double> factors) {
    return new Inputs(task, features, weights, factors);
  }
}
