package dev.tendril.cli;

import dev.tendril.cli.DependenceChart.Scale;
import dev.tendril.forest.analysis.Dependence;
import dev.tendril.forest.analysis.Dependence.Bin;
import dev.tendril.forest.analysis.Dependence.Point;
import java.util.List;

/// Predictions for the categories of one feature as an SVG picture, a line a category, with the
/// marks of [DependenceChart]: strokes for the partial dependence, dots for the mean prediction of
/// the rows of the category, rings for what was observed of them, gray bars for how many they are.
final class CategoryChart {
  private static final double WIDTH = 340;
  private static final double LEFT = 104;
  private static final double RIGHT = WIDTH - 14;
  private static final double TOP = 6;
  private static final double BAND = 21;
  private static final double FOOT = 22;
  private static final int NAME = 16;

  private final Scale scale;
  private final List<Integer> outputs;
  private final double bottom;
  private final Svg svg;

  private CategoryChart(String feature, int lines, Scale scale, List<Integer> outputs) {
    this.scale = scale;
    this.outputs = outputs;
    this.bottom = TOP + BAND * lines;
    this.svg = new Svg(WIDTH, bottom + FOOT, "Predictions for the values of " + feature);
  }

  /// @param outputs the positions of the predicted values to draw
  /// @param names of all predicted values
  static String of(Dependence one, Scale scale, List<Integer> outputs, List<String> names) {
    List<Point> points = one.points();
    CategoryChart chart = new CategoryChart(one.feature(), points.size(), scale, outputs);
    double most = one.bins().stream().mapToInt(Bin::rows).max().orElse(0);
    for (int i = 0; i < one.bins().size() && most > 0; i++) {
      Bin bin = one.bins().get(i);
      chart.svg.rectangle(
          LEFT,
          TOP + BAND * i + 3,
          (RIGHT - LEFT) * 0.5 * bin.rows() / most,
          BAND - 6,
          "var(--soft)",
          Words.count(bin.rows(), "row"));
    }
    chart.axes();
    chart.lines(points, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < one.bins().size(); i++) {
      chart.bin(one.bins().get(i), chart.y(i), names);
    }
    return chart.svg.finish();
  }

  /// The response of a single row.
  ///
  /// @param now the value that the row has
  static String ofRow(
      String feature, List<Point> points, double now, Scale scale, List<Integer> outputs) {
    CategoryChart chart = new CategoryChart(feature, points.size(), scale, outputs);
    for (int i = 0; i < points.size(); i++) {
      if (Double.compare(points.get(i).value(), now) == 0) {
        chart.svg.rectangle(
            LEFT, TOP + BAND * i + 2, RIGHT - LEFT, BAND - 4, "var(--line)", "this row");
      }
    }
    chart.axes();
    chart.lines(points, now);
    return chart.svg.finish();
  }

  private double y(int line) {
    return TOP + BAND * (line + 0.5);
  }

  private double x(double value) {
    return LEFT + 3 + scale.share(value) * (RIGHT - LEFT - 6);
  }

  private void axes() {
    for (double tick : Svg.ticks(scale.low(), scale.high())) {
      svg.line(x(tick), TOP, x(tick), bottom, "rule");
      svg.text(x(tick), bottom + 15, "middle", Svg.tick(tick));
    }
    svg.line(LEFT, TOP, LEFT, bottom, "axis");
  }

  private void lines(List<Point> points, double now) {
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      boolean here = Double.compare(point.value(), now) == 0;
      String name = Words.shortened(point.label(), NAME);
      svg.text(LEFT - 7, y(i) + 4, "end", name, here ? "ink" : "");
      for (int output : outputs) {
        double x = x(point.prediction()[output]);
        double half = BAND / 2 - 3;
        svg.curve(List.of(x, y(i) - half, x, y(i) + half), color(output), 3);
      }
    }
  }

  private void bin(Bin bin, double y, List<String> names) {
    for (int output : outputs) {
      if (bin.rows() == 0) {
        return;
      }
      double[] observed = bin.observed();
      String title = DependenceChart.title(bin, output, names);
      if (observed != null) {
        svg.dot(
            x(observed[output]),
            y,
            3.4,
            "fill:none;stroke-width:1.2;stroke:" + color(output),
            title);
      }
      svg.dot(x(bin.prediction()[output]), y, 2.3, "fill:" + color(output), title);
    }
  }

  private String color(int output) {
    return Page.color(outputs.size() == 1 ? 0 : output);
  }
}
