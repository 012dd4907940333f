package dev.tendril.cli;

import dev.tendril.forest.analysis.Dependence;
import dev.tendril.forest.analysis.Dependence.Bin;
import dev.tendril.forest.analysis.Dependence.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Predictions over the values of one numerical feature as an SVG picture: lines for the partial
/// dependence, dots for the mean prediction of the rows that have such values, rings for what was
/// observed of them, and gray bars for how many they are. A missing value stands apart at the
/// right. For other features there is [CategoryChart].
final class DependenceChart {
  private static final double WIDTH = 340;
  private static final double HEIGHT = 220;
  private static final double LEFT = 40;
  private static final double RIGHT = WIDTH - 12;
  private static final double TOP = 10;
  private static final double BOTTOM = HEIGHT - 30;
  private static final double MISSING_ROOM = 60;
  private static final double BARS = 40;

  private final Scale scale;
  private final List<Integer> outputs;
  private final double right;
  private final double low;
  private final double high;
  private final Svg svg;

  /// The range of predicted values that the pictures of a report share.
  record Scale(double low, double high) {
    /// Where a value is in the range, from 0 to 1.
    double share(double value) {
      return high > low ? Math.clamp((value - low) / (high - low), 0, 1) : 0.5;
    }

    double y(double value) {
      return BOTTOM - share(value) * (BOTTOM - TOP);
    }

    /// From 0 to 1 for probabilities, else what holds all points.
    static Scale of(List<List<Point>> all, boolean probabilities) {
      if (probabilities) {
        return new Scale(0, 1);
      }
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (List<Point> points : all) {
        for (Point point : points) {
          low = Math.min(low, point.prediction()[0]);
          high = Math.max(high, point.prediction()[0]);
        }
      }
      double room = high > low ? 0.06 * (high - low) : 1;
      return low <= high ? new Scale(low - room, high + room) : new Scale(0, 1);
    }
  }

  private DependenceChart(String feature, List<Point> points, Scale scale, List<Integer> outputs) {
    boolean missing = points.stream().anyMatch(point -> Double.isNaN(point.value()));
    this.scale = scale;
    this.outputs = outputs;
    this.right = missing ? RIGHT - MISSING_ROOM : RIGHT;
    List<Double> known =
        points.stream().map(Point::value).filter(value -> !Double.isNaN(value)).toList();
    this.low = known.isEmpty() ? 0 : Collections.min(known);
    this.high = known.isEmpty() ? 1 : Collections.max(known);
    this.svg = new Svg(WIDTH, HEIGHT, "Predictions over the values of " + feature);
  }

  /// @param outputs the positions of the predicted values to draw
  /// @param names of all predicted values
  static String of(Dependence one, Scale scale, List<Integer> outputs, List<String> names) {
    DependenceChart chart = new DependenceChart(one.feature(), one.points(), scale, outputs);
    chart.bars(one.histogram());
    chart.axes();
    chart.points(one.points());
    one.bins().forEach(bin -> chart.bin(bin, names));
    return chart.svg.finish();
  }

  /// The response of a single row.
  ///
  /// @param now the value that the row has
  static String ofRow(
      String feature, List<Point> points, double now, Scale scale, List<Integer> outputs) {
    DependenceChart chart = new DependenceChart(feature, points, scale, outputs);
    chart.axes();
    double x = Math.clamp(chart.x(now), LEFT, RIGHT);
    chart.svg.line(x, TOP, x, BOTTOM, "now");
    chart.points(points);
    return chart.svg.finish();
  }

  private double x(double value) {
    if (Double.isNaN(value)) {
      return RIGHT - MISSING_ROOM / 2 + 6;
    }
    return high > low
        ? LEFT + 4 + (value - low) / (high - low) * (right - LEFT - 8)
        : (LEFT + right) / 2;
  }

  private void axes() {
    for (double tick : Svg.ticks(scale.low(), scale.high())) {
      double y = scale.y(tick);
      svg.line(LEFT, y, RIGHT, y, "rule");
      svg.text(LEFT - 5, y + 4, "end", Svg.tick(tick));
    }
    svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis");
    for (double tick : Svg.ticks(low, high)) {
      svg.line(x(tick), BOTTOM, x(tick), BOTTOM + 4, "axis");
      svg.text(x(tick), BOTTOM + 17, "middle", Svg.tick(tick));
    }
    if (right < RIGHT) {
      svg.text(x(Double.NaN), BOTTOM + 17, "middle", "missing");
    }
  }

  private void points(List<Point> points) {
    for (int output : outputs) {
      String color = color(output);
      List<Double> line = new ArrayList<>();
      for (Point point : points) {
        double x = x(point.value());
        double y = scale.y(point.prediction()[output]);
        if (Double.isNaN(point.value())) {
          svg.curve(List.of(x - 9, y, x + 9, y), color, 2.5);
        } else {
          line.add(x);
          line.add(y);
        }
      }
      svg.curve(line, color, 2);
    }
  }

  private void bin(Bin bin, List<String> names) {
    double x = x(bin.value());
    if (bin.rows() == 0 || x < LEFT || x > RIGHT) {
      return;
    }
    for (int output : outputs) {
      double[] observed = bin.observed();
      String title = title(bin, output, names);
      if (observed != null) {
        svg.dot(
            x,
            scale.y(observed[output]),
            3.4,
            "fill:none;stroke-width:1.2;stroke:" + color(output),
            title);
      }
      svg.dot(x, scale.y(bin.prediction()[output]), 2.3, "fill:" + color(output), title);
    }
  }

  /// What a mark says in words.
  static String title(Bin bin, int output, List<String> names) {
    double[] observed = bin.observed();
    return bin.label()
        + ": "
        + Words.count(bin.rows(), "row")
        + ", "
        + names.get(output)
        + " predicted "
        + Words.number(bin.prediction()[output])
        + (observed == null ? "" : ", observed " + Words.number(observed[output]));
  }

  private void bars(List<Integer> counts) {
    double most = counts.stream().mapToInt(Integer::intValue).max().orElse(0);
    double width = (right - LEFT - 8) / Math.max(1, counts.size());
    for (int i = 0; i < counts.size() && most > 0; i++) {
      double height = BARS * counts.get(i) / most;
      svg.rectangle(
          LEFT + 4 + i * width + 0.5,
          BOTTOM - height,
          width - 1,
          height,
          "var(--soft)",
          Words.count(counts.get(i), "row"));
    }
  }

  /// A lone output has the first color.
  private String color(int output) {
    return Page.color(outputs.size() == 1 ? 0 : output);
  }
}
