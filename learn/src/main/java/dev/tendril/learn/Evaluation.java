package dev.tendril.learn;

import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// How good predictions are, measured on rows whose truth is known.
///
/// ```java
/// Evaluation quality = model.evaluate(test, options -> options.slices = List.of("island"));
/// System.out.println(quality.accuracy());
/// System.out.println(quality.toText());
/// ```
///
/// [#metrics] has everything in typed form, [#list] every single value by name. Two evaluations of
/// the same rows can be compared by [Comparison]. Immutable.
public final class Evaluation {
  private final Examples examples;
  private final Metrics metrics;
  private final Map<String, List<Slice>> slices;
  private final int ndcgAt;
  private final List<Metric> custom;

  private Evaluation(
      Examples examples,
      Metrics metrics,
      Map<String, List<Slice>> slices,
      int ndcgAt,
      List<Metric> custom) {
    this.custom = List.copyOf(custom);
    this.examples = examples;
    this.metrics = metrics;
    this.slices = slices;
    this.ndcgAt = ndcgAt;
  }

  /// @param columns the columns to slice by, a value an example
  static Evaluation of(Examples examples, List<Column> columns, EvaluationOptions options) {
    Map<String, List<Slice>> slices = new LinkedHashMap<>();
    for (Column column : columns) {
      slices.put(column.name(), Slices.of(examples, column, options.forSlice()));
    }
    Metrics metrics = examples.measure(options);
    List<String> names = metrics.list().stream().map(Metric::name).toList();
    List<Metric> custom = new ArrayList<>();
    for (CustomMetric one : options.metrics) {
      if (names.contains(one.name())) {
        throw new IllegalArgumentException(
            "a metric of your own cannot be called \""
                + one.name()
                + "\": the evaluation has one of that name");
      }
      custom.add(new Metric(one.name(), examples.measure(one)));
    }
    return new Evaluation(examples, metrics, slices, options.ndcgAt, custom);
  }

  /// A part of the rows, by the value of a column, measured on its own.
  ///
  /// @param value the common value, a range of numbers, or [#MISSING]
  /// @param rows the number of rows; a metric of few rows says little
  /// @param weight the sum of their weights
  /// @param metrics with intervals in closed form only
  public record Slice(String value, long rows, double weight, Metrics metrics) {
    /// The slice of the rows that have no value.
    public static final String MISSING = "(missing)";
  }

  /// Predicts a table and measures the predictions against its label column.
  ///
  /// @throws DataException when a column is missing or a row has no label
  public static Evaluation of(Model model, Frame frame) {
    return of(model, frame, _ -> {});
  }

  /// Predicts a table and measures the predictions against its label column.
  ///
  /// @param configure sets [EvaluationOptions]
  /// @throws DataException when a column is missing or a row has no label
  public static Evaluation of(Model model, Frame frame, Consumer<EvaluationOptions> configure) {
    String label = model.task().label();
    if (label != null) {
      Labels.column(frame, label, "label");
    }
    return of(model.predict(frame), frame, configure);
  }

  /// Measures predictions, wherever they come from.
  ///
  /// @param predictions one a row of the table; their task names the columns that hold the truth
  /// @param truth the table with these columns, with weights and with what to slice by. A label may
  ///     be of any semantic whose text or number names a class; one that names none of the classes
  ///     counts as an error
  /// @param configure sets [EvaluationOptions]
  /// @throws DataException when a column is missing or a row has no label
  public static Evaluation of(
      Predictions predictions, Frame truth, Consumer<EvaluationOptions> configure) {
    EvaluationOptions options = new EvaluationOptions();
    configure.accept(options);
    options.validate();
    Examples examples = Examples.of(truth, predictions, options);
    List<Column> columns =
        options.slices.stream().map(name -> Labels.column(truth, name, "slice")).toList();
    return of(examples, columns, options);
  }

  public Task task() {
    return examples.task();
  }

  /// The number of rows.
  public long rows() {
    return examples.rows();
  }

  /// The sum of the rows' weights.
  public double weight() {
    return examples.totalWeight();
  }

  /// The measures in typed form; their type follows from the task.
  public Metrics metrics() {
    return metrics;
  }

  /// The measures of a classification.
  ///
  /// @throws ModelException when the task is another one; so do all typed accessors
  public ClassificationMetrics classification() {
    return as(ClassificationMetrics.class);
  }

