package dev.tendril.learn;

import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How good the models of a learner are on rows that they were not trained on: one model is trained
/// a split and predicts the split's test part.
///
/// The predictions of all test parts together are measured as one evaluation, [#pooled], whose
/// intervals are those of its many rows; the evaluations of the parts, [#folds], show how much the
/// quality depends on what was drawn. Two learners on the same splits can be compared with
/// [Comparison], by their pooled evaluations. Splits come from the methods of
/// [dev.tendril.data.Splits]: in folds at random, by group, or by a column that says the fold.
///
/// @param pooled the evaluation of all test rows, in the order of the splits
/// @param folds the evaluation of every test part, without bootstrap intervals
public record CrossValidation(Evaluation pooled, List<Evaluation> folds) {
  public CrossValidation {
    folds = List.copyOf(folds);
  }

  /// How a metric varies between folds.
  ///
  /// @param metric the metric's name
  /// @param mean the mean over the folds that define the metric
  /// @param sd the sample standard deviation over them, NaN for fewer than two
  /// @param folds their number
  public record Spread(String metric, double mean, double sd, int folds) {}

  /// Trains and measures with default options.
  public static CrossValidation of(Learner<?> learner, List<Split> splits) {
    return of(learner, splits, _ -> {}, _ -> {});
  }

  /// Trains and measures.
  ///
  /// @param splits one or more, whose test parts should share no row
  /// @param training sets [TrainOptions] of every training
  /// @param measuring sets [EvaluationOptions]
  /// @throws DataException as training and measuring do, with the number of the fold
  public static CrossValidation of(
      Learner<?> learner,
      List<Split> splits,
      Consumer<TrainOptions> training,
      Consumer<EvaluationOptions> measuring) {
    if (splits.isEmpty()) {
      throw new IllegalArgumentException("cross-validation needs at least one split; got none");
    }
    EvaluationOptions options = new EvaluationOptions();
    measuring.accept(options);
    options.validate();
    List<Examples> parts = new ArrayList<>();
    List<Evaluation> folds = new ArrayList<>();
    List<List<Column>> slices = new ArrayList<>();
    options.slices.forEach(_ -> slices.add(new ArrayList<>()));
    for (Split split : splits) {
      try {
        Predictions predictions = learner.train(split.train(), training).predict(split.test());
        Examples part = Examples.of(split.test(), predictions, options);
        parts.add(part);
        folds.add(Evaluation.of(part, List.of(), options.forSlice()));
        for (int i = 0; i < slices.size(); i++) {
          slices.get(i).add(Labels.column(split.test(), options.slices.get(i), "slice"));
        }
      } catch (DataException e) {
        throw new DataException(
            "fold " + (parts.size() + 1) + " of " + splits.size() + ": " + e.getMessage(), e);
      }
    }
    Evaluation pooled =
        Evaluation.of(
            Examples.concatenate(parts),
            slices.stream().map(Slices::concatenate).toList(),
            options);
    return new CrossValidation(pooled, folds);
  }

  /// The spread of every metric of [#pooled], in its order.
  public List<Spread> spreads() {
    return pooled.list().stream().map(metric -> spread(metric.name())).toList();
  }

  /// The spread of a metric; over no folds when there is none of that name.
  public Spread spread(String metric) {
    double[] values =
        folds.stream()
            .flatMap(fold -> fold.list().stream())
            .filter(one -> one.name().equals(metric) && !Double.isNaN(one.value()))
            .mapToDouble(Metric::value)
            .toArray();
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double sd = values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
    return new Spread(metric, mean, sd, values.length);
  }

  /// A report: the spread of the metrics between folds, then the pooled evaluation.
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append(folds.size()).append(" folds: mean and standard deviation\n");
    for (Spread spread : spreads()) {
      text.append("  ")
          .append(spread.metric)
          .append(": ")
          .append(Numbers.text(spread.mean))
          .append(" ± ")
          .append(Numbers.text(spread.sd))
          .append('\n');
    }
    return text.append("\nall folds together\n\n").append(pooled.toText()).toString();
  }

  /// A JSON object: `pooled` as [Evaluation#toJson]; `metrics`, by name `mean`, `sd` and `folds`;
  /// `folds`, an array of `rows` and `metrics` as in an evaluation.
  public String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("pooled", EvaluationJson.node(pooled));
    ObjectNode metrics = json.putObject("metrics");
    for (Spread spread : spreads()) {
      ObjectNode metric = metrics.putObject(spread.metric);
      EvaluationJson.number(metric, "mean", spread.mean);
      EvaluationJson.number(metric, "sd", spread.sd);
      metric.put("folds", spread.folds);
    }
    ArrayNode each = json.putArray("folds");
    for (Evaluation fold : folds) {
      ObjectNode one = each.addObject();
      one.put("rows", fold.rows());
      EvaluationJson.metrics(one.putObject("metrics"), fold.list());
    }
    return EvaluationJson.text(json);
  }
}
