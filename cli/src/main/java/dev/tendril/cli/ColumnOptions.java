package dev.tendril.cli;

import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.ReadOptions;
import dev.tendril.data.Semantic;
import dev.tendril.learn.Monotonicity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which columns are learned from, and as what.
final class ColumnOptions {
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

  Map<String, Monotonicity> directions() {
    Map<String, Monotonicity> directions = new LinkedHashMap<>();
    monotonic.forEach((column, name) -> directions.put(column, Monotonicity.parse(name)));
    return directions;
  }

  /// Columns that are read whatever the options say.
  final List<String> others = new ArrayList<>();

  /// Says which columns to read, and as what.
  void configure(ReadOptions options, @Nullable String label, TaskColumns others) {
    if (!features.isEmpty()) {
      List<String> needed = new ArrayList<>(features);
      if (label != null) {
        needed.add(label);
      }
      if (weights != null) {
        needed.add(weights);
      }
      needed.addAll(others.named());
      needed.addAll(this.others);
      options.columns = needed.stream().distinct().toList();
    }
    if (others.group != null) {
      options.semantic(others.group, Semantic.HASH);
    }
    if (others.treatment != null) {
      options.semantic(others.treatment, Semantic.CATEGORICAL);
    }
    semantics.forEach((column, name) -> options.semantic(column, Semantic.parse(name)));
  }

  /// The table without the columns that are to be ignored.
  Frame withoutIgnored(Frame frame, @Nullable String label, List<String> others) {
    for (String name : ignored) {
      if (name.equals(label)
          || name.equals(weights)
          || others.contains(name)
          || features.contains(name)) {
        throw new DataException(
            "--ignore "
                + name
                + ": the column is the label, the weights, one of the task or one of --features");
      }
    }
    return frame.drop(ignored.toArray(new String[0]));
  }
}