  /// The measures of a regression.
  public RegressionMetrics regression() {
    return as(RegressionMetrics.class);
  }

  /// The measures of a ranking.
  public RankingMetrics ranking() {
    return as(RankingMetrics.class);
  }

  /// The share of the rows predicted right.
  public double accuracy() {
    return classification().accuracy().value();
  }

  /// The mean negative logarithm of the probability predicted for the true class.
  public double logLoss() {
    return classification().logLoss().value();
  }

  /// The area under the ROC curve of a class against all others.
  public double auc(String positive) {
    return classification().oneVersusOthers(positive).auc().value();
  }

  /// The confusion table.
  public Confusion confusion() {
    return classification().confusion();
  }

  /// The root mean squared error.
  public double rmse() {
    return regression().rmse().value();
  }

  /// The mean absolute error.
  public double mae() {
    return regression().mae().value();
  }

  /// The share of the labels' variance that the predictions explain.
  public double r2() {
    return regression().r2();
  }

  /// The normalized discounted cumulative gain.
  public double ndcg() {
    return ranking().ndcg().value();
  }

  /// Every single value under a name, the most important first.
  public List<Metric> list() {
    if (custom.isEmpty()) {
      return metrics.list();
    }
    List<Metric> all = new ArrayList<>(metrics.list());
    all.addAll(custom);
    return all;
  }

  /// The metrics of the caller's own, in the order of the options.
  public List<Metric> custom() {
    return custom;
  }

  /// A single value by name.
  ///
  /// @throws IllegalArgumentException when there is none, with the nearest that there is
  public Metric metric(String name) {
    List<String> names = new ArrayList<>();
    for (Metric metric : list()) {
      if (metric.name().equals(name)) {
        return metric;
      }
      names.add(metric.name());
    }
    throw new IllegalArgumentException(
        "an evaluation of a "
            + task().name()
            + " has no metric \""
            + name
            + "\""
            + Nearest.hint(name, names)
            + "; it has "
            + String.join(", ", names));
  }

  /// The columns that the rows were sliced by.
  public List<String> slicedBy() {
    return List.copyOf(slices.keySet());
  }

  /// The slices by a column: values by descending number of rows, numbers by quartile, missing
  /// values last.
  ///
  /// @throws IllegalArgumentException when the options did not ask for slices by this column
  public List<Slice> slices(String column) {
    List<Slice> found = slices.get(column);
    if (found == null) {
      throw new IllegalArgumentException(
          "the evaluation has no slices by \""
              + column
              + "\": name the column in the evaluation options");
    }
    return found;
  }

  /// A report of at most 100 columns.
  public String toText() {
    return EvaluationText.of(this);
  }

  /// The evaluation as a JSON object:
  ///
  /// - `task`, `label`, `rows`, `weight`
  /// - `metrics`: by name `{"value", "intervals": {METHOD: {"low", "high"}}}`, METHOD being W, H,
  /// L, X2 or B as in [Interval.Method]
  /// - `confusion` (classification): `truths`, `classes` and `table`, a row a truth
  /// - `curves` (classification, anomaly detection): a ROC curve a class with `class`, `positives`,
  /// `negatives` and the arrays `thresholds` (the first is null: none is positive),
  /// `true_positives`, `false_positives`
  /// - `operating_points` beside them: `class`, `metric`, `threshold`
  /// - `residuals` (regression): `mean`, `sd`, `min`, `quartile1`, `median`, `quartile3`, `max`
  /// - `groups` (ranking): their number
  /// - `slices`: by column an array of `value`, `rows`, `weight`, `metrics`
  ///
  /// What is not a finite number is null.
  public String toJson() {
    return EvaluationJson.of(this);
  }

  @Override
  public String toString() {
    return toText();
  }

  Examples examples() {
    return examples;
  }

  int ndcgAt() {
    return ndcgAt;
  }

  private <M extends Metrics> M as(Class<M> type) {
    if (!type.isInstance(metrics)) {
      throw new ModelException(
          "an evaluation of a "
              + task().name()
              + " has only these metrics: "
              + String.join(", ", list().stream().map(Metric::name).toList()));
    }
    return type.cast(metrics);
  }
}
