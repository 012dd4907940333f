package dev.tendril.learn;

import dev.tendril.learn.Evaluation.Slice;
import java.util.List;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The JSON form of an evaluation; its shape is documented at [Evaluation#toJson].
final class EvaluationJson {
  private EvaluationJson() {}

  static String of(Evaluation evaluation) {
    return text(node(evaluation));
  }

  /// Indented, with line feeds on every system.
  static String text(ObjectNode json) {
    return json.toPrettyString().replace("\r\n", "\n");
  }

  static ObjectNode node(Evaluation evaluation) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("task", evaluation.task().name());
    json.put("label", evaluation.task().label());
    json.put("rows", evaluation.rows());
    number(json, "weight", evaluation.weight());
    metrics(json.putObject("metrics"), evaluation.list());
    switch (evaluation.metrics()) {
      case ClassificationMetrics classification -> {
        confusion(json.putObject("confusion"), classification.confusion());
        curves(json, classification.oneVersusOthers());
      }
      case AnomalyMetrics anomaly -> curves(json, List.of(anomaly.anomalies()));
      case RegressionMetrics regression ->
          residuals(json.putObject("residuals"), regression.residuals());
      case RankingMetrics ranking -> json.put("groups", ranking.groups());
      case SurvivalMetrics _, UpliftMetrics _ -> {}
    }
    ObjectNode slices = json.putObject("slices");
    for (String column : evaluation.slicedBy()) {
      ArrayNode values = slices.putArray(column);
      for (Slice slice : evaluation.slices(column)) {
        ObjectNode value = values.addObject();
        value.put("value", slice.value());
        value.put("rows", slice.rows());
        number(value, "weight", slice.weight());
        metrics(value.putObject("metrics"), slice.metrics().list());
      }
    }
    return json;
  }

  static void metrics(ObjectNode json, List<Metric> metrics) {
    for (Metric metric : metrics) {
      ObjectNode value = json.putObject(metric.name());
      number(value, "value", metric.value());
      ObjectNode intervals = value.putObject("intervals");
      for (Interval interval : metric.intervals()) {
        ObjectNode bounds = intervals.putObject(interval.method().code());
        number(bounds, "low", interval.low());
        number(bounds, "high", interval.high());
      }
    }
  }

  private static void confusion(ObjectNode json, Confusion confusion) {
    ArrayNode truths = json.putArray("truths");
    confusion.truths().forEach(truths::add);
    ArrayNode classes = json.putArray("classes");
    confusion.classes().forEach(classes::add);
    ArrayNode table = json.putArray("table");
    for (double[] row : confusion.table()) {
      ArrayNode counts = table.addArray();
      for (double count : row) {
        number(counts, count);
      }
    }
  }

  private static void curves(ObjectNode json, List<OneVersusOthers> all) {
    ArrayNode curves = json.putArray("curves");
    ArrayNode points = json.putArray("operating_points");
    for (OneVersusOthers one : all) {
      RocCurve roc = one.curve();
      ObjectNode curve = curves.addObject();
      curve.put("class", one.positive());
      number(curve, "positives", roc.positives());
      number(curve, "negatives", roc.negatives());
      column(curve, "thresholds", roc, RocCurve.Point::threshold);
      column(curve, "true_positives", roc, RocCurve.Point::truePositives);
      column(curve, "false_positives", roc, RocCurve.Point::falsePositives);
      for (OneVersusOthers.OperatingPoint point : one.operatingPoints()) {
        ObjectNode operating = points.addObject();
        operating.put("class", one.positive());
        operating.put("metric", point.metric().name());
        number(operating, "value", point.metric().value());
        number(operating, "threshold", point.threshold());
      }
    }
  }

  private static void column(
      ObjectNode json, String name, RocCurve curve, ToDoubleFunction<RocCurve.Point> value) {
    ArrayNode column = json.putArray(name);
    curve.points().forEach(point -> number(column, value.applyAsDouble(point)));
  }

  private static void residuals(ObjectNode json, RegressionMetrics.Residuals residuals) {
    number(json, "mean", residuals.mean());
    number(json, "sd", residuals.sd());
    number(json, "min", residuals.min());
    number(json, "quartile1", residuals.quartile1());
    number(json, "median", residuals.median());
    number(json, "quartile3", residuals.quartile3());
    number(json, "max", residuals.max());
  }

  static void number(ObjectNode json, String name, double value) {
    if (!Double.isFinite(value)) {
      json.putNull(name);
    } else if (isWhole(value)) {
      json.put(name, (long) value);
    } else {
      json.put(name, value);
    }
  }

  private static void number(ArrayNode json, double value) {
    if (!Double.isFinite(value)) {
      json.addNull();
    } else if (isWhole(value)) {
      json.add((long) value);
    } else {
      json.add(value);
    }
  }

  private static boolean isWhole(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15;
  }
}
