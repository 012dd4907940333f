package dev.tendril.conformance;

import dev.tendril.data.Split;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Learner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Figures that others publish, ours beside them, and the page that shows both.
final class PublishedFigures {
  private static final Pattern FIGURE = Pattern.compile("(.+) ([0-9.]+) ([0-9.]+)");

  private final List<String> lines = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  /// What others measured.
  ///
  /// @param better 1 if more is better, -1 if less is
  /// @param tolerance how much worse ours may be
  record Figure(
      String name,
      ToDoubleFunction<Evaluation> measure,
      int better,
      double value,
      double tolerance) {}

  /// Reads measures with their values and tolerances, such as `accuracy 0.8644 0.0099, RMSE 2 1`.
  static List<Figure> figures(String text) {
    return Arrays.stream(text.split(", ", -1)).map(PublishedFigures::figure).toList();
  }

  private static Figure figure(String text) {
    Matcher parts = FIGURE.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no figure: " + text);
    }
    String name = parts.group(1);
    double value = Double.parseDouble(parts.group(2));
    double tolerance = Double.parseDouble(parts.group(3));
    return switch (name) {
      case "accuracy" -> new Figure(name, Evaluation::accuracy, 1, value, tolerance);
      case "log loss" -> new Figure(name, Evaluation::logLoss, -1, value, tolerance);
      case "RMSE" -> new Figure(name, Evaluation::rmse, -1, value, tolerance);
      case "MAE" -> new Figure(name, Evaluation::mae, -1, value, tolerance);
      case "NDCG@5" -> new Figure(name, Evaluation::ndcg, 1, value, tolerance);
      default -> throw new IllegalArgumentException("no measure: " + name);
    };
  }

  /// Takes the mean over several learners, which differ in their seeds, and splits. Test rows have
  /// the weights that training rows have.
  void measure(
      String data,
      String variant,
      List<Learner<?>> learners,
      List<Split> splits,
      List<Figure> figures) {
    List<Evaluation> evaluations = new ArrayList<>();
    for (Learner<?> learner : learners) {
      for (Split split : splits) {
        evaluations.add(
            Evaluation.of(
                learner.train(split.train()),
                split.test(),
                options -> {
                  options.resamples = 0;
                  options.weights = learner.inputs().weights();
                }));
      }
    }
    for (Figure figure : figures) {
      add(data, variant, figure, evaluations);
    }
  }

  private void add(String data, String variant, Figure figure, List<Evaluation> evaluations) {
    double[] values = evaluations.stream().mapToDouble(figure.measure()).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> Math.pow(value - mean, 2)).sum();
    double sd = Math.sqrt(squares / Math.max(1, values.length - 1));
    String spread = values.length > 1 ? String.format(Locale.ROOT, " (%.4f)", sd) : "";
    String line =
        String.format(
            Locale.ROOT,
            "| %s | %s | %s | %.4f%s | %.4f ± %.4f |",
            data,
            variant,
            figure.name(),
            mean,
            spread,
            figure.value(),
            figure.tolerance());
    System.out.println(line);
    lines.add(line);
    if ((mean - figure.value()) * figure.better() < -figure.tolerance() - sd) {
      failures.add(line);
    }
  }

  /// The lines that are worse than they may be.
  List<String> failures() {
    return failures;
  }

  String page() {
    return """
        # Accuracy beside YDF

        What YDF's own tests expect of its learners, and what Tendril's reach in the same set-up. The slow test
        `PublishedFiguresTest` measures this table and fails where it changes, or where a figure is worse than expected by
        more than the tolerance of YDF's test and the deviation of ours.

        The set-up is that of these tests: one half of the rows to train on, the other to measure on; "small" is 100 trees of
        depth 4. In brackets is the standard deviation of a single measurement among ours.

        - Adult: a fifth of the rows, always the same one in YDF's tests, but we do not know which, since we do not have
          their order. Ours are the means over five disjoint fifths. A single fifth is easier or harder than another by about
          0.010 of accuracy, for all variants alike, so compare differences between variants rather than single lines.
        - Abalone and iris: the split of YDF's tests, row by row; means over ten seeds.
        - Two centers, synthetic ranking: files for training and testing.
        - Figure 10 of Geurts, Ernst, Wehenkel (2006), 20 points of a broken line: means over 20 draws.

        | data | variant | measure | Tendril | YDF's test expects |
        |---|---|---|---|---|
        """
        + String.join("\n", lines)
        + "\n";
  }
}
