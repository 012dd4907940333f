package dev.tendril.forest.train;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The rows to learn from, with the truth in the form that the task needs.
///
/// @param frame the table; the label of a classification as classes
/// @param label position of the label
/// @param features positions of the features, ascending
/// @param classes of a classification: the class of every row, from 0
/// @param classCount the number of classes, 0 for other tasks
/// @param numbers of a regression: the label of every row
/// @param weights the weight of every row; null: all 1
public record TrainingData(
    Frame frame,
    Task task,
    int label,
    List<Integer> features,
    int[] classes,
    int classCount,
    float[] numbers,
    float @Nullable [] weights) {

  /// Finds the roles of the columns and checks them.
  ///
  /// @throws DataException when the table does not suit, with column and row
  public static TrainingData of(Frame table, Inputs inputs) {
    String label =
        switch (inputs.task()) {
          case Task.Classification(String name) -> name;
          case Task.Regression(String name) -> name;
          case Task.Ranking _,
              Task.CategoricalUplift _,
              Task.NumericalUplift _,
              Task.AnomalyDetection _,
              Task.Survival _ ->
              throw new IllegalArgumentException(
                  "cannot train for "
                      + inputs.task().name()
                      + ": expected classification or regression");
        };
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
    return new TrainingData(
        frame,
        inputs.task(),
        at,
        features(frame, inputs, label),
        classes,
        classCount,
        numbers,
        weights(frame, inputs, label));
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
        null);
  }

  private static List<Integer> features(Frame frame, Inputs inputs, String label) {
    List<Integer> features = new ArrayList<>();
    List<String> chosen = inputs.features();
    for (String name : chosen == null ? frame.schema().names() : chosen) {
      Column column = frame.column(name);
      boolean special = name.equals(label) || name.equals(inputs.weights());
      if (chosen != null && special) {
        throw new DataException(
            "column \"" + name + "\" is the label or the weights and cannot also be a feature");
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
