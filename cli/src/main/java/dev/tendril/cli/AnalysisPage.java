package dev.tendril.cli;

import dev.tendril.forest.ForestModel;
import dev.tendril.forest.analysis.Analysis;
import dev.tendril.forest.analysis.Dependence;
import dev.tendril.forest.analysis.MeasuredImportance;
import dev.tendril.forest.analysis.RowExplanation;
import dev.tendril.forest.analysis.ShapValues;
import dev.tendril.learn.Metric;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// An analysis as one HTML file: importances, Shapley values, plots of the features, single rows.
final class AnalysisPage {
  private static final int MOST_FEATURES = 15;
  private static final int MOST_CLASSES = 6;
  private static final int TILES = 2;

  private static final String STYLE =
      """
      .now { stroke: var(--muted); stroke-dasharray: 3 3; }
      .swarm summary { margin: .6rem 0 .2rem; font-weight: 600; }
      .scale { display: inline-block; width: 7rem; height: .6rem; border-radius: .3rem;
        vertical-align: -.02rem; margin: 0 .4rem;
        background: linear-gradient(90deg, #2f6fd0, #8a83cf, #d0679a, #e5383b); }
      """;

  private final Analysis analysis;
  private final ForestModel model;
  private final Page page;
  private final List<Integer> outputs;

  private AnalysisPage(Analysis analysis, String folder) {
    this.analysis = analysis;
    this.model = analysis.model();
    this.page = new Page("Analysis of " + folder, STYLE);
    int count = analysis.outputs().size();
    this.outputs =
        count == 2
            ? List.of(1)
            : IntStream.range(0, Math.min(MOST_CLASSES, count)).boxed().toList();
  }

  /// @param folder where the model is
  /// @param data the table that it was analyzed on
  static String of(Analysis analysis, String folder, String data) {
    AnalysisPage writer = new AnalysisPage(analysis, folder);
    writer.head(data);
    writer.importances();
    writer.shap();
    writer.dependences();
    analysis.explanations().forEach(writer::explanation);
    return writer.page.finish();
  }

  private void head(String data) {
    String label = model.task().label();
    page.add("<p class=\"about\">" + Page.escaped(model.name() + ", " + model.task().name()));
    page.add(label == null ? "" : " of <b>" + Page.escaped(label) + "</b>");
    page.add(", on " + Words.count(analysis.rows(), "row") + " of " + Page.escaped(data));
    page.add("</p>\n<div class=\"tiles\">");
    page.add(Page.tile("rows", String.format(Locale.ROOT, "%,d", analysis.rows())));
    page.add(Page.tile("features", String.valueOf(model.features().size())));
    page.add(Page.tile("trees", String.valueOf(model.trees().size())));
    for (Metric metric : analysis.quality().stream().limit(TILES).toList()) {
      page.add(Page.tile(metric.name().replace('_', ' '), Words.number(metric.value())));
    }
    page.add("</div>\n");
    analysis.notes().forEach(page::note);
  }

  private void importances() {
    page.section("Which features matter");
    page.paragraph(
        "By shuffling: how much worse the model gets when the values of a feature are shuffled"
            + " between rows; the thin line is the 95 % interval of the repeats. By Shapley values:"
            + " by how much a feature moves predictions, on average.");
    page.add("<div class=\"grid two\">\n");
    Map<String, List<MeasuredImportance>> all = analysis.importances();
    String first = all.keySet().iterator().next();
    card(first, all.getOrDefault(first, List.of()));
    if (!first.equals(Analysis.SHAP_VALUE)) {
      card(Analysis.SHAP_VALUE, all.getOrDefault(Analysis.SHAP_VALUE, List.of()));
    }
    page.add("</div>\n");
    if (all.size() > 2) {
      page.add("<details><summary class=\"muted\">More measures</summary>\n");
      page.add("<div class=\"grid two\">\n");
      all.forEach(
          (measure, list) -> {
            if (!measure.equals(first) && !measure.equals(Analysis.SHAP_VALUE)) {
              card(measure, list);
            }
          });
      page.add("</div></details>\n");
    }
  }

