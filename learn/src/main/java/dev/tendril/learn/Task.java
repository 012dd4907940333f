package dev.tendril.learn;

import org.jspecify.annotations.Nullable;

/// What is to be predicted, and from which columns the truth is known.
public sealed interface Task {
  /// The column that holds the truth, or null for a task that needs none.
  @Nullable String label();

  /// The name on the command line, such as `classification`.
  String name();

  /// Predicts which class a row belongs to, with a probability for every class.
  record Classification(String label) implements Task {
    @Override
    public String name() {
      return "classification";
    }
  }

  /// Predicts a number.
  record Regression(String label) implements Task {
    @Override
    public String name() {
      return "regression";
    }
  }

  /// Orders the rows of each group by relevance.
  ///
  /// @param label relevance, from 0 (none) to usually 4 (perfect)
  /// @param group the column whose equal values make a group, such as a query
  record Ranking(String label, String group) implements Task {
    @Override
    public String name() {
      return "ranking";
    }
  }

  /// Predicts how much a treatment changes the probability of a categorical outcome.
  ///
  /// @param label the outcome
  /// @param treatment the column of treatments; its first value is the control
  record CategoricalUplift(String label, String treatment) implements Task {
    @Override
    public String name() {
      return "categorical_uplift";
    }
  }

  /// Predicts how much a treatment changes a numerical outcome.
  record NumericalUplift(String label, String treatment) implements Task {
    @Override
    public String name() {
      return "numerical_uplift";
    }
  }

  /// Predicts how unusual a row is, from 0 to 1. The label, if any, serves evaluation only.
  record AnomalyDetection(@Nullable String label) implements Task {
    @Override
    public String name() {
      return "anomaly_detection";
    }
  }

  /// Predicts the logarithm of the hazard ratio.
  ///
  /// @param label the column of the time of departure
  /// @param entryAge the column of the time of entry; null when all enter at 0
  /// @param eventObserved the column that tells an event from censoring
  record Survival(String label, @Nullable String entryAge, @Nullable String eventObserved)
      implements Task {
    @Override
    public String name() {
      return "survival";
    }
  }
}
