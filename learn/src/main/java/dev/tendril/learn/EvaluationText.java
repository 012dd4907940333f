package dev.tendril.learn;

import dev.tendril.learn.Evaluation.Slice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The report of an evaluation for people, at most 100 columns wide.
final class EvaluationText {
  private static final int WIDTH = 100;
  private static final int NAME_WIDTH = 24;
  private static final int MOST_CONFUSIONS = 20;

  private final StringBuilder text = new StringBuilder();

  private EvaluationText() {}

  static String of(Evaluation evaluation) {
    EvaluationText report = new EvaluationText();
    report.head(evaluation);
    report.body(evaluation.metrics());
    if (!evaluation.custom().isEmpty()) {
      report.line("");
      evaluation.custom().forEach(metric -> report.line(metric.toString()));
    }
    for (String column : evaluation.slicedBy()) {
      report.slices(column, evaluation.slices(column));
    }
    return report.text.toString();
  }

  private void head(Evaluation evaluation) {
    line("task: " + evaluation.task().name());
    String label = evaluation.task().label();
    if (label != null) {
      line("label: " + label);
    }
    line(
        "rows: "
            + evaluation.rows()
            + (evaluation.weight() == evaluation.rows()
                ? ""
                : " (weight " + Numbers.text(evaluation.weight()) + ")"));
    line("");
  }

  private void body(Metrics metrics) {
    switch (metrics) {
      case ClassificationMetrics classification -> {
        line(classification.accuracy().toString());
        line(classification.logLoss().toString());
        line(classification.errorRate().toString());
        line("");
        line("default_accuracy: " + Numbers.text(classification.defaultAccuracy()));
        line("default_log_loss: " + Numbers.text(classification.defaultLogLoss()));
        line("default_error_rate: " + Numbers.text(classification.defaultErrorRate()));
        confusion(classification.confusion());
        line("");
        line("one class against the others");
        for (OneVersusOthers one : classification.oneVersusOthers()) {
          line("  \"" + one.positive() + "\"");
          curve(one, "    ");
        }
      }
      case RegressionMetrics regression -> {
        regression.list().forEach(metric -> line(metric.toString()));
        line("");
        RegressionMetrics.Residuals residuals = regression.residuals();
        line("residuals, label minus prediction");
        table(
            List.of(
                List.of("mean", "sd", "min", "quartile 1", "median", "quartile 3", "max"),
                List.of(
                    Numbers.text(residuals.mean()),
                    Numbers.text(residuals.sd()),
                    Numbers.text(residuals.min()),
                    Numbers.text(residuals.quartile1()),
                    Numbers.text(residuals.median()),
                    Numbers.text(residuals.quartile3()),
                    Numbers.text(residuals.max()))),
            false);
      }
      case RankingMetrics ranking -> {
        line("groups: " + ranking.groups());
        ranking.list().forEach(metric -> line(metric.toString()));
      }
      case AnomalyMetrics anomaly -> curve(anomaly.anomalies(), "");
      case SurvivalMetrics survival -> line(survival.concordance().toString());
      case UpliftMetrics uplift -> uplift.list().forEach(metric -> line(metric.toString()));
    }
  }

  private void curve(OneVersusOthers one, String indent) {
    line(indent + one.auc());
    line(indent + one.prAuc());
    line(indent + one.averagePrecision());
    for (OneVersusOthers.OperatingPoint point : one.operatingPoints()) {
      line(indent + point.metric() + "  threshold " + Numbers.text(point.threshold()));
    }
  }

  private void confusion(Confusion confusion) {
    List<List<String>> counts = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of(""));
    confusion.classes().forEach(name -> head.add(shorten(name)));
    counts.add(head);
    for (int i = 0; i < confusion.truths().size(); i++) {
      List<String> row = new ArrayList<>(List.of(shorten(confusion.truths().get(i))));
      for (double count : confusion.table()[i]) {
        row.add(Numbers.text(count));
      }
      counts.add(row);
    }
    line("");
    if (width(counts) <= WIDTH) {
      line("confusion table, a row a true class, a column a predicted one");
      table(counts, true);
    } else {
      mistakes(confusion);
    }
    line("");
    List<List<String>> quality = new ArrayList<>();
    quality.add(List.of("class", "weight", "precision", "recall", "f1"));
    for (int i = 0; i < confusion.classes().size(); i++) {
      String name = confusion.classes().get(i);
      quality.add(
          List.of(
              shorten(name),
              Numbers.text(confusion.truth(i)),
              Numbers.text(confusion.precision(name)),
              Numbers.text(confusion.recall(name)),
              Numbers.text(confusion.f1(name))));
    }
    table(quality, true);
  }

  private record Mistake(String truth, String predicted, double count) {}

  private void mistakes(Confusion confusion) {
    List<Mistake> mistakes = new ArrayList<>();
    for (int i = 0; i < confusion.truths().size(); i++) {
      for (int j = 0; j < confusion.classes().size(); j++) {
        double count = confusion.table()[i][j];
        if (i != j && count > 0) {
          mistakes.add(new Mistake(confusion.truths().get(i), confusion.classes().get(j), count));
        }
      }
    }
    mistakes.sort(Comparator.comparingDouble(Mistake::count).reversed());
    line("most frequent mistakes");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("true class", "predicted", "weight"));
    for (Mistake mistake : mistakes.subList(0, Math.min(MOST_CONFUSIONS, mistakes.size()))) {
      rows.add(
          List.of(shorten(mistake.truth), shorten(mistake.predicted), Numbers.text(mistake.count)));
    }
    table(rows, true);
  }

  private void slices(String column, List<Slice> slices) {
    line("");
    line("slices by \"" + column + "\"");
    List<List<String>> rows = new ArrayList<>();
    for (Slice slice : slices) {
      List<Metric> metrics = slice.metrics().list();
      List<Metric> shown = metrics.subList(0, Math.min(2, metrics.size()));
      if (rows.isEmpty()) {
        List<String> head = new ArrayList<>(List.of("value", "rows"));
        shown.forEach(metric -> head.add(metric.name()));
        head.add("interval of " + shown.getFirst().name());
        rows.add(head);
      }
      List<String> row = new ArrayList<>(List.of(shorten(slice.value()), "" + slice.rows()));
      shown.forEach(metric -> row.add(Numbers.text(metric.value())));
      List<Interval> intervals = shown.getFirst().intervals();
      row.add(intervals.isEmpty() ? "" : intervals.getFirst().toString());
      rows.add(row);
    }
    table(rows, true);
  }

  /// Columns side by side, numbers to the right.
  private void table(List<List<String>> rows, boolean namesFirst) {
    int[] widths = widths(rows);
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append("  ")
            .append(i == 0 && namesFirst ? row.get(i) + padding : padding + row.get(i));
      }
      line(line.toString());
    }
  }

  private static int width(List<List<String>> rows) {
    int width = 0;
    for (int column : widths(rows)) {
      width += column + 2;
    }
    return width;
  }

  private static int[] widths(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }

  private static String shorten(String name) {
    return name.length() <= NAME_WIDTH ? name : name.substring(0, NAME_WIDTH - 1) + "…";
  }

  private void line(String line) {
    text.append(line.stripTrailing()).append('\n');
  }
}
