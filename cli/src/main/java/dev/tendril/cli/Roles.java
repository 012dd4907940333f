package dev.tendril.cli;

import dev.tendril.learn.Task;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The columns that a task needs to tell how good predictions are.
final class Roles {
  private Roles() {}

  static List<String> of(Task task) {
    return switch (task) {
      case Task.Classification(String label) -> present(label);
      case Task.Regression(String label) -> present(label);
      case Task.Ranking(String label, String group) -> present(label, group);
      case Task.CategoricalUplift(String outcome, String treatment) -> present(outcome, treatment);
      case Task.NumericalUplift(String outcome, String treatment) -> present(outcome, treatment);
      case Task.AnomalyDetection(String label) -> present(label);
      case Task.Survival(String departure, String entry, String observed) ->
          present(departure, entry, observed);
    };
  }

  private static List<String> present(@Nullable String... columns) {
    return Stream.of(columns).filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }
}
