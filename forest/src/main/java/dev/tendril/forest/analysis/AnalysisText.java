package dev.tendril.forest.analysis;

import dev.tendril.forest.analysis.Dependence.Point;
import dev.tendril.forest.analysis.Neighbors.Neighbor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// The report of an analysis in plain text.
final class AnalysisText {
  private static final int MOST = 15;
  private static final int BAR = 30;
  private static final int NAME = 26;
  private static final int OUTPUTS = 4;
  private static final int NEAREST = 4;
  private static final String LEVELS = "▁▂▃▄▅▆▇█";

  private final Analysis analysis;
  private final StringBuilder text = new StringBuilder();

  private AnalysisText(Analysis analysis) {
    this.analysis = analysis;
  }

  static String of(Analysis analysis) {
    AnalysisText writer = new AnalysisText(analysis);
    writer.head();
    writer.importances();
    writer.dependences();
    analysis.explanations().forEach(writer::explanation);
    return writer.text.toString();
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }

  private void head() {
    line("%s on %,d rows", analysis.model(), analysis.rows());
    analysis.quality().stream()
        .limit(2)
        .forEach(metric -> line("  %s %s", metric.name(), Figures.number(metric.value())));
    analysis.notes().forEach(note -> line("  note: %s", note));
  }

  /// The main measure by shuffling, and Shapley values; the others are in the JSON form.
  private void importances() {
    List<String> measures = new ArrayList<>(analysis.importances().keySet());
    for (String measure : measures) {
      if (measure.equals(measures.getFirst()) || measure.equals(Analysis.SHAP_VALUE)) {
        boolean shap = measure.equals(Analysis.SHAP_VALUE);
        line("");
        line(
            shap
                ? "importance by Shapley values (SHAP_VALUE: mean magnitude, %s)"
                : "importance by shuffling (%s, with the 95 %% interval of repeats)",
            shap ? analysis.shap().unit() : measure);
        bars(analysis.importances().getOrDefault(measure, List.of()), !shap);
      }
    }
  }

  private void bars(List<MeasuredImportance> list, boolean intervals) {
    List<MeasuredImportance> shown = list.subList(0, Math.min(MOST, list.size()));
    int width = shown.stream().mapToInt(one -> shortened(one.feature()).length()).max().orElse(1);
    double most = shown.stream().mapToDouble(MeasuredImportance::importance).max().orElse(0);
    for (MeasuredImportance one : shown) {
      double share = most > 0 ? Math.max(0, one.importance()) / most : 0;
      String interval =
          intervals
              ? String.format(
                  Locale.ROOT,
                  "%-20s",
                  "[" + Figures.number(one.low()) + " " + Figures.number(one.high()) + "]")
              : "";
      line(
          "  %-" + width + "s %10s  %s %s",
          shortened(one.feature()),
          Figures.number(one.importance()),
          interval,
          "#".repeat((int) Math.round(share * BAR)));
    }
    if (list.size() > shown.size()) {
      line("  and %d more", list.size() - shown.size());
    }
  }

  private static String shortened(String name) {
    return name.length() <= NAME ? name : name.substring(0, NAME - 3) + "...";
  }

  private void dependences() {
    if (analysis.dependences().isEmpty()) {
      return;
    }
    line("");
    line("partial dependence (mean prediction over the values of a feature)");
    List<Integer> outputs = shownOutputs();
    for (Dependence one : analysis.dependences()) {
      List<Point> points = one.points();
      String range =
          one.numerical()
              ? points.getFirst().label() + " to " + lastKnown(points).label()
              : String.join(", ", points.stream().map(Point::label).limit(MOST).toList());
      line("  %s: %s", one.feature(), range);
      for (int output : outputs) {
        double low = least(points, output);
        double high = most(points, output);
        line(
            "    %-" + NAME + "s %s  %s to %s",
            shortened(analysis.outputs().get(output)),
            spark(points, output),
            Figures.number(low),
            Figures.number(high));
      }
    }
  }

  /// Of two classes the second; of many the first few.
  private List<Integer> shownOutputs() {
    int outputs = analysis.outputs().size();
    return outputs == 2
        ? List.of(1)
        : IntStream.range(0, Math.min(OUTPUTS, outputs)).boxed().toList();
  }

  private static Point lastKnown(List<Point> points) {
    Point last = points.getFirst();
    for (Point point : points) {
      last = Double.isNaN(point.value()) ? last : point;
    }
    return last;
  }

  /// All outputs of a feature share one scale.
  private String spark(List<Point> points, int output) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int shown : shownOutputs()) {
      low = Math.min(low, least(points, shown));
      high = Math.max(high, most(points, shown));
    }
    StringBuilder line = new StringBuilder();
    for (Point point : points) {
      double share = high > low ? (point.prediction()[output] - low) / (high - low) : 0;
      line.append(LEVELS.charAt((int) Math.round(share * (LEVELS.length() - 1))));
    }
    return line.toString();
  }

  private static double least(List<Point> points, int output) {
    return points.stream().mapToDouble(point -> point.prediction()[output]).min().orElse(0);
  }

  private static double most(List<Point> points, int output) {
    return points.stream().mapToDouble(point -> point.prediction()[output]).max().orElse(0);
  }

  private void explanation(RowExplanation one) {
    ShapValues shap = one.shap();
    int output =
        one.label() == null || shap.outputs().size() == 1 ? 0 : shap.outputs().indexOf(one.label());
    double[] predicted = one.prediction();
    int best = one.label() == null ? 0 : analysis.model().classes().indexOf(one.label());
    line("");
    line(
        "row %d: predicted %s%s",
        one.row(),
        one.label() == null ? "" : one.label() + ", probability ",
        Figures.number(predicted[best]));
    line(
        "  %s of %s: %s on average, %s for this row, by",
        shap.unit(),
        shap.outputs().get(output),
        Figures.number(shap.bias(output)),
        Figures.number(shap.rawScore(0, output)));
    List<Integer> order =
        IntStream.range(0, shap.features().size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -Math.abs(shap.value(0, output, i))))
            .limit(MOST)
            .toList();
    for (int feature : order) {
      String name = shap.features().get(feature);
      String value = one.values().get(name);
      line(
          "  %+10.4f  %s%s",
          shap.value(0, output, feature), name, value == null ? "" : " = " + value);
    }
    List<String> nearest = one.nearest().stream().limit(NEAREST).map(AnalysisText::shown).toList();
    line("  nearest rows (and distance): %s", String.join(", ", nearest));
    Neighbor other = one.counterfactual();
    if (other != null) {
      line("  nearest row with another prediction: %s", shown(other));
    }
  }

  private static String shown(Neighbor neighbor) {
    return String.format(Locale.ROOT, "%d (%.3f)", neighbor.row(), neighbor.distance());
  }
}
