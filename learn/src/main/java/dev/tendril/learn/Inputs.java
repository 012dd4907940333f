package dev.tendril.learn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which columns a learner uses, and as what.
///
/// @param task the task with its label and other special columns
/// @param features the columns to learn from; null: all that have no other role
/// @param weights the column that holds the weight of each row, a non-negative number; null: all
///     weigh 1
/// @param classWeights factors on the weights of the rows of a class, non-negative numbers; classes
///     not named keep 1
/// @param monotonic features that predictions have to follow in one direction
public record Inputs(
    Task task,
    @Nullable List<String> features,
    @Nullable String weights,
    Map<String, Double> classWeights,
    Map<String, Monotonicity> monotonic) {

  public Inputs {
    monotonic = Collections.unmodifiableMap(new LinkedHashMap<>(monotonic));
    features = features == null ? null : List.copyOf(features);
    classWeights = Collections.unmodifiableMap(new LinkedHashMap<>(classWeights));
    classWeights.forEach(
        (name, factor) -> {
          if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                "the weight of class \""
                    + name
                    + "\" cannot be "
                    + factor
                    + ": expected at least 0");
          }
        });
  }

  public Inputs(
      Task task,
      @Nullable List<String> features,
      @Nullable String weights,
      Map<String, Double> classWeights) {
    this(task, features, weights, classWeights, Map.of());
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
    return new Inputs(task, List.of(names), weights, classWeights, monotonic);
  }

  public Inputs withWeights(String column) {
    return new Inputs(task, features, column, classWeights, monotonic);
  }

  public Inputs withClassWeights(Map<String, Double> factors) {
    return new Inputs(task, features, weights, factors, monotonic);
  }

  /// Demands that predictions follow a feature in one direction. Gradient-boosted trees with
  /// `use_hessian_gain` can; other learners refuse.
  public Inputs withMonotonic(String feature, Monotonicity direction) {
    Map<String, Monotonicity> more = new LinkedHashMap<>(monotonic);
    more.put(feature, direction);
    return new Inputs(task, features, weights, classWeights, more);
  }

  /// The roles in text form for a [Provenance], always in the same order: `task`, the columns of
  /// the task by role, `weights`, `class_weight.NAME` for every factor, and `monotonic.NAME` for
  /// every constraint.
  public Map<String, String> describe() {
    Map<String, String> roles = new LinkedHashMap<>();
    roles.put("task", task.name());
    put(roles, "label", task.label());
    switch (task) {
      case Task.Ranking ranking -> roles.put("group", ranking.group());
      case Task.CategoricalUplift uplift -> roles.put("treatment", uplift.treatment());
      case Task.NumericalUplift uplift -> roles.put("treatment", uplift.treatment());
      case Task.Survival survival -> {
        put(roles, "entry_age", survival.entryAge());
        put(roles, "event_observed", survival.eventObserved());
      }
      case Task.Classification _, Task.Regression _, Task.AnomalyDetection _ -> {}
    }
    put(roles, "weights", weights);
    new TreeMap<>(classWeights)
        .forEach((name, factor) -> roles.put("class_weight." + name, factor.toString()));
    new TreeMap<>(monotonic)
        .forEach((name, direction) -> roles.put("monotonic." + name, direction.toString()));
    return roles;
  }

  private static void put(Map<String, String> roles, String role, @Nullable String column) {
    if (column != null) {
      roles.put(role, column);
    }
  }
}
