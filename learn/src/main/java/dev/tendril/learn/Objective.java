package dev.tendril.learn;

import dev.tendril.data.Frame;
import dev.tendril.data.Nearest;
import dev.tendril.data.Split;
import dev.tendril.data.Splits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What decides between candidates: a metric, and the way in which it is measured.
///
/// When no metric is asked for, it is the first that there is of: `loss`, which is what training
/// minimizes; the area under the ROC curve of two classes; accuracy; root mean squared error; NDCG;
/// Qini; concordance.
///
/// @param scoring how candidates are measured
/// @param asked the metric; null: the first of the order above
/// @param folds of cross-validation, the same for all candidates; else none
record Objective(Scoring scoring, @Nullable String asked, List<Split> folds) {
  /// The loss in the form that training reports.
  static final String LOSS = "loss";

  private static final List<String> ORDER =
      List.of(LOSS, "auc", "accuracy", "rmse", "ndcg@", "qini", "concordance");

  private static final Set<String> LESS_IS_BETTER =
      Set.of(LOSS, "log_loss", "error_rate", "rmse", "mae", "msle");

  /// What was measured of a candidate.
  ///
  /// @param model the model that was measured; null when there were several
  /// @param metrics by name
  record Measured(@Nullable Model model, Map<String, Double> metrics) {}

  /// @param learner decides how folds are drawn
  /// @param table the rows that candidates are trained on
  static Objective of(Scoring scoring, @Nullable String asked, Learner<?> learner, Frame table) {
    return new Objective(
        scoring,
        asked,
        scoring instanceof Scoring.Folds(int count) ? folds(learner, table, count) : List.of());
  }

  static boolean greaterIsBetter(String metric) {
    return !LESS_IS_BETTER.contains(metric);
  }

  /// Trains and measures a candidate.
  ///
  /// @param training sets what every training uses
  /// @throws IllegalArgumentException when nothing can be measured
  Measured measure(Learner<?> learner, Frame table, Consumer<TrainOptions> training) {
    return switch (scoring) {
      case Scoring.SelfEvaluation _ -> selfEvaluated(learner.train(table, training));
      case Scoring.Validation(Frame rows) -> {
        Model model = learner.train(table, training.andThen(options -> options.validation = rows));
        String weights = learner.inputs().weights();
        Evaluation evaluation =
            model.evaluate(
                rows,
                options -> {
                  options.resamples = 0;
                  options.weights =
                      weights != null && rows.schema().contains(weights) ? weights : null;
                });
        yield new Measured(model, metrics(evaluation, model.validationLoss()));
      }
      case Scoring.Folds _ -> {
        Evaluation pooled =
            CrossValidation.of(
                    learner,
                    folds,
                    training,
                    options -> {
                      options.resamples = 0;
                      options.weights = learner.inputs().weights();
                    })
                .pooled();
        yield new Measured(null, metrics(pooled, Double.NaN));
      }
    };
  }

  private static List<Split> folds(Learner<?> learner, Frame table, int count) {
    long seed = seed(learner);
    return learner.task() instanceof Task.Ranking(_, String group)
        ? Splits.foldsByGroup(table, group, count, seed)
        : Splits.folds(table, count, seed);
  }

  /// The seed among the learner's hyper-parameters, or 1.
  static long seed(Learner<?> learner) {
    return Long.parseLong(learner.hyperparameters().values().getOrDefault("random_seed", "1"));
  }

  private static Measured selfEvaluated(Model model) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    loss(metrics, model.validationLoss());
    String measured = model.selfEvaluation();
    if (measured != null) {
      JsonNode json = JsonMapper.shared().readTree(measured).path("metrics");
      for (Map.Entry<String, JsonNode> metric : json.properties()) {
        metrics.put(metric.getKey(), metric.getValue().path("value").asDouble(Double.NaN));
      }
    }
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException(
          "candidates cannot be scored: "
              + model.provenance().learner()
              + " held no rows out; give validation rows, use cross-validation, or let it hold some"
              + " out");
    }
    return new Measured(model, metrics);
  }

  private static Map<String, Double> metrics(Evaluation evaluation, double loss) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    loss(metrics, loss);
    evaluation.list().forEach(metric -> metrics.put(metric.name(), metric.value()));
    return metrics;
  }

  private static void loss(Map<String, Double> metrics, double loss) {
    if (!Double.isNaN(loss)) {
      metrics.put(LOSS, loss);
    }
  }

  /// The metric that decides.
  ///
  /// @param metrics what was measured of a candidate
  /// @throws IllegalArgumentException when the one that was asked for was not
  String metric(Map<String, Double> metrics) {
    if (asked != null) {
      if (!metrics.containsKey(asked)) {
        throw new IllegalArgumentException(
            "candidates cannot be scored by \""
                + asked
                + "\""
                + Nearest.hint(asked, List.copyOf(metrics.keySet()))
                + "; measured are "
                + String.join(", ", metrics.keySet()));
      }
      return asked;
    }
    for (String kind : ORDER) {
      List<String> named = metrics.keySet().stream().filter(name -> is(name, kind)).toList();
      if (named.size() == 1 || (named.size() == 2 && kind.equals("auc"))) {
        return named.getLast();
      }
    }
    return metrics.keySet().iterator().next();
  }

  private static boolean is(String name, String kind) {
    return kind.endsWith("@")
        ? name.startsWith(kind)
        : name.equals(kind) || name.startsWith(kind + "(");
  }

  /// Greater is better.
  static double score(String metric, Map<String, Double> metrics) {
    double value = metrics.getOrDefault(metric, Double.NaN);
    return greaterIsBetter(metric) ? value : -value;
  }

  /// The position of the greatest, the first of equals.
  ///
  /// @throws ModelException when none is a number
  static int best(double[] scores, String metric) {
    int best = -1;
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isNaN(scores[i]) && (best < 0 || scores[i] > scores[best])) {
        best = i;
      }
    }
    if (best < 0) {
      throw new ModelException(
          "no candidate can be scored: " + metric + " is undefined for all of them");
    }
    return best;
  }
}
