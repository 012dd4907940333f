package dev.tendril.cli;

import dev.tendril.data.Semantic;
import dev.tendril.forest.ForestModel;
import dev.tendril.forest.analysis.Analysis;
import dev.tendril.forest.analysis.Dependence.Point;
import dev.tendril.forest.analysis.Neighbors.Neighbor;
import dev.tendril.forest.analysis.RowExplanation;
import dev.tendril.forest.analysis.ShapValues;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// The part of an analysis' page on one row: what made up its prediction, what would change it, and
/// which rows are like it.
final class RowSection {
  private static final int MOST_FEATURES = 12;
  private static final int MOST_PLOTS = 6;
  private static final int MOST_COLUMNS = 4;

  private final Page page;
  private final Analysis analysis;
  private final RowExplanation one;
  private final List<Integer> outputs;
  private final int explained;
  private final List<Integer> order;

  RowSection(Page page, Analysis analysis, RowExplanation one, List<Integer> outputs) {
    this.page = page;
    this.analysis = analysis;
    this.one = one;
    this.outputs = outputs;
    ShapValues shap = one.shap();
    this.explained = Math.max(0, shap.outputs().indexOf(String.valueOf(one.label())));
    this.order =
        IntStream.range(0, shap.features().size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -Math.abs(shap.value(0, explained, i))))
            .toList();
  }

  void write() {
    ForestModel model = analysis.model();
    page.section("Row " + one.row());
    String label = one.label();
    page.add("<div class=\"tiles\">");
    if (label != null) {
      page.add(Page.tile("prediction", label));
    }
    for (int i = 0; i < Math.min(one.prediction().length, Page.COLORS); i++) {
      String name = label == null ? "prediction" : "probability of " + model.classes().get(i);
      page.add(Page.tile(name, Words.number(one.prediction()[i])));
    }
    page.add("</div>\n<div class=\"grid two\">\n");
    contributions();
    neighbors();
    page.add("</div>\n");
    responses();
  }

  private void contributions() {
    ShapValues shap = one.shap();
    page.add("<div class=\"card\"><h3>What made it up: ");
    page.add(Page.escaped(shap.unit() + " of " + shap.outputs().get(explained)) + "</h3>\n");
    page.add("<p class=\"muted\">" + Words.number(shap.bias(explained)) + " on average, ");
    page.add(Words.number(shap.rawScore(0, explained)) + " for this row; the difference is from");
    page.add("</p>\n<div class=\"imp\">\n");
    double most = order.isEmpty() ? 0 : Math.abs(shap.value(0, explained, order.getFirst()));
    for (int feature : order.subList(0, Math.min(MOST_FEATURES, order.size()))) {
      double value = shap.value(0, explained, feature);
      double width = most > 0 ? 50 * Math.abs(value) / most : 0;
      String name = shap.features().get(feature);
      String has = one.values().get(name);
      page.add("<span class=\"name\">" + Page.escaped(name));
      page.add(has == null ? "" : " <span class=\"muted\">= " + Page.escaped(has) + "</span>");
      page.add("</span><span class=\"track" + (value < 0 ? " minus" : "") + "\">");
      page.add(
          String.format(
              Locale.ROOT,
              "<i style=\"left:%.2f%%;width:%.2f%%\"></i>",
              value < 0 ? 50 - width : 50,
              width));
      page.add("</span><span class=\"value\">");
      page.add((value > 0 ? "+" : "") + Words.number(value) + "</span>\n");
    }
    page.add("</div></div>\n");
  }

  private void neighbors() {
    List<Neighbor> all = new ArrayList<>(one.nearest());
    Neighbor other = one.counterfactual();
    if (other != null) {
      all.add(other);
    }
    page.add("<div class=\"card\"><h3>Rows that the model holds for alike</h3>\n");
    page.add("<p class=\"muted\">Distance: the share of the trees in which both rows end in");
    page.add(" different leaves.");
    page.add(other == null ? "" : " Last, the nearest row with another prediction.");
    page.add("</p><div class=\"wide\"><table><tr><th>row</th><th>distance</th>");
    List<String> names =
        order.stream()
            .map(feature -> one.shap().features().get(feature))
            .filter(one.values()::containsKey)
            .limit(MOST_COLUMNS)
            .toList();
    names.forEach(name -> page.add("<th>" + Page.escaped(name) + "</th>"));
    page.add("</tr>\n");
    row("this", "", one.values(), names);
    for (Neighbor neighbor : all) {
      Map<String, String> values = one.neighborValues().getOrDefault(neighbor.row(), Map.of());
      String number = (neighbor.equals(other) ? "≠ " : "") + neighbor.row();
      String distance = String.format(Locale.ROOT, "%.3f", neighbor.distance());
      row(number, distance, values, names);
    }
    page.add("</table></div></div>\n");
  }

  private void row(String number, String distance, Map<String, String> values, List<String> names) {
    page.add("<tr><td>" + number + "</td><td>" + distance + "</td>");
    names.forEach(name -> page.add("<td>" + Page.escaped(values.getOrDefault(name, "")) + "</td>"));
    page.add("</tr>\n");
  }

  private void responses() {
    List<String> drawn =
        order.stream()
            .map(feature -> one.shap().features().get(feature))
            .filter(one.responses()::containsKey)
            .limit(MOST_PLOTS)
            .toList();
    if (drawn.isEmpty()) {
      return;
    }
    page.add("<h3 style=\"margin-top:1.2rem\">What would change it</h3>\n");
    page.add(
        "<p class=\"muted\">The prediction of this row if only this feature were another; its");
    page.add(" own value is marked.</p>\n");
    if (outputs.size() > 1) {
      page.legend(analysis.outputs().subList(0, outputs.size()));
    }
    DependenceChart.Scale scale =
        DependenceChart.Scale.of(
            List.copyOf(one.responses().values()), !analysis.model().classes().isEmpty());
    page.add("<div class=\"grid\">\n");
    for (String feature : drawn) {
      page.add("<div class=\"card\"><h3>" + Page.escaped(feature) + "</h3>\n");
      page.add(chart(feature, scale));
      page.add("</div>\n");
    }
    page.add("</div>\n");
  }

  private String chart(String feature, DependenceChart.Scale scale) {
    List<Point> points = one.responses().getOrDefault(feature, List.of());
    Semantic semantic = analysis.model().schema().field(feature).semantic();
    boolean numerical =
        semantic == Semantic.NUMERICAL || semantic == Semantic.DISCRETIZED_NUMERICAL;
    double now = now(feature, points);
    return numerical
        ? DependenceChart.ofRow(feature, points, now, scale, outputs)
        : CategoryChart.ofRow(feature, points, now, scale, outputs);
  }

  /// The value of the row on the axis of a plot.
  private double now(String feature, List<Point> points) {
    String has = one.values().getOrDefault(feature, "");
    for (Point point : points) {
      if (point.label().equals(has)) {
        return point.value();
      }
    }
    try {
      return Double.parseDouble(has);
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }
}
