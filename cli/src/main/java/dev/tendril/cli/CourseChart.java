package dev.tendril.cli;

import dev.tendril.forest.tree.Forest.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The course of training as an SVG picture: losses over the number of trees.
final class CourseChart {
  private static final double WIDTH = 620;
  private static final double HEIGHT = 280;
  private static final double LEFT = 52;
  private static final double RIGHT = WIDTH - 14;
  private static final double TOP = 12;
  private static final double BOTTOM = HEIGHT - 40;
  private static final int MOST_POINTS = 500;

  private CourseChart() {}

  /// Whether there is anything to draw.
  static boolean draws(List<LogEntry> log) {
    return log.size() > 1 && log.stream().anyMatch(CourseChart::known);
  }

  private static boolean known(LogEntry entry) {
    return Float.isFinite(entry.trainingLoss()) || Float.isFinite(entry.validationLoss());
  }

  static String of(List<LogEntry> log) {
    List<LogEntry> entries = log.stream().filter(CourseChart::known).toList();
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (LogEntry entry : entries) {
      for (float loss : new float[] {entry.trainingLoss(), entry.validationLoss()}) {
        low = Float.isFinite(loss) ? Math.min(low, loss) : low;
        high = Float.isFinite(loss) ? Math.max(high, loss) : high;
      }
    }
    double room = high > low ? 0.04 * (high - low) : 0.5;
    Svg svg = new Svg(WIDTH, HEIGHT, "Losses over the number of trees");
    int first = entries.getFirst().trees();
    int last = Math.max(entries.getLast().trees(), first + 1);
    for (double tick : Svg.ticks(low - room, high + room)) {
      double y = y(tick, low - room, high + room);
      svg.line(LEFT, y, RIGHT, y, "rule");
      svg.text(LEFT - 6, y + 4, "end", Svg.tick(tick));
    }
    svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis");
    for (double tick : Svg.ticks(first, last)) {
      svg.text(x(tick, first, last), BOTTOM + 16, "middle", Svg.tick(tick));
    }
    svg.text((LEFT + RIGHT) / 2, BOTTOM + 33, "middle", "trees");
    int step = Math.max(1, entries.size() / MOST_POINTS);
    List<Double> training = new ArrayList<>();
    List<Double> validation = new ArrayList<>();
    for (int i = 0; i < entries.size(); i += step) {
      LogEntry entry = entries.get(i);
      double x = x(entry.trees(), first, last);
      if (Float.isFinite(entry.trainingLoss())) {
        training.add(x);
        training.add(y(entry.trainingLoss(), low - room, high + room));
      }
      if (Float.isFinite(entry.validationLoss())) {
        validation.add(x);
        validation.add(y(entry.validationLoss(), low - room, high + room));
      }
    }
    List<List<Double>> curves = Stream.of(training, validation).filter(c -> !c.isEmpty()).toList();
    for (int i = 0; i < curves.size(); i++) {
      svg.curve(curves.get(i), Page.color(i), 2);
    }
    return svg.finish();
  }

  /// The names of the curves that are drawn, in the order of their colors.
  static List<String> names(List<LogEntry> log) {
    List<String> names = new ArrayList<>();
    if (log.stream().anyMatch(entry -> Float.isFinite(entry.trainingLoss()))) {
      names.add("loss on training rows");
    }
    if (log.stream().anyMatch(entry -> Float.isFinite(entry.validationLoss()))) {
      names.add("loss on rows not learned from");
    }
    return names;
  }

  /// What was best; empty where no rows were left out of training.
  static String caption(List<LogEntry> log) {
    LogEntry best = log.getFirst();
    for (LogEntry entry : log) {
      boolean better = entry.validationLoss() < best.validationLoss();
      best = better || Float.isNaN(best.validationLoss()) ? entry : best;
    }
    return Float.isNaN(best.validationLoss())
        ? ""
        : String.format(
            Locale.ROOT,
            "The least loss on rows that were not learned from, %s, was reached with %s.",
            Words.number(best.validationLoss()),
            Words.count(best.trees(), "tree"));
  }

  private static double x(double trees, double first, double last) {
    return LEFT + (trees - first) / (last - first) * (RIGHT - LEFT);
  }

  private static double y(double loss, double low, double high) {
    return BOTTOM - (loss - low) / (high - low) * (BOTTOM - TOP);
  }
}
