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
import dev.tendril.learn.UpliftMetrics;
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
/// @param label position of the label; -1 when there is none
/// @param features positions of the features, ascending
/// @param classes of a classification: the class of every row, from 0
/// @param classCount the number of classes, 0 for other tasks
/// @param numbers of a regression, ranking, survival analysis or uplift: the label of every row; a
///     categorical outcome as 0 for its first class and 1 for its second
/// @param groups of a ranking: the group of every row, from 0
/// @param treatments of an uplift: 1 for rows that were treated, 0 for the control
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
    int[] treatments,
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
      case Task.CategoricalUplift(String label, String treatment) ->
          of(treated(table, label, treatment), inputs, label);
      case Task.NumericalUplift(String label, String treatment) ->
          of(treated(table, label, treatment), inputs, label);
      case Task.Ranking _, Task.Survival _ ->
          throw unsuited(inputs.task(), "gradient_boosted_trees");
      case Task.AnomalyDetection _ -> throw unsuited(inputs.task(), "isolation_forest");
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
      case Task.CategoricalUplift _, Task.NumericalUplift _ ->
          throw unsuited(inputs.task(), "random_forest");
      case Task.Classification _, Task.Regression _, Task.AnomalyDetection _ -> of(table, inputs);
    };
  }

  /// Finds the columns to find anomalies in. The label, if any, is kept for evaluations and not
  /// looked at.
  ///
  /// @throws DataException when the table does not suit
  public static TrainingData forIsolation(Frame table, Inputs inputs) {
    if (!(inputs.task() instanceof Task.AnomalyDetection(String label))) {
      throw new IllegalArgumentException(
          "an isolation forest cannot be trained for "
              + inputs.task().name()
              + ": expected anomaly_detection");
    }
    if (inputs.weights() != null || !inputs.classWeights().isEmpty()) {
      throw new IllegalArgumentException(
          "an isolation forest takes no weights: all rows are as likely to be drawn");
    }
    int at = label == null ? -1 : table.schema().index(table.column(label).name());
    return new TrainingData(
        table,
        inputs.task(),
        at,
        features(table, inputs, label),
        new int[0],
        0,
        new float[0],
        new int[0],
        new int[0],
        null,
        null,
        Directions.NONE);
  }

  private static IllegalArgumentException unsuited(Task task, String learner) {
    return new IllegalArgumentException(
        "this learner cannot be trained for " + task.name() + "; " + learner + " can");
  }

  /// The table with the treatment as classes, and so the outcome where it is to be one of two.
  private static Frame treated(Frame table, String label, String treatment) {
    if (label.equals(treatment)) {
      throw new DataException("column \"" + label + "\" cannot be both label and treatment");
    }
    Column column = table.column(treatment);
    requireComplete(column, "treatment");
    CategoricalColumn classes = CategoricalColumn.classes(column);
    requireTwo(classes, "treatment", "two, the first of them the control");
    return table.with(classes);
  }

  private static void requireTwo(CategoricalColumn classes, String role, String expected) {
    List<String> values = classes.vocabulary().values();
    if (values.size() != 2) {
      throw new DataException(
          role
              + " \""
              + classes.name()
              + "\" has "
              + values.size()
              + (values.size() == 1 ? " value: " : " values: ")
              + String.join(", ", values.subList(0, Math.min(values.size(), 10)))
              + (values.size() > 10 ? ", ..." : "")
              + "; expected "
              + expected);
    }
  }

  private static TrainingData of(Frame table, Inputs inputs, String label) {
    if (table.rows() == 0) {
      throw new DataException("the training data have no rows");
    }
    boolean classification = inputs.task() instanceof Task.Classification;
    boolean outcome = inputs.task() instanceof Task.CategoricalUplift;
    Column truth = table.column(label);
    requireComplete(truth, "label");
    Frame frame =
        table.with(
            classification || outcome ? CategoricalColumn.classes(truth) : number(truth, "label"));
    int at = frame.schema().index(label);
    int[] classes = new int[0];
    int classCount = 0;
    float[] numbers = new float[0];
    if (outcome) {
      numbers = outcomes((CategoricalColumn) frame.column(at));
    } else if (frame.column(at) instanceof CategoricalColumn column) {
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
        treatments(inputs.task(), frame),
        lifetimes(inputs.task(), frame),
        weights(frame, inputs, label),
        directions(frame, inputs, features));
  }

  /// How well effects of the treatment are told.
  ///
  /// @param effects one for each of the rows
  UpliftMetrics upliftOf(float[] effects, int[] rows) {
    double[] outcomes = new double[rows.length];
    boolean[] treated = new boolean[rows.length];
    double[] weight = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      outcomes[i] = numbers[rows[i]];
      treated[i] = treatments[rows[i]] == 1;
      weight[i] = weights == null ? 1 : weights[rows[i]];
    }
    return UpliftMetrics.of(effects, outcomes, treated, weight);
  }

  /// Whether the task is to tell the effect of a treatment.
  boolean uplift() {
    return treatments.length > 0;
  }

  private static float[] outcomes(CategoricalColumn column) {
    requireTwo(column, "label", "two, the second of them the outcome that is wanted");
    float[] outcomes = new float[column.rows()];
    for (int row = 0; row < outcomes.length; row++) {
      outcomes[row] = column.code(row) - 1;
    }
    return outcomes;
  }

  /// @param table with the treatment as classes
  private static int[] treatments(Task task, Frame table) {
    String treatment =
        switch (task) {
          case Task.CategoricalUplift uplift -> uplift.treatment();
          case Task.NumericalUplift uplift -> uplift.treatment();
          case Task.Classification _,
              Task.Regression _,
              Task.Ranking _,
              Task.AnomalyDetection _,
              Task.Survival _ ->
              null;
        };
    if (treatment == null) {
      return new int[0];
    }
    CategoricalColumn column = (CategoricalColumn) table.column(treatment);
    int[] treatments = new int[column.rows()];
    for (int row = 0; row < treatments.length; row++) {
      treatments[row] = column.code(row) - 1;
    }
    return treatments;
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
    if (uplift()) {
      names.addAll(companions(task));
    }
    Frame conformed = table.conform(frame.schema(), names);
    Column truth = conformed.column(frame.schema().field(label).name());
    requireComplete(truth, "label");
    int[] validClasses = new int[classCount == 0 ? 0 : conformed.rows()];
    float[] numbers = new float[0];
    if (truth instanceof CategoricalColumn column) {
      requireKnown(column, "label");
      if (uplift()) {
        numbers = outcomes(column);
      }
      for (int row = 0; row < validClasses.length; row++) {
        validClasses[row] = column.code(row) - 1;
      }
    } else if (truth instanceof NumericalColumn column) {
      numbers = column.values();
    }
    if (uplift()) {
      Column column = conformed.column(companions(task).getFirst());
      requireComplete(column, "treatment");
      requireKnown((CategoricalColumn) column, "treatment");
    }
    return new TrainingData(
        conformed,
        task,
        conformed.schema().index(truth.name()),
        features,
        validClasses,
        classCount,
        numbers,
        groups(task, table),
        treatments(task, conformed),
        lifetimes(task, table),
        null,
        directions);
  }

  private static void requireKnown(CategoricalColumn column, String role) {
    for (int row = 0; row < column.rows(); row++) {
      if (column.code(row) < 1) {
        throw new DataException(
            role
                + " \""
                + column.name()
                + "\" of validation row "
                + (row + 1)
                + " is no class of the training data; they are "
                + String.join(", ", column.vocabulary().values()));
      }
    }
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

  private static List<Integer> features(Frame frame, Inputs inputs, @Nullable String label) {
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
          "there is no column to learn from"
              + (label == null ? "" : " besides the label \"" + label + "\""));
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
