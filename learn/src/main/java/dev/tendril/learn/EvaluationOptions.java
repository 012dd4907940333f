package dev.tendril.learn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an evaluation measures beyond the predictions themselves.
public final class EvaluationOptions {
  /// The column with the weight of every row, a non-negative number. Null: all rows weigh 1.
  public @Nullable String weights;

  /// Columns whose values part the rows into slices that are measured on their own.
  public List<String> slices = List.of();

  /// Draws behind every bootstrap interval; 0: none. On very large data fewer are made, at least
  /// 100, so that the work stays within seconds.
  public int resamples = 2000;

  /// The seed of the bootstrap draws.
  public long seed = 1;

  /// Recalls at which precision is reported.
  public double[] precisionAtRecall = {0.9};

  /// Precisions at which recall is reported.
  public double[] recallAtPrecision = {0.9};

  /// Shares of rows called positive at which precision is reported.
  public double[] precisionAtVolume = {0.1};

  /// False positive rates at which recall is reported.
  public double[] recallAtFalsePositiveRate = {0.05};

  /// Recalls at which the false positive rate is reported.
  public double[] falsePositiveRateAtRecall = {0.9};

  /// The most points that a ROC curve keeps; areas are computed on all of them before.
  public int curvePoints = 10_000;

  /// The rank at which NDCG is cut off.
  public int ndcgAt = 5;

  /// The rank at which the mean reciprocal rank is cut off.
  public int mrrAt = 10;

  /// The rank at which mean average precision is cut off.
  public int mapAt = 5;

  /// The value of an anomaly detection's label that marks an anomaly. Null: true of a boolean
  /// label, 1 of a numerical one, and `1` or `true` of a categorical one.
  public @Nullable String anomaly;

  /// Metrics of your own, measured on all rows beside those of the task.
  public List<CustomMetric> metrics = List.of();

  /// @throws IllegalArgumentException naming the option, its value and what is legal
  void validate() {
    atLeast("resamples", resamples, 0);
    atLeast("curvePoints", curvePoints, 2);
    atLeast("ndcgAt", ndcgAt, 1);
    atLeast("mrrAt", mrrAt, 1);
    atLeast("mapAt", mapAt, 1);
    shares("precisionAtRecall", precisionAtRecall);
    shares("recallAtPrecision", recallAtPrecision);
    shares("precisionAtVolume", precisionAtVolume);
    shares("recallAtFalsePositiveRate", recallAtFalsePositiveRate);
    shares("falsePositiveRateAtRecall", falsePositiveRateAtRecall);
  }

  /// These options for a part of the rows, which gets closed-form intervals only and no slices.
  EvaluationOptions forSlice() {
    EvaluationOptions copy = new EvaluationOptions();
    copy.weights = weights;
    copy.resamples = 0;
    copy.seed = seed;
    copy.precisionAtRecall = precisionAtRecall;
    copy.recallAtPrecision = recallAtPrecision;
    copy.precisionAtVolume = precisionAtVolume;
    copy.recallAtFalsePositiveRate = recallAtFalsePositiveRate;
    copy.falsePositiveRateAtRecall = falsePositiveRateAtRecall;
    copy.curvePoints = curvePoints;
    copy.ndcgAt = ndcgAt;
    copy.mrrAt = mrrAt;
    copy.mapAt = mapAt;
    copy.anomaly = anomaly;
    return copy;
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "evaluation option " + name + " cannot be " + value + ": expected at least " + least);
    }
  }

  private static void shares(String name, double[] values) {
    for (double value : values) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException(
            "evaluation option " + name + " cannot be " + value + ": expected 0 to 1");
      }
    }
  }
}
