package dev.tendril.cli;

import dev.tendril.learn.AnomalyMetrics;
import dev.tendril.learn.ClassificationMetrics;
import dev.tendril.learn.Confusion;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Evaluation.Slice;
import dev.tendril.learn.Interval;
import dev.tendril.learn.Metric;
import dev.tendril.learn.Model;
import dev.tendril.learn.OneVersusOthers;
import dev.tendril.learn.RankingMetrics;
import dev.tendril.learn.RegressionMetrics;
import dev.tendril.learn.SurvivalMetrics;
import dev.tendril.learn.UpliftMetrics;
import dev.tendril.learn.VariableImportance;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// An evaluation as one HTML file that needs no other: figures with their intervals, the confusion
/// table, ROC curves, slices and the importance of the features.
final class HtmlReport {
  private static final int MOST_IMPORTANCES = 15;

  private final Page page;

  private HtmlReport(String title) {
    this.page = new Page(title, "");
  }

  /// @param folder where the model is
  /// @param data the table that was evaluated
  static String of(Evaluation evaluation, Model model, String folder, String data) {
    HtmlReport report = new HtmlReport("Evaluation of " + folder);
    report.head(evaluation, model, data);
    report.figures("Quality", evaluation.list());
    switch (evaluation.metrics()) {
      case ClassificationMetrics classification -> {
        report.confusion(classification.confusion());
        report.curves(classification.oneVersusOthers());
      }
      case AnomalyMetrics anomaly -> report.curves(List.of(anomaly.anomalies()));
      case RegressionMetrics regression -> report.residuals(regression.residuals());
      case RankingMetrics _, SurvivalMetrics _, UpliftMetrics _ -> {}
    }
    for (String column : evaluation.slicedBy()) {
      report.slices(column, evaluation.slices(column));
    }
    report.importances(model.importances());
    return report.page.finish();
  }

  private void head(Evaluation evaluation, Model model, String data) {
    add("<p class=\"about\">");
    String label = evaluation.task().label();
    add(Page.escaped(model.name() + ", " + evaluation.task().name()));
    add(label == null ? "" : " of <b>" + Page.escaped(label) + "</b>");
    add(" on " + Words.count(evaluation.rows(), "row") + " of " + Page.escaped(data) + "</p>\n");
  }

  private void figures(String title, List<Metric> metrics) {
    section(title);
    add("<div class=\"wide\"><table><tr><th></th><th>value</th><th>95 % intervals</th></tr>\n");
    for (Metric metric : metrics) {
      String intervals =
          metric.intervals().stream().map(Interval::toString).collect(Collectors.joining(" "));
      row(metric.name(), Words.number(metric.value()), intervals);
    }
    add("</table></div>\n");
  }

  private void confusion(Confusion confusion) {
    section("Confusion: a row a true class, a column a predicted one");
    ConfusionTable.add(page, confusion.truths(), confusion.classes(), confusion.table());
  }

  private void curves(List<OneVersusOthers> classes) {
    section("ROC curves: a class against all others");
    add(RocChart.of(classes));
  }

  private void residuals(RegressionMetrics.Residuals residuals) {
    section("Residuals: label minus prediction");
    add("<table>\n");
    row("mean", Words.number(residuals.mean()));
    row("standard deviation", Words.number(residuals.sd()));
    row("least", Words.number(residuals.min()));
    row("lower quartile", Words.number(residuals.quartile1()));
    row("median", Words.number(residuals.median()));
    row("upper quartile", Words.number(residuals.quartile3()));
    row("greatest", Words.number(residuals.max()));
    add("</table>\n");
  }

  private void slices(String column, List<Slice> slices) {
    section("Slices by " + column);
    add("<table><tr><th></th><th>rows</th>");
    List<Metric> first = slices.isEmpty() ? List.of() : main(slices.getFirst());
    first.forEach(metric -> add("<th>" + Page.escaped(metric.name()) + "</th>"));
    add("<th>interval</th></tr>\n");
    for (Slice slice : slices) {
      add("<tr><td>" + Page.escaped(slice.value()) + "</td><td>" + slice.rows() + "</td>");
      main(slice).forEach(metric -> add("<td>" + Words.number(metric.value()) + "</td>"));
      List<Interval> intervals = main(slice).getFirst().intervals();
      add("<td>" + (intervals.isEmpty() ? "" : intervals.getFirst()) + "</td></tr>\n");
    }
    add("</table>\n");
  }

  private static List<Metric> main(Slice slice) {
    List<Metric> all = slice.metrics().list();
    return all.subList(0, Math.min(2, all.size()));
  }

  private void importances(Map<String, List<VariableImportance>> importances) {
    String measure = Bars.measure(importances);
    if (measure == null) {
      return;
    }
    List<VariableImportance> list = importances.getOrDefault(measure, List.of());
    double most = list.stream().mapToDouble(VariableImportance::importance).max().orElse(0);
    section("What the model looks at (" + measure + ")");
    add("<table>\n");
    for (VariableImportance one : list.subList(0, Math.min(MOST_IMPORTANCES, list.size()))) {
      double share = most > 0 ? Math.max(0, one.importance()) / most : 0;
      add(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td>%s</td><td class=\"bar\"><div style=\"width:%.1f%%\"></div>"
                  + "</td></tr>%n",
              Page.escaped(one.feature()),
              Words.number(one.importance()),
              100 * share));
    }
    add("</table>\n");
  }

  private void section(String title) {
    page.section(title);
  }

  private void row(String... cells) {
    page.row(cells);
  }

  private void add(String text) {
    page.add(text);
  }
}
