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

  /// @param columns those that the task may need besides the label
  /// @throws IllegalArgumentException when no learner can be trained for it, a column is missing,
  ///     or one is named that the task does not have
  Task of(String label, TaskColumns columns) {
    columns.requireOnlyThoseOf(this);
    return switch (this) {
      case CLASSIFICATION -> new Task.Classification(label);
      case REGRESSION -> new Task.Regression(label);
      case RANKING -> {
        if (columns.group == null) {
          throw new IllegalArgumentException(
              "--task ranking needs --group COL, the column whose equal values make a group");
        }
        yield new Task.Ranking(label, columns.group);
      }
      case SURVIVAL -> new Task.Survival(label, columns.entry, columns.event);
      case UPLIFT, ANOMALY ->
          throw new IllegalArgumentException(
              "--task "
                  + this
                  + ": no learner can be trained for it yet; expected classification,"
                  + " regression, ranking or survival");
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
