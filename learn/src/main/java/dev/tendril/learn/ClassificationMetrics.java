package dev.tendril.learn;

import java.util.ArrayList;
import java.util.List;

/// The quality of predicted classes and their probabilities.
///
/// The default values are those of a model that ignores its input: it predicts the most frequent
/// class of the evaluated rows, and their class frequencies as probabilities. A row whose label the
/// model does not know counts as an error that was given probability 0.
///
/// @param accuracy the share of the rows predicted right
/// @param logLoss the mean of -ln p, where p is the predicted probability of the true class, raised
///     to 2⁻⁵² where it is below
/// @param errorRate 1 - accuracy
/// @param defaultAccuracy the share of the most frequent class
/// @param defaultLogLoss the entropy of the class frequencies
/// @param defaultErrorRate 1 - defaultAccuracy
/// @param confusion true against predicted classes
/// @param oneVersusOthers how well each class is told from the others, in the model's order
public record ClassificationMetrics(
    Metric accuracy,
    Metric logLoss,
    Metric errorRate,
    double defaultAccuracy,
    double defaultLogLoss,
    double defaultErrorRate,
    Confusion confusion,
    List<OneVersusOthers> oneVersusOthers)
    implements Metrics {
  private static final double LEAST_PROBABILITY = Math.ulp(1.0);

  public ClassificationMetrics {
    oneVersusOthers = List.copyOf(oneVersusOthers);
  }

  static ClassificationMetrics of(Examples examples, EvaluationOptions options) {
    int n = examples.rows();
    double[] weights = examples.allWeights();
    double[] hits = new double[n];
    double[] losses = new double[n];
    for (int row = 0; row < n; row++) {
      hits[row] = examples.hit(row) ? 1 : 0;
      losses[row] = loss(examples, row);
    }
    Confusion confusion = Confusion.of(examples);
    double total = examples.totalWeight();
    int classes = examples.classes().size();
    int draws = Bootstrap.draws(options.resamples, (double) n * (classes + 1));
    Metric accuracy =
        new Metric("accuracy", confusion.correct() / total)
            .with(ConfidenceIntervals.binomial(confusion.correct(), total));
    Metric logLoss = new Metric("log_loss", Means.of(losses, weights));
    if (draws > 0 && n > 0) {
      double[][] drawn =
          Bootstrap.run(draws, n, options.seed, 2, () -> Means.statistic(weights, hits, losses));
      accuracy = accuracy.with(Bootstrap.interval(drawn[0]));
      logLoss = logLoss.with(Bootstrap.interval(drawn[1]));
    }
    double entropy = 0;
    double most = 0;
    for (int i = 0; i < confusion.truths().size(); i++) {
      double share = confusion.truth(i) / total;
      entropy -= share > 0 ? share * Math.log(share) : 0;
      most = i < classes ? Math.max(most, share) : most;
    }
    List<OneVersusOthers> each = new ArrayList<>(classes);
    for (int i = 0; i < classes; i++) {
      each.add(oneVersusOthers(examples, i, weights, draws, options));
    }
    return new ClassificationMetrics(
        accuracy,
        logLoss,
        new Metric("error_rate", 1 - accuracy.value()),
        most,
        entropy,
        1 - most,
        confusion,
        each);
  }

  /// What a row adds to the log loss.
  static double loss(Examples examples, int row) {
    int truth = examples.classOf(row);
    double p =
        truth < examples.classes().size() ? examples.predictions().probability(row, truth) : 0;
    return -Math.log(Math.max(p, LEAST_PROBABILITY));
  }

  private static OneVersusOthers oneVersusOthers(
      Examples examples, int i, double[] weights, int draws, EvaluationOptions options) {
    float[] scores = new float[examples.rows()];
    boolean[] positive = new boolean[examples.rows()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = examples.predictions().probability(row, i);
      positive[row] = examples.classOf(row) == i;
    }
    return OneVersusOthers.of(examples.classes().get(i), scores, positive, weights, draws, options);
  }

  /// The measures of one class against all others.
  ///
  /// @throws IllegalArgumentException when there is no such class
  public OneVersusOthers oneVersusOthers(String positive) {
    for (OneVersusOthers one : oneVersusOthers) {
      if (one.positive().equals(positive)) {
        return one;
      }
    }
    throw new IllegalArgumentException(
        "there is no class \"" + positive + "\" among " + confusion.classes());
  }

  @Override
  public List<Metric> list() {
    List<Metric> all = new ArrayList<>(List.of(accuracy, logLoss, errorRate));
    all.add(new Metric("default_accuracy", defaultAccuracy));
    all.add(new Metric("default_log_loss", defaultLogLoss));
    all.add(new Metric("default_error_rate", defaultErrorRate));
    oneVersusOthers.forEach(one -> all.addAll(one.list()));
    return all;
  }
}
