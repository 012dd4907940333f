package dev.tendril.cli;

import dev.tendril.forest.analysis.Dependence;
import dev.tendril.forest.analysis.Dependence.Bin;
import dev.tendril.forest.analysis.Dependence.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Predictions over the values of one feature as an SVG picture: lines for the partial dependence,
/// dots for the mean prediction of the rows that have such values, rings for what was observed of
/// them, and gray bars for how many they are. A missing value stands apart at the right.
final class DependenceChart {
  private static final double WIDTH = 340;
  private static final double HEIGHT = 220;
  private static final double LEFT = 40;
  private static final double RIGHT = WIDTH - 12;
  private static final double TOP = 10;
  private static final double BOTTOM = HEIGHT - 30;
  private static final double MISSING_ROOM = 46;
  private static final double BARS = 40;

  private final Scale scale;
  private final List<Integer> outputs;
  private final List<String> names;
  private final List<Double> places = new ArrayList<>();
  private final double right;
  private final double low;
  private final double high;
  private final boolean numerical;
  private final Svg svg;

  /// The range of predicted values that the pictures of a report share.
  record Scale(double low, double high) {
    double y(double value) {
      double share = high > low ? (value - low) / (high - low) : 0.5;
      return BOTTOM - Math.clamp(share, 0, 1) * (BOTTOM - TOP);
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

  private DependenceChart(
      String feature,
      List<Point> points,
      boolean numerical,
      Scale scale,
      List<Integer> outputs,
      List<String> names) {
    boolean missing = points.stream().anyMatch(point -> Double.isNaN(point.value()));
    this.scale = scale;
    this.outputs = outputs;
    this.names = names;
    this.numerical = numerical;
    this.right = missing && numerical ? RIGHT - MISSING_ROOM : RIGHT;
    List<Double> known =
        points.stream().map(Point::value).filter(value -> !Double.isNaN(value)).toList();
    this.low = known.isEmpty() ? 0 : Collections.min(known);
    this.high = known.isEmpty() ? 1 : Collections.max(known);
    this.svg = new Svg(WIDTH, HEIGHT, "Predictions over the values of " + feature);
    for (int i = 0; i < points.size(); i++) {
      places.add(numerical ? x(points.get(i).value()) : slot(i, points.size()));
    }
  }

  /// @param outputs the positions of the predicted values to draw
  /// @param names of all predicted values
  static String of(Dependence one, Scale scale, List<Integer> outputs, List<String> names) {
    DependenceChart chart =
        new DependenceChart(one.feature(), one.points(), one.numerical(), scale, outputs, names);
    chart.bars(one);
    chart.axes(one.points());
    chart.points(one.points());
    chart.bins(one);
    return chart.svg.finish();
  }

  /// The response of a single row.
  ///
  /// @param now the value that the row has, in words
  static String ofRow(
      String feature,
      List<Point> points,
      boolean numerical,
      double now,
      Scale scale,
      List<Integer> outputs,
      List<String> names) {
    DependenceChart chart = new DependenceChart(feature, points, numerical, scale, outputs, names);
    chart.axes(points);
    if (numerical) {
      double x = Math.clamp(chart.x(now), LEFT, RIGHT);
      chart.svg.line(x, TOP, x, BOTTOM, "now");
    } else {
      for (int i = 0; i < points.size(); i++) {
        if (Double.compare(points.get(i).value(), now) == 0) {
          chart.svg.line(chart.places.get(i), TOP, chart.places.get(i), BOTTOM, "now");
        }
      }
    }
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

  private double slot(int position, int of) {
    return LEFT + (RIGHT - LEFT) * (position + 0.5) / of;
  }

  private void axes(List<Point> points) {
    for (double tick : Svg.ticks(scale.low(), scale.high())) {
      double y = scale.y(tick);
      svg.line(LEFT, y, RIGHT, y, "rule");
      svg.text(LEFT - 5, y + 4, "end", Svg.tick(tick));
    }
    svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis");
    if (numerical) {
      for (double tick : Svg.ticks(low, high)) {
        svg.line(x(tick), BOTTOM, x(tick), BOTTOM + 4, "axis");
        svg.text(x(tick), BOTTOM + 17, "middle", Svg.tick(tick));
      }
    }
    int room = (int) Math.max(3, (RIGHT - LEFT) / points.size() / 6.2);
    for (int i = 0; i < points.size(); i++) {
      if (!numerical || Double.isNaN(points.get(i).value())) {
        String label = points.get(i).label();
        String shown = numerical ? "missing" : label;
        boolean lower = !numerical && points.size() > 6 && i % 2 == 1;
        int length = !numerical && points.size() > 6 ? 2 * room - 1 : room;
        svg.text(
            places.get(i),
            BOTTOM + (lower ? 27 : 15),
            "middle",
            Words.shortened(shown, Math.max(4, numerical ? 8 : length)));
      }
    }
  }

  private void points(List<Point> points) {
    for (int output : outputs) {
      String color = color(output);
      List<Double> line = new ArrayList<>();
      for (int i = 0; i < points.size(); i++) {
        double y = scale.y(points.get(i).prediction()[output]);
        if (numerical && !Double.isNaN(points.get(i).value())) {
          line.add(places.get(i));
          line.add(y);
        } else {
          double half = numerical ? 9 : Math.min(14, (RIGHT - LEFT) / points.size() * 0.36);
          double x = places.get(i);
          svg.curve(List.of(x - half, y, x + half, y), color, 2.5);
        }
      }
      if (!line.isEmpty()) {
        svg.curve(line, color, 2);
      }
    }
  }

  private void bins(Dependence one) {
    for (int output : outputs) {
      for (int i = 0; i < one.bins().size(); i++) {
        Bin bin = one.bins().get(i);
        double x = place(bin, i);
        if (bin.rows() == 0 || x < LEFT || x > RIGHT) {
          continue;
        }
        double[] observed = bin.observed();
        String title = title(bin, output);
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
  }

  private double place(Bin bin, int position) {
    return numerical ? x(bin.value()) : places.get(position);
  }

  private String title(Bin bin, int output) {
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

  private void bars(Dependence one) {
    List<Integer> counts =
        numerical ? one.histogram() : one.bins().stream().map(Bin::rows).toList();
    double most = IntStream.range(0, counts.size()).map(counts::get).max().orElse(0);
    for (int i = 0; i < counts.size() && most > 0; i++) {
      double height = BARS * counts.get(i) / most;
      double width =
          numerical ? (right - LEFT - 8) / counts.size() : (RIGHT - LEFT) / counts.size();
      double gap = numerical ? 0.5 : width * 0.12;
      svg.rectangle(
          LEFT + (numerical ? 4 : 0) + i * width + gap,
          BOTTOM - height,
          width - 2 * gap,
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
