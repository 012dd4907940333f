package dev.tendril.learn;

import java.util.List;
import java.util.ServiceLoader;

/// Announces a learner by name, for those who choose one at run time. Implementations are found by
/// [ServiceLoader].
public interface LearnerProvider {
  /// Such as `random_forest`.
  String name();

  /// One sentence: what it is and when to use it.
  String summary();

  /// The tasks that it can be trained for, by [Task#name].
  default List<String> tasks() {
    return List.of("classification", "regression");
  }

  /// A new set of its hyper-parameters at their defaults.
  Hyperparameters hyperparameters();

  /// A learner for a task on some columns.
  ///
  /// @param hyperparameters from [#hyperparameters], possibly changed
  /// @throws IllegalArgumentException when it cannot do the task
  Learner<?> learner(Inputs inputs, Hyperparameters hyperparameters);

  /// All learners on the path, by name.
  static List<LearnerProvider> all() {
    return ServiceLoader.load(LearnerProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(java.util.Comparator.comparing(LearnerProvider::name))
        .toList();
  }
}
