package dev.tendril.learn;

import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rows with what is true of them and what was predicted: all that metrics are computed from.
/// Arrays that the task has no use for are empty. Classes that the model does not know are kept
/// apart by name, since another fold's model may know them.
final class Examples {
  private final Predictions predictions;
  private final List<String> others;
  private final int[] classes;
  private final double[] targets;
  private final int[] groups;
  private final double[] treatments;
  private final double[] entries;
  private final double[] weights;

  private Examples(
      Predictions predictions,
      List<String> others,
      int[] classes,
      double[] targets,
      int[] groups,
      double[] treatments,
      double[] entries,
      double[] weights) {
    this.predictions = predictions;
    this.others = others;
    this.classes = classes;
    this.targets = targets;
    this.groups = groups;
    this.treatments = treatments;
    this.entries = entries;
    this.weights = weights;
  }

  /// @throws DataException when a column is missing, has the wrong semantic or lacks a value
  static Examples of(Frame truth, Predictions predictions, EvaluationOptions options) {
    if (truth.rows() != predictions.rows()) {
      throw new DataException(
          "evaluating: the table has "
              + truth.rows()
              + " rows, but there are "
              + predictions.rows()
              + " predictions");
    }
    if (truth.rows() == 0) {
      throw new DataException("evaluating: the table has no rows");
    }
    float[] values = predictions.values();
    for (int i = 0; i < values.length; i++) {
      if (Float.isNaN(values[i])) {
        throw new ModelException(
            "evaluating: the prediction of row "
                + (i / Math.max(1, predictions.classes().size()) + 1L)
                + " is not a number");
      }
    }
    double[] weights = new double[truth.rows()];
    Arrays.fill(weights, 1);
    if (options.weights != null) {
      weights = Labels.weights(Labels.column(truth, options.weights, "weight"));
      if (Arrays.stream(weights).sum() == 0) {
        throw new DataException(
            "evaluating: all weights in column \"" + options.weights + "\" are 0");
      }
    }
    List<String> others = new ArrayList<>();
    int[] ints = {};
    double[] doubles = {};
    return switch (predictions.task()) {
      case Task.Classification(String label) ->
          new Examples(
              predictions,
              others,
              Labels.classes(Labels.column(truth, label, "label"), predictions.classes(), others),
              doubles,
              ints,
              doubles,
              doubles,
              weights);
      case Task.Regression(String label) ->
          new Examples(
              predictions,
              others,
              ints,
              numbers(truth, label, "label"),
              ints,
              doubles,
              doubles,
              weights);
      case Task.Ranking(String label, String group) ->
          new Examples(
              predictions,
              others,
              ints,
              numbers(truth, label, "label"),
              Labels.groups(Labels.column(truth, group, "group")),
              doubles,
              doubles,
              weights);
      case Task.AnomalyDetection(String label) ->
          new Examples(
              predictions,
              others,
              ints,
              anomalies(truth, label, options),
              ints,
              doubles,
              doubles,
              weights);
      case Task.CategoricalUplift(String label, String treatment) ->
          new Examples(
              predictions,
              others,
              ints,
              Labels.second(Labels.column(truth, label, "label"), "label", null),
              ints,
              treatments(truth, treatment),
              doubles,
              weights);
      case Task.NumericalUplift(String label, String treatment) ->
          new Examples(
              predictions,
              others,
              ints,
              numbers(truth, label, "label"),
              ints,
              treatments(truth, treatment),
              doubles,
              weights);
      case Task.Survival(String label, String entryAge, String eventObserved) ->
          new Examples(
              predictions,
              others,
              ints,
              numbers(truth, label, "label"),
              ints,
              events(truth, eventObserved),
              entries(truth, entryAge),
              weights);
    };
  }

  private static double[] numbers(Frame truth, String name, String role) {
    return Labels.numbers(Labels.column(truth, name, role), role);
  }

  private static double[] treatments(Frame truth, String name) {
    return Labels.second(Labels.column(truth, name, "treatment"), "treatment", null);
  }

  private static double[] anomalies(
      Frame truth, @Nullable String label, EvaluationOptions options) {
    if (label == null) {
      throw new DataException(
          "evaluating anomaly detection needs a label column, and the model's task names none");
    }
    return Labels.anomalies(Labels.column(truth, label, "label"), options.anomaly);
  }

  private static double[] events(Frame truth, @Nullable String name) {
    if (name == null) {
      double[] all = new double[truth.rows()];
      Arrays.fill(all, 1);
      return all;
    }
    return numbers(truth, name, "event");
  }

  private static double[] entries(Frame truth, @Nullable String name) {
    if (name == null) {
      double[] all = new double[truth.rows()];
      Arrays.fill(all, Double.NEGATIVE_INFINITY);
      return all;
    }
    return numbers(truth, name, "entry age");
  }

  Metrics measure(EvaluationOptions options) {
    return switch (predictions.task()) {
      case Task.Classification _ -> ClassificationMetrics.of(this, options);
      case Task.Regression _ -> RegressionMetrics.of(this, options);
      case Task.Ranking _ -> RankingMetrics.of(this, options);
      case Task.AnomalyDetection _ -> AnomalyMetrics.of(this, options);
      case Task.CategoricalUplift _, Task.NumericalUplift _ -> UpliftMetrics.of(this);
      case Task.Survival _ -> SurvivalMetrics.of(this);
    };
  }

  double measure(CustomMetric metric) {
    double[] truth = new double[rows()];
    for (int row = 0; row < truth.length; row++) {
      truth[row] = classes.length > 0 ? classOf(row) : targets[row];
    }
    return metric.measure().of(predictions, truth, weights.clone());
  }