  private void card(String measure, List<MeasuredImportance> list) {
    page.add("<div class=\"card\"><h3>" + Page.escaped(measure) + "</h3><div class=\"imp\">\n");
    double low = list.stream().mapToDouble(MeasuredImportance::low).min().orElse(0);
    double high = list.stream().mapToDouble(MeasuredImportance::high).max().orElse(0);
    double from = Math.min(0, low);
    double width = Math.max(high - from, Double.MIN_NORMAL);
    for (MeasuredImportance one : list.subList(0, Math.min(MOST_FEATURES, list.size()))) {
      double value = one.importance();
      page.add("<span class=\"name\">" + Page.escaped(one.feature()) + "</span>");
      page.add("<span class=\"track" + (value < 0 ? " minus" : "") + "\">");
      page.add(span("i", Math.min(0, value), Math.max(0, value), from, width));
      if (one.high() > one.low()) {
        page.add(span("u", one.low(), one.high(), from, width));
      }
      page.add("</span><span class=\"value\">" + Words.number(value) + "</span>\n");
    }
    page.add("</div>");
    if (list.size() > MOST_FEATURES) {
      page.add("<p class=\"muted\">and " + (list.size() - MOST_FEATURES) + " more</p>");
    }
    page.add("</div>\n");
  }

  /// An element that lies over part of a track.
  private static String span(String element, double low, double high, double from, double width) {
    return String.format(
        Locale.ROOT,
        "<%s style=\"left:%.2f%%;width:%.2f%%\"></%s>",
        element,
        100 * (low - from) / width,
        100 * (high - low) / width,
        element);
  }

  private void shap() {
    ShapValues shap = analysis.shap();
    page.section("In which direction they move predictions");
    page.paragraph(
        "Shapley values of "
            + Words.count(shap.rows(), "row")
            + ", a dot a row: to the right of 0 the row's value of the feature raised the "
            + shap.unit()
            + ", to the left it lowered it. The values of a row and the mean add up to its raw"
            + " score.");
    page.add("<p class=\"muted\">value of the feature: low <span class=\"scale\"></span> high;");
    page.add(" gray: a category, or missing</p>\n");
    int shown = Math.min(MOST_CLASSES, shap.outputs().size());
    page.add("<div class=\"grid two\">\n");
    for (int output = 0; output < shown; output++) {
      page.add("<div class=\"card\"><h3>");
      page.add(Page.escaped(shap.outputs().get(output)) + " <span class=\"muted\">(mean ");
      page.add(Words.number(shap.bias(output)) + ")</span></h3>\n");
      page.add(SwarmChart.of(shap, analysis.sample(), output));
      page.add("</div>\n");
    }
    page.add("</div>\n");
    if (shap.outputs().size() > shown) {
      page.note("only the first " + shown + " of " + shap.outputs().size() + " classes are drawn");
    }
  }

  private void dependences() {
    if (analysis.dependences().isEmpty()) {
      return;
    }
    page.section("How predictions depend on single features");
    page.add(
        "<p>Lines: the mean prediction if all rows had this value (partial dependence)."
            + " Dots: the mean prediction of the rows that have it (conditional expectation);"
            + " rings: what was observed of them. Gray bars: how many rows there are.</p>\n");
    legend();
    DependenceChart.Scale scale =
        DependenceChart.Scale.of(
            analysis.dependences().stream().map(Dependence::points).toList(),
            !model.classes().isEmpty());
    page.add("<div class=\"grid\">\n");
    for (Dependence one : analysis.dependences()) {
      page.add("<div class=\"card\"><h3>" + Page.escaped(one.feature()) + "</h3>\n");
      page.add(
          one.numerical()
              ? DependenceChart.of(one, scale, outputs, analysis.outputs())
              : CategoryChart.of(one, scale, outputs, analysis.outputs()));
      page.add("</div>\n");
    }
    page.add("</div>\n");
  }

  private void legend() {
    if (outputs.size() > 1) {
      page.legend(analysis.outputs().subList(0, outputs.size()));
    } else if (!model.classes().isEmpty()) {
      page.add("<p class=\"muted\">Drawn is the probability of <b>");
      page.add(Page.escaped(analysis.outputs().get(outputs.getFirst())) + "</b>.</p>\n");
    }
  }

  private void explanation(RowExplanation one) {
    new RowSection(page, analysis, one, outputs).write();
  }
}
