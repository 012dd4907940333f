package dev.tendril.cli;

import dev.tendril.learn.Task;
import org.jspecify.annotations.Nullable;

/// The tasks that the command line knows by name.
enum TaskName {
  CLASSIFICATION,
  REGRESSION,
  RANKING,
  /// Categorical or numerical, by what the label looks like.
  UPLIFT,
  CATEGORICAL_UPLIFT,
  NUMERICAL_UPLIFT,
  SURVIVAL,
  ANOMALY;

  /// @param columns those that the task may need besides the label
  /// @throws IllegalArgumentException when a column is missing, or one is named that the task does
  ///     not have
  Task of(@Nullable String label, TaskColumns columns) {
    columns.requireOnlyThoseOf(this);
    if (label == null) {
      if (this == ANOMALY) {
        return new Task.AnomalyDetection(null);
      }
      throw new IllegalArgumentException(
          "--task " + this + " needs --label COL, the column to predict");
    }
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
      case UPLIFT, CATEGORICAL_UPLIFT -> new Task.CategoricalUplift(label, treatment(columns));
      case NUMERICAL_UPLIFT -> new Task.NumericalUplift(label, treatment(columns));
      case ANOMALY -> new Task.AnomalyDetection(label);
    };
  }

  boolean uplift() {
    return this == UPLIFT || this == CATEGORICAL_UPLIFT || this == NUMERICAL_UPLIFT;
  }

  private String treatment(TaskColumns columns) {
    if (columns.treatment == null) {
      throw new IllegalArgumentException(
          "--task "
              + this
              + " needs --treatment COL, the column that tells treated rows from"
              + " the control");
    }
    return columns.treatment;
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
