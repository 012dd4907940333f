package dev.tendril.learn;

import dev.tendril.data.CounterRandom;
import dev.tendril.data.Frame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How much worse a model predicts when the values of a feature are shuffled between the rows
/// (Breiman 2001; Fisher, Rudin, Dominici 2019): the feature keeps its distribution and loses its
/// meaning.
///
/// What is measured follows from the task: accuracy, log loss, and the areas under the ROC and
/// precision-recall curves of each class for a classification; RMSE for a regression; NDCG for a
/// ranking; else the first metric of the task. Names are those of YDF, such as
/// `MEAN_DECREASE_IN_ACCURACY`, `MEAN_INCREASE_IN_RMSE` and `MEAN_DECREASE_IN_AUC_yes_VS_OTHERS`.
///
/// A feature that a model could do without, because others say the same, matters little by this
/// measure; on rows that the model was trained on all matter too much.
public final class FeatureShuffling {
  private FeatureShuffling() {}

  /// A metric and what its change is called.
  ///
  /// @param sign 1 where a larger value is better, else -1
  private record Measure(String name, double sign) {}

  /// @param frame with the features, the label, and what else the task needs
  /// @param repeats how often each feature is shuffled, at least 1
  /// @return by the name of the measure, the main one first: how much worse each shuffling made it,
  ///     `[feature][repeat]`; the same for any number of threads
  /// @throws dev.tendril.data.DataException when a column is missing or a row has no label
  public static Map<String, double[][]> losses(Model model, Frame frame, int repeats, long seed) {
    if (repeats < 1) {
      throw new IllegalArgumentException(
          "features cannot be shuffled " + repeats + " times: expected at least 1");
    }
    Frame known = frame.conform(model.schema(), model.features());
    List<Metric> before = measured(model, known, frame);
    int features = model.features().size();
    double[][][] changes = new double[before.size()][features][repeats];
    IntStream.range(0, features * repeats)
        .parallel()
        .forEach(
            task -> {
              int feature = task / repeats;
              int[] order = permutation(known.rows(), CounterRandom.bits(seed, task));
              Frame shuffled = known.with(known.column(feature).select(order));
              List<Metric> after = measured(model, shuffled, frame);
              for (int m = 0; m < changes.length; m++) {
                changes[m][feature][task % repeats] = after.get(m).value() - before.get(m).value();
              }
            });
    Map<String, double[][]> all = new LinkedHashMap<>();
    for (int m = 0; m < changes.length; m++) {
      Measure measure = measure(before.get(m).name(), m == 0);
      if (measure != null && !Double.isNaN(before.get(m).value())) {
        for (double[] losses : changes[m]) {
          for (int r = 0; r < repeats; r++) {
            losses[r] *= -measure.sign();
          }
        }
        all.put(measure.name(), changes[m]);
      }
    }
    return all;
  }

  /// The numbers 0 to `n - 1` in random order (Fisher and Yates).
  public static int[] permutation(int n, long seed) {
    int[] order = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = (int) Math.unsignedMultiplyHigh(CounterRandom.bits(seed, i), i + 1L);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  private static List<Metric> measured(Model model, Frame features, Frame truth) {
    return Evaluation.of(model.predict(features), truth, options -> options.resamples = 0).list();
  }

  /// @param main whether the metric is the first of its task
  private static @Nullable Measure measure(String metric, boolean main) {
    int bracket = metric.indexOf('(');
    String name = bracket < 0 ? metric : metric.substring(0, bracket);
    String upper = name.toUpperCase(Locale.ROOT);
    String of =
        bracket < 0 ? "" : "_" + metric.substring(bracket + 1, metric.length() - 1) + "_VS_OTHERS";
    return switch (name) {
      case "accuracy" -> new Measure("MEAN_DECREASE_IN_ACCURACY", 1);
      case "auc" -> new Measure("MEAN_DECREASE_IN_AUC" + of, 1);
      case "pr_auc" -> new Measure("MEAN_DECREASE_IN_PRAUC" + of, 1);
      case "rmse", "log_loss" -> new Measure("MEAN_INCREASE_IN_" + upper, -1);
      default ->
          name.startsWith("ndcg")
              ? new Measure("MEAN_DECREASE_IN_NDCG", 1)
              : main ? new Measure("MEAN_DECREASE_IN_" + upper, 1) : null;
    };
  }
}
