package dev.tendril.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Whether one set of predictions is better than another one of the same rows, or only luckier.
///
/// Both tests are paired: they look at how the two differ row by row, which is far sharper than to
/// look whether two confidence intervals overlap.
///
/// @param differences of accuracy and log loss, of RMSE and MAE, or of NDCG, by task
/// @param mcNemar the test of the rows that only one of the two predicted right; null where there
///     are no classes
public record Comparison(List<Difference> differences, @Nullable McNemar mcNemar) {
  private static final int RESAMPLES = 2000;
  private static final long SEED = 1;

  public Comparison {
    differences = List.copyOf(differences);
  }

  /// A metric of both.
  ///
  /// @param metric the metric's name
  /// @param first its value in the first evaluation
  /// @param second its value in the second evaluation
  /// @param interval bootstrap interval of first - second over rows, or groups of a ranking
  /// @param pValue how probable a difference at least as large is without a true one: twice the
  ///     share of the draws on the other side of zero, at most 1
  public record Difference(
      String metric, double first, double second, Interval interval, double pValue) {
    /// First minus second.
    public double difference() {
      return first - second;
    }
  }

  /// The test of McNemar 1947 in its exact form: without a true difference, the rows that only one
  /// of the two predicted right fall to either like the toss of a fair coin. Rows count once,
  /// whatever their weight.
  ///
  /// @param onlyFirst rows that only the first predicted right
  /// @param onlySecond rows that only the second predicted right
  /// @param pValue how probable so uneven a division is, both sides, by the binomial distribution
  public record McNemar(int onlyFirst, int onlySecond, double pValue) {
    static McNemar of(int onlyFirst, int onlySecond) {
      double oneSided =
          Distributions.fairBinomial(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond);
      return new McNemar(onlyFirst, onlySecond, Math.min(1, 2 * oneSided));
    }
  }

  /// Compares with 2000 bootstrap draws, fewer on very large data.
  public static Comparison of(Evaluation first, Evaluation second) {
    return of(first, second, RESAMPLES, SEED);
  }

  /// Compares.
  ///
  /// @param resamples bootstrap draws, at least 1
  /// @param seed the seed of the draws
  /// @throws IllegalArgumentException when the evaluations are not of the same rows in the same
  ///     order, or of a task whose metrics have no value a row
  public static Comparison of(Evaluation first, Evaluation second, int resamples, long seed) {
    if (resamples < 1) {
      throw new IllegalArgumentException(
          "a comparison needs at least 1 resample; got " + resamples);
    }
    if (!first.examples().sameTruth(second.examples())) {
      throw new IllegalArgumentException(
          "only evaluations of the same rows can be compared; these have "
              + first.rows()
              + " and "
              + second.rows()
              + " rows"
              + (first.rows() == second.rows() ? " with different labels or weights" : ""));
    }
    Examples a = first.examples();
    Examples b = second.examples();
    double[] weights = a.allWeights();
    Draws draws = new Draws(resamples, seed);
    return switch (first.metrics()) {
      case ClassificationMetrics _ ->
          new Comparison(
              List.of(
                  draws.of("accuracy", hits(a), hits(b), weights, x -> x),
                  draws.of("log_loss", losses(a), losses(b), weights, x -> x)),
              mcNemar(a, b));
      case RegressionMetrics _ ->
          new Comparison(
              List.of(
                  draws.of("rmse", errors(a, 2), errors(b, 2), weights, Math::sqrt),
                  draws.of("mae", errors(a, 1), errors(b, 1), weights, x -> x)),
              null);
      case RankingMetrics ranking -> {
        int[][] members = RankingMetrics.members(a);
        double[] groupWeights = new double[members.length];
        for (int g = 0; g < members.length; g++) {
          groupWeights[g] = RankingMetrics.weight(a, members[g]);
        }
        int cutOff = first.ndcgAt();
        yield new Comparison(
            List.of(
                draws.of(
                    ranking.ndcg().name(),
                    ndcg(a, members, cutOff),
                    ndcg(b, members, cutOff),
                    groupWeights,
                    x -> x)),
            null);
      }
      case AnomalyMetrics _, SurvivalMetrics _, UpliftMetrics _ ->
          throw new IllegalArgumentException(
              "evaluations of a " + first.task().name() + " cannot be compared row by row");
    };
  }

  private record Draws(int resamples, long seed) {
    /// Compares two weighted means after a transformation.
    Difference of(
        String metric,
        double[] first,
        double[] second,
        double[] weights,
        DoubleUnaryOperator transformation) {
      int draws = Bootstrap.draws(resamples, weights.length);
      double[][] drawn =
          Bootstrap.run(
              draws, weights.length, seed, 2, () -> Means.statistic(weights, first, second));
      double[] differences = new double[draws];
      int above = 1;
      int below = 1;
      for (int i = 0; i < draws; i++) {
        differences[i] =
            transformation.applyAsDouble(drawn[0][i]) - transformation.applyAsDouble(drawn[1][i]);
        above += differences[i] >= 0 ? 1 : 0;
        below += differences[i] <= 0 ? 1 : 0;
      }
      return new Difference(
          metric,
          transformation.applyAsDouble(Means.of(first, weights)),
          transformation.applyAsDouble(Means.of(second, weights)),
          Bootstrap.interval(differences),
          Math.min(1, 2.0 * Math.min(above, below) / (draws + 1)));
    }
  }

  private static McNemar mcNemar(Examples a, Examples b) {
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int row = 0; row < a.rows(); row++) {
      onlyFirst += a.hit(row) && !b.hit(row) ? 1 : 0;
      onlySecond += b.hit(row) && !a.hit(row) ? 1 : 0;
    }
    return McNemar.of(onlyFirst, onlySecond);
  }

  private static double[] hits(Examples examples) {
    double[] hits = new double[examples.rows()];
    for (int row = 0; row < hits.length; row++) {
      hits[row] = examples.hit(row) ? 1 : 0;
    }
    return hits;
  }

  private static double[] losses(Examples examples) {
    double[] losses = new double[examples.rows()];
    for (int row = 0; row < losses.length; row++) {
      losses[row] = ClassificationMetrics.loss(examples, row);
    }
    return losses;
  }

  private static double[] errors(Examples examples, int power) {
    double[] errors = new double[examples.rows()];
    for (int row = 0; row < errors.length; row++) {
      double error = Math.abs(examples.target(row) - examples.predictions().value(row));
      errors[row] = power == 2 ? error * error : error;
    }
    return errors;
  }

  private static double[] ndcg(Examples examples, int[][] members, int cutOff) {
    double[] ndcg = new double[members.length];
    for (int g = 0; g < ndcg.length; g++) {
      ndcg[g] = RankedGroup.of(examples, members[g]).ndcg(cutOff);
    }
    return ndcg;
  }

  /// A line a metric and test.
  public String toText() {
    List<String> lines = new ArrayList<>();
    for (Difference one : differences) {
      lines.add(
          one.metric
              + ": "
              + Numbers.text(one.first)
              + " against "
              + Numbers.text(one.second)
              + ", difference "
              + Numbers.text(one.difference())
              + "  "
              + one.interval
              + "  p "
              + Numbers.text(one.pValue));
    }
    if (mcNemar != null) {
      lines.add(
          "McNemar: right in the first only "
              + mcNemar.onlyFirst
              + ", in the second only "
              + mcNemar.onlySecond
              + "  p "
              + Numbers.text(mcNemar.pValue));
    }
    return String.join("\n", lines) + "\n";
  }

  @Override
  public String toString() {
    return toText();
  }
}
