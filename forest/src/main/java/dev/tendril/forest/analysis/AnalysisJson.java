package dev.tendril.forest.analysis;

import dev.tendril.forest.analysis.Dependence.Bin;
import dev.tendril.forest.analysis.Dependence.Point;
import dev.tendril.forest.analysis.Neighbors.Neighbor;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The JSON form of an analysis; its shape is documented at [Analysis#toJson].
final class AnalysisJson {
  private AnalysisJson() {}

  static String of(Analysis analysis) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", analysis.model().name());
    json.put("task", analysis.model().task().name());
    json.put("label", analysis.model().task().label());
    json.put("rows", analysis.rows());
    ArrayNode notes = json.putArray("notes");
    analysis.notes().forEach(notes::add);
    ObjectNode quality = json.putObject("quality");
    analysis.quality().forEach(metric -> number(quality, metric.name(), metric.value()));
    ObjectNode importances = json.putObject("importances");
    analysis
        .importances()
        .forEach((measure, list) -> importances(importances.putArray(measure), list));
    shap(json.putObject("shap"), analysis.shap());
    ArrayNode dependences = json.putArray("dependences");
    for (Dependence one : analysis.dependences()) {
      dependence(dependences.addObject(), one, analysis.outputs());
    }
    ArrayNode explanations = json.putArray("explanations");
    for (RowExplanation one : analysis.explanations()) {
      explanation(explanations.addObject(), one);
    }
    return json.toPrettyString().replace("\r\n", "\n");
  }

  private static void importances(ArrayNode array, List<MeasuredImportance> list) {
    for (MeasuredImportance one : list) {
      ObjectNode json = array.addObject().put("feature", one.feature());
      number(json, "importance", one.importance());
      number(json, "low", one.low());
      number(json, "high", one.high());
    }
  }

  private static void shap(ObjectNode json, ShapValues shap) {
    json.put("rows", shap.rows());
    json.put("unit", shap.unit());
    ObjectNode bias = json.putObject("bias");
    ObjectNode magnitudes = json.putObject("mean_magnitude");
    for (int output = 0; output < shap.outputs().size(); output++) {
      String name = shap.outputs().get(output);
      number(bias, name, shap.bias(output));
      ObjectNode features = magnitudes.putObject(name);
      for (int feature = 0; feature < shap.features().size(); feature++) {
        number(features, shap.features().get(feature), shap.meanMagnitude(output, feature));
      }
    }
  }

  private static void dependence(ObjectNode json, Dependence one, List<String> outputs) {
    json.put("feature", one.feature());
    json.put("semantic", one.semantic().name().toLowerCase(Locale.ROOT));
    ArrayNode names = json.putArray("outputs");
    outputs.forEach(names::add);
    points(json.putArray("points"), one.points());
    ArrayNode bins = json.putArray("bins");
    for (Bin bin : one.bins()) {
      ObjectNode node = bins.addObject();
      number(node, "value", bin.value());
      node.put("label", bin.label()).put("rows", bin.rows());
      numbers(node, "prediction", bin.prediction());
      numbers(node, "observed", bin.observed());
    }
    ArrayNode histogram = json.putArray("histogram");
    one.histogram().forEach(histogram::add);
  }

  private static void points(ArrayNode array, List<Point> points) {
    for (Point point : points) {
      ObjectNode node = array.addObject();
      number(node, "value", point.value());
      node.put("label", point.label());
      numbers(node, "prediction", point.prediction());
    }
  }

  private static void explanation(ObjectNode json, RowExplanation one) {
    json.put("row", one.row());
    json.put("label", one.label());
    numbers(json, "prediction", one.prediction());
    ObjectNode values = json.putObject("values");
    one.values().forEach(values::put);
    ObjectNode shap = json.putObject("shap");
    for (int output = 0; output < one.shap().outputs().size(); output++) {
      ObjectNode features = shap.putObject(one.shap().outputs().get(output));
      for (int feature = 0; feature < one.shap().features().size(); feature++) {
        number(features, one.shap().features().get(feature), one.shap().value(0, output, feature));
      }
    }
    ObjectNode responses = json.putObject("responses");
    one.responses().forEach((feature, points) -> points(responses.putArray(feature), points));
    ArrayNode nearest = json.putArray("nearest");
    for (Neighbor neighbor : one.nearest()) {
      neighbor(nearest.addObject(), neighbor);
    }
    Neighbor other = one.counterfactual();
    if (other == null) {
      json.putNull("counterfactual");
    } else {
      neighbor(json.putObject("counterfactual"), other);
    }
  }

  private static void neighbor(ObjectNode json, Neighbor neighbor) {
    json.put("row", neighbor.row()).put("distance", neighbor.distance());
  }

  private static void number(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.putNull(name);
    }
  }

  private static void numbers(ObjectNode json, String name, double @Nullable [] values) {
    if (values == null) {
      json.putNull(name);
      return;
    }
    ArrayNode array = json.putArray(name);
    for (double value : values) {
      if (Double.isFinite(value)) {
        array.add(value);
      } else {
        array.addNull();
      }
    }
  }
}