  Task task() {
    return predictions.task();
  }

  List<String> classes() {
    return predictions.classes();
  }

  Predictions predictions() {
    return predictions;
  }

  int rows() {
    return predictions.rows();
  }

  double weight(int row) {
    return weights[row];
  }

  /// One a row; read only.
  double[] allWeights() {
    return weights;
  }

  double totalWeight() {
    return Arrays.stream(weights).sum();
  }

  /// The position of the true class; the number of classes for one that the model does not know.
  int classOf(int row) {
    return Math.min(classes[row], classes().size());
  }

  /// Whether the true class was predicted.
  boolean hit(int row) {
    return classes[row] == predictions.classIndex(row);
  }

  /// The true number: of a regression, relevance, outcome, mark of an anomaly, or departure time.
  double target(int row) {
    return targets[row];
  }

  /// The number of the ranking group, from 0.
  int group(int row) {
    return groups[row];
  }

  int groups() {
    return Arrays.stream(groups).max().orElse(-1) + 1;
  }

  /// Whether a row of an uplift task was treated.
  boolean treated(int row) {
    return treatments[row] > 0;
  }

  /// Whether the departure of a row of a survival task was seen.
  boolean event(int row) {
    return treatments[row] > 0;
  }

  /// The time before which a row of a survival task was not at risk.
  double entry(int row) {
    return entries[row];
  }

  /// Whether two evaluations are of the same rows, as far as their truth tells.
  boolean sameTruth(Examples other) {
    if (rows() != other.rows() || !task().equals(other.task())) {
      return false;
    }
    for (int row = 0; row < classes.length; row++) {
      if (!className(row).equals(other.className(row))) {
        return false;
      }
    }
    return Arrays.equals(targets, other.targets)
        && Arrays.equals(groups, other.groups)
        && Arrays.equals(treatments, other.treatments)
        && Arrays.equals(weights, other.weights);
  }

  private String className(int row) {
    int known = classes().size();
    return classes[row] < known ? classes().get(classes[row]) : others.get(classes[row] - known);
  }

  /// These rows; groups are numbered anew.
  Examples rows(int[] picked) {
    int width = Math.max(1, classes().size());
    float[] values = new float[picked.length * width];
    for (int i = 0; i < picked.length; i++) {
      System.arraycopy(predictions.values(), picked[i] * width, values, i * width, width);
    }
    int[] number = new int[groups()];
    Arrays.fill(number, -1);
    int next = 0;
    int[] pickedGroups = groups.length == 0 ? groups : new int[picked.length];
    for (int i = 0; i < pickedGroups.length; i++) {
      int group = groups[picked[i]];
      if (number[group] < 0) {
        number[group] = next++;
      }
      pickedGroups[i] = number[group];
    }
    return new Examples(
        new Predictions(task(), classes(), values),
        others,
        classes.length == 0 ? classes : Arrays.stream(picked).map(row -> classes[row]).toArray(),
        pick(targets, picked),
        pickedGroups,
        pick(treatments, picked),
        pick(entries, picked),
        pick(weights, picked));
  }

  private static double[] pick(double[] values, int[] rows) {
    return values.length == 0 ? values : Arrays.stream(rows).mapToDouble(r -> values[r]).toArray();
  }

  /// All rows of several parts one after the other. Classes are those of all parts: a class that a
  /// part's model did not know has probability 0 there. Groups of different parts are different.
  static Examples concatenate(List<Examples> parts) {
    Set<String> union = new LinkedHashSet<>();
    parts.forEach(part -> union.addAll(part.classes()));
    List<String> classes = List.copyOf(union);
    int width = Math.max(1, classes.size());
    int rows = parts.stream().mapToInt(Examples::rows).sum();
    float[] values = new float[rows * width];
    List<String> others = new ArrayList<>();
    List<int[]> classParts = new ArrayList<>();
    List<int[]> groupParts = new ArrayList<>();
    int offset = 0;
    int groupOffset = 0;
    for (Examples part : parts) {
      int[] position = part.classes().stream().mapToInt(classes::indexOf).toArray();
      int partWidth = Math.max(1, position.length);
      for (int row = 0; row < part.rows(); row++, offset++) {
        for (int i = 0; i < partWidth; i++) {
          values[offset * width + (position.length == 0 ? 0 : position[i])] =
              part.predictions.values()[row * partWidth + i];
        }
      }
      int[] named = new int[part.classes.length];
      for (int row = 0; row < named.length; row++) {
        String name = part.className(row);
        int known = classes.indexOf(name);
        int other = others.indexOf(name);
        if (known < 0 && other < 0) {
          other = others.size();
          others.add(name);
        }
        named[row] = known >= 0 ? known : classes.size() + other;
      }
      classParts.add(named);
      int base = groupOffset;
      groupParts.add(Arrays.stream(part.groups).map(group -> group + base).toArray());
      groupOffset += part.groups();
    }
    return new Examples(
        new Predictions(parts.getFirst().task(), classes, values),
        others,
        classParts.stream().flatMapToInt(Arrays::stream).toArray(),
        parts.stream().flatMapToDouble(part -> Arrays.stream(part.targets)).toArray(),
        groupParts.stream().flatMapToInt(Arrays::stream).toArray(),
        parts.stream().flatMapToDouble(part -> Arrays.stream(part.treatments)).toArray(),
        parts.stream().flatMapToDouble(part -> Arrays.stream(part.entries)).toArray(),
        parts.stream().flatMapToDouble(part -> Arrays.stream(part.weights)).toArray());
  }
}
