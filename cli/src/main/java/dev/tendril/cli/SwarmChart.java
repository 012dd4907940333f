package dev.tendril.cli;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.Column;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.forest.analysis.ShapValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Shapley values as a swarm of dots, a line a feature and a dot a row: the farther to the right,
/// the more the row's value of the feature raised the raw score; the warmer its color, the larger
/// that value is among the others. Categories and missing values are gray.
final class SwarmChart {
  private static final int MOST_FEATURES = 12;
  private static final int MOST_ROWS = 400;
  private static final double WIDTH = 500;
  private static final double LEFT = 128;
  private static final double RIGHT = WIDTH - 14;
  private static final double BAND = 30;
  private static final double STEP = 2.6;

  /// From low to high values; readable on light and dark pages.
  private static final List<String> COLORS =
      List.of("#2f6fd0", "#5a7fd6", "#8a83cf", "#b37bb8", "#d0679a", "#e04f6b", "#e5383b");

  private static final String NO_ORDER = "#8f9b94";

  private SwarmChart() {}

  /// @param frame the rows that are explained
  static String of(ShapValues shap, Frame frame, int output) {
    List<Integer> features =
        IntStream.range(0, shap.features().size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -shap.meanMagnitude(output, i)))
            .limit(MOST_FEATURES)
            .toList();
    int step = Math.max(1, (shap.rows() + MOST_ROWS - 1) / MOST_ROWS);
    double low = 0;
    double high = 0;
    for (int feature : features) {
      for (int row = 0; row < shap.rows(); row += step) {
        low = Math.min(low, shap.value(row, output, feature));
        high = Math.max(high, shap.value(row, output, feature));
      }
    }
    double room = high > low ? 0.03 * (high - low) : 1;
    double height = 12 + BAND * features.size() + 22;
    Svg svg = new Svg(WIDTH, height, "Shapley values for " + shap.outputs().get(output));
    double from = low - room;
    double width = high - low + 2 * room;
    for (double tick : Svg.ticks(from, from + width)) {
      double x = LEFT + (tick - from) / width * (RIGHT - LEFT);
      svg.line(x, 8, x, height - 22, tick == 0 ? "axis" : "rule");
      svg.text(x, height - 7, "middle", Svg.tick(tick));
    }
    for (int i = 0; i < features.size(); i++) {
      int feature = features.get(i);
      String name = shap.features().get(feature);
      double middle = 12 + BAND * (i + 0.5);
      svg.text(LEFT - 10, middle + 4, "end", Words.shortened(name, 19), "ink");
      double[] ranks = ranks(frame.column(name));
      Map<String, List<Double>> dots = new HashMap<>();
      Map<Long, Integer> stacked = new HashMap<>();
      for (int row = 0; row < shap.rows(); row += step) {
        double x = LEFT + (shap.value(row, output, feature) - from) / width * (RIGHT - LEFT);
        int above = stacked.merge(Math.round(x / STEP), 1, Integer::sum);
        int steps = above / 2;
        double lift = above % 2 == 0 ? 1.9 * steps : -1.9 * steps;
        double y = middle + Math.clamp(lift, -BAND / 2 + 2, BAND / 2 - 2);
        List<Double> same = dots.computeIfAbsent(color(ranks[row]), _ -> new ArrayList<>());
        same.add(x);
        same.add(y);
      }
      svg.dots(dots.getOrDefault(NO_ORDER, List.of()), NO_ORDER, 3.4);
      for (String color : COLORS) {
        svg.dots(dots.getOrDefault(color, List.of()), color, 3.4);
      }
    }
    return svg.finish();
  }

  private static String color(double rank) {
    return Double.isNaN(rank)
        ? NO_ORDER
        : COLORS.get((int) Math.min(COLORS.size() - 1.0, rank * COLORS.size()));
  }

  /// The share of the values that are smaller than that of each row; NaN where there is no order.
  private static double[] ranks(Column column) {
    double[] values = new double[column.rows()];
    for (int row = 0; row < values.length; row++) {
      values[row] =
          column.isMissing(row)
              ? Double.NaN
              : column instanceof NumericalColumn numbers
                  ? numbers.value(row)
                  : column instanceof BooleanColumn truths ? truths.value(row) : Double.NaN;
    }
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    for (int row = 0; row < values.length; row++) {
      double value = values[row];
      if (!Double.isNaN(value)) {
        int below = lower(sorted, value);
        int upTo = lower(sorted, Math.nextUp(value));
        values[row] =
            sorted[0] == sorted[sorted.length - 1]
                ? 0.5
                : value == sorted[0]
                    ? 0
                    : upTo == sorted.length ? 1 : (below + upTo) / 2.0 / sorted.length;
      }
    }
    return values;
  }

  /// How many values are below a bound.
  private static int lower(double[] sorted, double bound) {
    int from = 0;
    int to = sorted.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (sorted[middle] < bound) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }
}
