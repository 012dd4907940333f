package dev.tendril.forest.train;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.HashColumn;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.TextColumn;
import dev.tendril.data.VectorSequenceColumn;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Monotonicity;
import dev.tendril.learn.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The rows to learn from, with the truth in the form that the task needs.
///
/// @param frame the table; the label of a classification as classes
/// @param label position of the label
/// @param features positions of the features, ascending
/// @param classes of a classification: the class of every row, from 0
/// @param classCount the number of classes, 0 for other tasks
/// @param numbers of a regression or ranking: the label of every row
/// @param groups of a ranking: the group of every row, from 0
/// @param lifetimes of a survival analysis: when rows entered, and whether their departure was seen
/// @param weights the weight of every row; null: all 1
/// @param directions of the features that predictions have to follow
public record TrainingData(
    Frame frame,
    Task task,
    int label,
    List<Integer> features,
    int[] classes,
    int classCount,
    float[] numbers,
    int[] groups,
    @Nullable Lifetimes lifetimes,
    float @Nullable [] weights,
    Directions directions) {

  /// What a survival analysis knows of rows besides the time of their departure, the label.
  ///
  /// @param entries the time of entry, negative infinity where all enter before all departures
  /// @param events whether the departure was an event rather than censoring
  record Lifetimes(float[] entries, boolean[] events) {}

  /// Finds the roles of the columns and checks them.
  ///
  /// @throws DataException when the table does not suit, with column and row
  public static TrainingData of(Frame table, Inputs inputs) {
    if (!inputs.monotonic().isEmpty()) {
      throw new IllegalArgumentException(
          "monotonic constraints need gradient_boosted_trees with use_hessian_gain=true: no other"
              + " learner can keep them");
    }
    return switch (inputs.task()) {
      case Task.Classification(String label) -> of(table, inputs, label);
      case Task.Regression(String label) -> of(table, inputs, label);
      case Task.Ranking _,
          Task.CategoricalUplift _,
          Task.NumericalUplift _,
          Task.AnomalyDetection _,
          Task.Survival _ ->
          throw new IllegalArgumentException(
              "cannot train for "
                  + inputs.task().name()
                  + ": expected classification or regression"
                  + (inputs.task() instanceof Task.Ranking || inputs.task() instanceof Task.Survival
                      ? "; gradient_boosted_trees can be trained for " + inputs.task().name()
                      : ""));
    };
  }

  /// Finds the roles of the columns for boosting, which knows more tasks.
  ///
  /// @throws DataException when the table does not suit, with column and row
  public static TrainingData forBoosting(Frame table, Inputs inputs) {
    return switch (inputs.task()) {
      case Task.Ranking(String label, String group) -> {
        if (label.equals(group)) {
          throw new DataException("column \"" + label + "\" cannot be both label and group");
        }
        yield of(table.with(identifiers(table.column(group))), inputs, label);
      }
      case Task.Survival(String label, _, _) -> of(table, inputs, label);
      case Task.Classification(String label) -> of(table, inputs, label);
      case Task.Regression(String label) -> of(table, inputs, label);
      case Task.CategoricalUplift _, Task.NumericalUplift _, Task.AnomalyDetection _ ->
          of(table, inputs);
    };
  }

  private static TrainingData of(Frame table, Inputs inputs, String label) {
    if (table.rows() == 0) {
      throw new DataException("the training data have no rows");
    }
    boolean classification = inputs.task() instanceof Task.Classification;
    Column truth = table.column(label);
    requireComplete(truth, "label");
    Frame frame =
        table.with(classification ? CategoricalColumn.classes(truth) : number(truth, "label"));
    int at = frame.schema().index(label);
    int[] classes = new int[0];
    int classCount = 0;
    float[] numbers = new float[0];
    if (frame.column(at) instanceof CategoricalColumn column) {
      classCount = column.vocabulary().size() - 1;
      if (classCount < 2) {
        throw new DataException(
            "label \""
                + label
                + "\" has only one class, \""
                + column.vocabulary().item(1)
                + "\": a classification needs at least two");
      }
      classes = new int[frame.rows()];
      for (int row = 0; row < classes.length; row++) {
        classes[row] = column.code(row) - 1;
      }
    } else if (frame.column(at) instanceof NumericalColumn column) {
      numbers = column.values();
    }
    List<Integer> features = features(frame, inputs, label);
    return new TrainingData(
        frame,
        inputs.task(),
        at,
        features,
        classes,
        classCount,
        numbers,
        groups(inputs.task(), frame),
        lifetimes(inputs.task(), frame),
        weights(frame, inputs, label),
        directions(frame, inputs, features));
  }

  /// Other rows for the same task, with values that mean what they mean here.
  ///
  /// @param table null: none
  public @Nullable TrainingData validation(@Nullable Frame table) {
    if (table == null) {
      return null;
    }
    List<String> names = new ArrayList<>();
    names.add(frame.schema().field(label).name());
    features.forEach(feature -> names.add(frame.schema().field(feature).name()));
    Frame conformed = table.conform(frame.schema(), names);
    Column truth = conformed.column(frame.schema().field(label).name());
    requireComplete(truth, "label");
    int[] validClasses = new int[classCount == 0 ? 0 : conformed.rows()];
    if (truth instanceof CategoricalColumn column) {
      for (int row = 0; row < validClasses.length; row++) {
        validClasses[row] = column.code(row) - 1;
        if (validClasses[row] < 0) {
          throw new DataException(
              "label \""
                  + column.name()
                  + "\" of validation row "
                  + (row + 1)
                  + " is no class of the training data; they are "
                  + String.join(", ", column.vocabulary().values()));
        }
      }
    }
    return new TrainingData(
        conformed,
        task,
        conformed.schema().index(truth.name()),
        features,
        validClasses,
        classCount,
        truth instanceof NumericalColumn column ? column.values() : new float[0],
        groups(task, table),
        lifetimes(task, table),
        null,
        directions);
  }

  private static int[] groups(Task task, Frame table) {
    if (!(task instanceof Task.Ranking ranking)) {
      return new int[0];
    }
    HashColumn column = identifiers(table.column(ranking.group()));
    Map<Long, Integer> seen = new HashMap<>();
    int[] groups = new int[column.rows()];
    for (int row = 0; row < groups.length; row++) {
      groups[row] = seen.computeIfAbsent(column.value(row), _ -> seen.size());
    }
    return groups;
  }

  private static @Nullable Lifetimes lifetimes(Task task, Frame table) {
    if (!(task instanceof Task.Survival(_, String entryAge, String eventObserved))) {
      return null;
    }
    float[] entries = new float[table.rows()];
    Arrays.fill(entries, Float.NEGATIVE_INFINITY);
    if (entryAge != null) {
      Column column = table.column(entryAge);
      requireComplete(column, "entry age");
      entries = number(column, "entry age").values();
    }
    boolean[] events = new boolean[table.rows()];
    Arrays.fill(events, true);
    if (eventObserved != null) {
      Column column = table.column(eventObserved);
      requireComplete(column, "event");
      float[] observed = number(column, "event").values();
      for (int row = 0; row < events.length; row++) {
        events[row] = observed[row] > 0;
      }
    }
    return new Lifetimes(entries, events);
  }

  /// The columns that a task needs besides the label.
  public static List<String> companions(Task task) {
    return switch (task) {
      case Task.Ranking(_, String group) -> List.of(group);
      case Task.Survival(_, String entryAge, String eventObserved) ->
          Stream.of(entryAge, eventObserved).filter(Objects::nonNull).toList();
      case Task.CategoricalUplift(_, String treatment) -> List.of(treatment);
      case Task.NumericalUplift(_, String treatment) -> List.of(treatment);
      case Task.Classification _, Task.Regression _, Task.AnomalyDetection _ -> List.of();
    };
  }

  /// A column of any kind that can name groups, as hashes: so the model's schema need not hold all
  /// the names.
  private static HashColumn identifiers(Column column) {
    requireComplete(column, "group");
    long[] values = new long[column.rows()];
    for (int row = 0; row < values.length; row++) {
      values[row] =
          switch (column) {
            case HashColumn hashes -> hashes.value(row);
            case CategoricalColumn categories -> HashColumn.hash(text(categories, row));
            case TextColumn texts -> HashColumn.hash(texts.text(row));
            case BooleanColumn flags -> HashColumn.hash(flags.value(row) == 1 ? "1" : "0");
            case NumericalColumn numbers -> {
              float value = numbers.value(row);
              boolean whole = value == Math.rint(value) && Math.abs(value) < 1 << 24;
              yield HashColumn.hash(whole ? Integer.toString((int) value) : Float.toString(value));
            }
            case CategoricalSetColumn _, DiscretizedColumn _, VectorSequenceColumn _ ->
                throw new DataException(
                    "group \""
                        + column.name()
                        + "\" is "
                        + column.semantic()
                        + ": expected hash, categorical, text or numerical");
          };
    }
    return column instanceof HashColumn hashes ? hashes : HashColumn.of(column.name(), values);
  }

  private static String text(CategoricalColumn column, int row) {
    String text = column.text(row);
    if (text == null) {
      throw new DataException(
          "group \""
              + column.name()
              + "\" of row "
              + (row + 1)
              + " is not in the column's vocabulary: read the column as hash (semantic option)");
    }
    return text;
  }

  private static List<Integer> features(Frame frame, Inputs inputs, String label) {
    List<Integer> features = new ArrayList<>();
    List<String> chosen = inputs.features();
    for (String name : chosen == null ? frame.schema().names() : chosen) {
      Column column = frame.column(name);
      boolean special =
          name.equals(label)
              || name.equals(inputs.weights())
              || companions(inputs.task()).contains(name);
      if (chosen != null && special) {
        throw new DataException(
            "column \"" + name + "\" has another role in the task and cannot also be a feature");
      }
      if (chosen != null && !TrainingTable.learnable(column)) {
        throw new DataException(
            "feature \"" + name + "\" is " + column.semantic() + ", which trees cannot split on");
      }
      if (!special && TrainingTable.learnable(column)) {
        features.add(frame.schema().index(name));
      }
    }
    if (features.isEmpty()) {
      throw new DataException(
          "there is no column to learn from besides the label \"" + label + "\"");
    }
    return features.stream().sorted().distinct().toList();
  }

  private static Directions directions(Frame frame, Inputs inputs, List<Integer> features) {
    Map<Integer, Integer> directions = new HashMap<>();
    inputs
        .monotonic()
        .forEach(
            (name, direction) -> {
              Column column = frame.column(name);
              int at = frame.schema().index(name);
              if (!features.contains(at)) {
                throw new DataException(
                    "monotonic \"" + name + "\": the column is not among the features");
              }
              boolean ordered =
                  column instanceof NumericalColumn
                      || column instanceof DiscretizedColumn
                      || column instanceof BooleanColumn;
              if (!ordered) {
                throw new DataException(
                    "monotonic \""
                        + name
                        + "\": the feature is "
                        + column.semantic()
                        + ", which has no order: expected numerical or boolean");
              }
              directions.put(at, direction == Monotonicity.INCREASING ? 1 : -1);
            });
    return new Directions(directions);
  }

  private static float @Nullable [] weights(Frame frame, Inputs inputs, String label) {
    float[] weights = null;
    if (inputs.weights() != null) {
      Column column = frame.column(inputs.weights());
      requireComplete(column, "weight");
      weights = number(column, "weight").values().clone();
      for (int row = 0; row < weights.length; row++) {
        if (!(weights[row] >= 0) || Float.isInfinite(weights[row])) {
          throw new DataException(
              "weight \""
                  + column.name()
                  + "\" of row "
                  + (row + 1)
                  + " is "
                  + weights[row]
                  + ": expected a finite number, at least 0");
        }
      }
    }
    if (!inputs.classWeights().isEmpty()) {
      if (!(frame.column(label) instanceof CategoricalColumn classes)) {
        throw new IllegalArgumentException("class weights need a classification");
      }
      weights = weights == null ? ones(frame.rows()) : weights;
      for (String name : inputs.classWeights().keySet()) {
        if (classes.vocabulary().index(name) < 1) {
          throw new DataException(
              "class weight for \""
                  + name
                  + "\": the classes of \""
                  + label
                  + "\" are "
                  + String.join(", ", classes.vocabulary().values()));
        }
      }
      for (int row = 0; row < weights.length; row++) {
        String name = Objects.requireNonNull(classes.text(row));
        weights[row] *= inputs.classWeights().getOrDefault(name, 1.0).floatValue();
      }
    }
    return weights;
  }

  private static float[] ones(int n) {
    float[] ones = new float[n];
    java.util.Arrays.fill(ones, 1);
    return ones;
  }

  private static void requireComplete(Column column, String role) {
    for (int row = 0; row < column.rows(); row++) {
      if (column.isMissing(row)) {
        throw new DataException(
            role
                + " \""
                + column.name()
                + "\" is missing in "
                + column.field().missing()
                + " of "
                + column.rows()
                + " rows, first in row "
                + (row + 1)
                + ": fill it in or remove these rows");
      }
    }
  }

  private static NumericalColumn number(Column column, String role) {
    return switch (column) {
      case NumericalColumn numbers -> numbers;
      case BooleanColumn flags -> {
        float[] values = new float[flags.rows()];
        for (int row = 0; row < values.length; row++) {
          values[row] = flags.value(row);
        }
        yield NumericalColumn.of(column.name(), values);
      }
      default ->
          throw new DataException(
              role + " \"" + column.name() + "\" is " + column.semantic() + ": expected numbers");
    };
  }
}
