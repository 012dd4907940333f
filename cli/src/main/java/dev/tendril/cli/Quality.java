package dev.tendril.cli;

import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Interval;
import dev.tendril.learn.Metric;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The main figures of an evaluation, a line each.
///
/// @param rows how many rows were evaluated
/// @param figures the most important first
record Quality(long rows, List<Figure> figures) {
  /// Classes beyond these have no line of their own.
  private static final int MOST_FIGURES = 12;

  private static final List<String> MAIN =
      List.of(
          "accuracy",
          "log_loss",
          "rmse",
          "mae",
          "r2",
          "concordance",
          "auc",
          "pr_auc",
          "qini",
          "auuc",
          "default_accuracy",
          "default_rmse");

  /// Of a ranking; with the rank of the cut-off after them.
  private static final List<String> CUT_OFF =
      List.of("ndcg@", "mrr@", "map@", "precision@", "default_ndcg@");

  /// @param interval such as `CI95[W][0.9626 0.9904]`, or empty
  record Figure(String name, double value, String interval) {}

  static Quality of(Evaluation evaluation) {
    List<Figure> figures = new ArrayList<>();
    for (Metric metric : evaluation.list()) {
      String interval = "";
      if (!metric.intervals().isEmpty()) {
        Interval first = metric.intervals().getFirst();
        interval = interval(first.method().code(), first.low(), first.high());
      }
      add(figures, metric.name(), metric.value(), interval);
    }
    return new Quality(evaluation.rows(), figures);
  }

  /// Of an evaluation in the form of [Evaluation#toJson].
  static Quality of(JsonNode evaluation) {
    List<Figure> figures = new ArrayList<>();
    for (var metric : evaluation.path("metrics").properties()) {
      String interval = "";
      for (var bounds : metric.getValue().path("intervals").properties()) {
        if (interval.isEmpty()) {
          interval =
              interval(
                  bounds.getKey(),
                  bounds.getValue().path("low").asDouble(Double.NaN),
                  bounds.getValue().path("high").asDouble(Double.NaN));
        }
      }
      double value = metric.getValue().path("value").asDouble(Double.NaN);
      add(figures, metric.getKey(), value, interval);
    }
    return new Quality(evaluation.path("rows").asLong(0), figures);
  }

  private static String interval(String method, double low, double high) {
    return "CI95[" + method + "][" + Words.number(low) + " " + Words.number(high) + "]";
  }

  private static void add(List<Figure> figures, String name, double value, String interval) {
    boolean main =
        MAIN.contains(name)
            || name.startsWith("auc(")
            || CUT_OFF.stream().anyMatch(name::startsWith);
    if (main && figures.size() < MOST_FIGURES) {
      figures.add(new Figure(name, value, interval));
    }
  }

  void print(Console console) {
    int width = figures.stream().mapToInt(figure -> figure.name().length()).max().orElse(0);
    int room = Math.min(width, 40);
    for (Figure figure : figures) {
      String line =
          String.format(
              java.util.Locale.ROOT,
              "  %s  %10s  %s",
              Words.padded(Words.shortened(figure.name(), 40), room),
              Words.number(figure.value()),
              figure.interval());
      console.line(line.stripTrailing());
    }
  }
}
