package dev.tendril.cli;

import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.ReadOptions;
import dev.tendril.data.Semantic;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Monotonicity;
import dev.tendril.learn.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which columns are learned from, and as what.
final class ColumnOptions {
  @Option(
      names = "--label",
      paramLabel = "COL",
      description =
          "The column to predict. Not needed for anomaly, which does not learn from it: there it"
              + " marks anomalies for evaluations.",
      order = 1)
  @Nullable String label;

  @Mixin TaskColumns ofTask = new TaskColumns();

  @Option(
      names = "--features",
      paramLabel = "COL",
      split = ",",
      description = "Learn from these columns only. Default: all that have no other role.",
      order = 10)
  List<String> features = new ArrayList<>();

  @Option(
      names = "--ignore",
      paramLabel = "COL",
      split = ",",
      description = "Do not learn from these columns.",
      order = 11)
  List<String> ignored = new ArrayList<>();

  @Option(
      names = "--weights",
      paramLabel = "COL",
      description = "The column that holds the weight of every row, a number of at least 0.",
      order = 12)
  @Nullable String weights;

  @Option(
      names = "--class-weight",
      paramLabel = "CLASS=FACTOR",
      description = "A factor on the weights of the rows of a class; may be repeated.",
      order = 13)
  Map<String, Double> classWeights = new LinkedHashMap<>();

  @Option(
      names = "--semantic",
      paramLabel = "COL=SEMANTIC",
      description =
          "What a column means, where the first rows mislead: numerical, categorical, boolean,"
              + " categorical_set, text (not learned from) or hash; may be repeated.",
      order = 14)
  Map<String, String> semantics = new LinkedHashMap<>();

  @Option(
      names = "--monotonic",
      paramLabel = "COL=DIRECTION",
      description =
          "A feature that predictions must follow: increasing or decreasing; may be repeated. For"
              + " gradient_boosted_trees with --set use_hessian_gain=true.",
      order = 15)
  Map<String, String> monotonic = new LinkedHashMap<>();

  /// Further labels of the same rows.
  final List<String> labels = new ArrayList<>();

  /// The columns that have a role besides the features.
  private List<String> named() {
    List<String> named = new ArrayList<>();
    if (label != null) {
      named.add(label);
    }
    if (weights != null) {
      named.add(weights);
    }
    named.addAll(ofTask.named());
    named.addAll(labels);
    return named;
  }

  /// Says which columns to read, and as what.
  void configure(ReadOptions options) {
    if (!features.isEmpty()) {
      options.columns = Stream.concat(features.stream(), named().stream()).distinct().toList();
    }
    if (ofTask.group != null) {
      options.semantic(ofTask.group, Semantic.HASH);
    }
    if (ofTask.treatment != null) {
      options.semantic(ofTask.treatment, Semantic.CATEGORICAL);
    }
    semantics.forEach((column, name) -> options.semantic(column, Semantic.parse(name)));
  }

  /// The table without the columns that are to be ignored.
  Frame withoutIgnored(Frame frame) {
    for (String name : ignored) {
      if (named().contains(name) || features.contains(name)) {
        throw new DataException(
            "--ignore "
                + name
                + ": the column is the label or another label, the weights, one of the task or one"
                + " of --features");
      }
    }
    return frame.drop(ignored.toArray(new String[0]));
  }

  Inputs inputs(Task task) {
    Map<String, Monotonicity> directions = new LinkedHashMap<>();
    monotonic.forEach((column, name) -> directions.put(column, Monotonicity.parse(name)));
    return new Inputs(
        task, features.isEmpty() ? null : features, weights, classWeights, directions);
  }
}
