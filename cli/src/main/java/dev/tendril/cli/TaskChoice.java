package dev.tendril.cli;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.HashColumn;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.TextColumn;
import dev.tendril.data.VectorSequenceColumn;
import java.util.HashSet;
import java.util.Set;

/// Which task a label calls for, when the user names none: numbers call for a regression, unless
/// they are a few whole numbers, which look like classes; everything else calls for a
/// classification.
///
/// @param task the task
/// @param reason what the label looks like
/// @param number whether it could also be the other task
record TaskChoice(TaskName task, String reason, boolean number) {
  /// Whole numbers of at most so many values are taken for classes.
  static final int MOST_NUMBERED_CLASSES = 10;

  private static final int MOST_COUNTED = 1000;

  static TaskChoice of(Column label) {
    String name = "label \"" + label.name() + "\" is ";
    return switch (label) {
      case NumericalColumn numbers -> of(numbers, name);
      case BooleanColumn _ -> new TaskChoice(TaskName.CLASSIFICATION, name + "true or false", true);
      case CategoricalColumn _, TextColumn _, CategoricalSetColumn _ ->
          new TaskChoice(TaskName.CLASSIFICATION, name + "text", false);
      case HashColumn _, DiscretizedColumn _, VectorSequenceColumn _ ->
          new TaskChoice(TaskName.CLASSIFICATION, name + label.semantic(), false);
    };
  }

  /// Which kind of uplift a label calls for: numbers of more than two values call for a numerical
  /// one, everything else for a categorical one.
  static TaskChoice ofUplift(Column label) {
    TaskChoice choice = of(label);
    boolean numerical =
        label instanceof NumericalColumn numbers
            && (choice.task() == TaskName.REGRESSION || distinct(numbers).size() > 2);
    return new TaskChoice(
        numerical ? TaskName.NUMERICAL_UPLIFT : TaskName.CATEGORICAL_UPLIFT,
        choice.reason(),
        choice.number());
  }

  private static Set<Float> distinct(NumericalColumn numbers) {
    Set<Float> distinct = new HashSet<>();
    for (float value : numbers.values()) {
      if (!Float.isNaN(value) && distinct.size() <= MOST_COUNTED) {
        distinct.add(value);
      }
    }
    return distinct;
  }

  private static TaskChoice of(NumericalColumn numbers, String name) {
    Set<Float> distinct = distinct(numbers);
    boolean whole = distinct.stream().allMatch(value -> value == Math.rint(value));
    boolean classes = whole && distinct.size() <= MOST_NUMBERED_CLASSES;
    String count =
        distinct.size() > MOST_COUNTED ? "more than " + MOST_COUNTED : "" + distinct.size();
    return new TaskChoice(
        classes ? TaskName.CLASSIFICATION : TaskName.REGRESSION,
        name + (classes ? "a whole number with " : "a number with ") + count + " values",
        true);
  }

  /// The choice in words, and how to choose otherwise.
  String told() {
    TaskName other =
        switch (task) {
          case CATEGORICAL_UPLIFT -> TaskName.NUMERICAL_UPLIFT;
          case NUMERICAL_UPLIFT -> TaskName.CATEGORICAL_UPLIFT;
          case CLASSIFICATION -> TaskName.REGRESSION;
          case REGRESSION, RANKING, UPLIFT, SURVIVAL, ANOMALY -> TaskName.CLASSIFICATION;
        };
    return task + " (" + reason + (number ? "; --task " + other + " to override)" : ")");
  }
}
