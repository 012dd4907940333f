package dev.tendril.cli;

import dev.tendril.learn.Task;

/// The tasks that the command line knows by name.
enum TaskName {
  CLASSIFICATION,
  REGRESSION,
  RANKING,
  UPLIFT,
  SURVIVAL,
  ANOMALY;

  /// @throws IllegalArgumentException when no learner can be trained for it
  Task of(String label) {
    return switch (this) {
      case CLASSIFICATION -> new Task.Classification(label);
      case REGRESSION -> new Task.Regression(label);
      case RANKING, UPLIFT, SURVIVAL, ANOMALY ->
          throw new IllegalArgumentException(
              "--task "
                  + this
                  + ": no learner can be trained for it yet; expected classification or"
                  + " regression");
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
