package dev.tendril.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The rows of a two-class problem in descending order of score, and everything that one sweep over
/// them measures.
///
/// Calling the rows above a threshold positive gives, for every threshold between two different
/// scores, a point of the ROC curve and of the precision-recall curve. Rows of equal score cannot
/// be told apart by a threshold, so a tie is one step of the curves whatever the order of its rows.
/// Rows are sorted once; a bootstrap draw sweeps over the same order with other weights.
///
/// Areas: ROC by trapezoids, which is the Mann-Whitney statistic with half a point for a tie;
/// precision-recall by the lower trapezoid estimator of Boyd, Eng and Page 2013, level up to the
/// first step; average precision is Σ (Rᵢ - Rᵢ₋₁)·Pᵢ. The precision of no row is 1.
final class RankedScores {
  /// Positions of the areas among the measured values; operating points follow.
  static final int AUC = 0;

  static final int PR_AUC = 1;
  static final int AVERAGE_PRECISION = 2;
  static final int FIRST_TARGET = 3;

  /// Sums of weights this close to a target, relatively, reach it.
  private static final double ROUNDING = 1e-12;

  /// A quality read off where another one reaches a target.
  record Target(Kind kind, double at) {
    String name() {
      return kind.label + "=" + Numbers.text(at);
    }
  }

  /// What is read off where: at a recall or volume, the highest threshold that reaches it; at a
  /// precision or false positive rate, the lowest threshold that keeps to it.
  enum Kind {
    PRECISION_AT_RECALL("precision@recall"),
    RECALL_AT_PRECISION("recall@precision"),
    PRECISION_AT_VOLUME("precision@volume"),
    RECALL_AT_FPR("recall@fpr"),
    FPR_AT_RECALL("fpr@recall");

    final String label;

    Kind(String label) {
      this.label = label;
    }

    /// The value where no row counts as positive; NaN where that is no answer.
    double atNone() {
      return switch (this) {
        case RECALL_AT_PRECISION, RECALL_AT_FPR -> 0;
        case PRECISION_AT_RECALL, PRECISION_AT_VOLUME, FPR_AT_RECALL -> Double.NaN;
      };
    }

    /// Whether a step of the curve is, as far as the sweep has come, the one looked for.
    ///
    /// @param limit the target times its whole
    boolean takes(double limit, double tp, double fp) {
      return switch (this) {
        case PRECISION_AT_RECALL, FPR_AT_RECALL -> tp >= limit * (1 - ROUNDING);
        case PRECISION_AT_VOLUME -> tp + fp >= limit * (1 - ROUNDING);
        case RECALL_AT_PRECISION -> tp >= limit * (tp + fp) * (1 - ROUNDING);
        case RECALL_AT_FPR -> fp <= limit * (1 + ROUNDING);
      };
    }

    /// Whether no later step can be the one, after a step that was taken or not.
    boolean closes(boolean taken) {
      return switch (this) {
        case PRECISION_AT_RECALL, FPR_AT_RECALL, PRECISION_AT_VOLUME -> taken;
        case RECALL_AT_PRECISION -> false;
        case RECALL_AT_FPR -> !taken;
      };
    }

    double value(double tp, double fp, double positives, double negatives) {
      return switch (this) {
        case PRECISION_AT_RECALL, PRECISION_AT_VOLUME -> tp / (tp + fp);
        case FPR_AT_RECALL -> fp / negatives;
        case RECALL_AT_PRECISION, RECALL_AT_FPR -> tp / positives;
      };
    }

    /// What a target is a share of.
    double whole(double positives, double negatives) {
      return switch (this) {
        case PRECISION_AT_RECALL, FPR_AT_RECALL -> positives;
        case PRECISION_AT_VOLUME -> positives + negatives;
        case RECALL_AT_PRECISION -> 1;
        case RECALL_AT_FPR -> negatives;
      };
    }
  }

  private final float[] scores;
  private final int[] order;
  /// 1 for a positive row, 0 for another.
  private final double[] share;

  private final double[] weights;
  private final boolean[] last;
  private final Target[] targets;

  /// @param scores one a row
  /// @param positive one a row
  /// @param weights one a row
  RankedScores(float[] scores, boolean[] positive, double[] weights, EvaluationOptions options) {
    int n = scores.length;
    long[] keys = new long[n];
    for (int row = 0; row < n; row++) {
      keys[row] = ((long) ~ascending(scores[row]) << 32) | row;
    }
    Arrays.parallelSort(keys);
    this.scores = new float[n];
    this.order = new int[n];
    this.share = new double[n];
    this.weights = new double[n];
    this.last = new boolean[n];
    for (int i = 0; i < n; i++) {
      int row = (int) keys[i];
      this.order[i] = row;
      this.scores[i] = scores[row] + 0f;
      this.share[i] = positive[row] ? 1 : 0;
      this.weights[i] = weights[row];
      this.last[i] = i == n - 1 || keys[i] >> 32 != keys[i + 1] >> 32;
    }
    this.targets = targets(options);
  }

  /// An integer that sorts as the float does, with -0 and 0 equal.
  private static int ascending(float value) {
    int bits = Float.floatToIntBits(value + 0f);
    return bits ^ ((bits >> 31) & 0x7fffffff);
  }

  private static Target[] targets(EvaluationOptions options) {
    List<Target> targets = new ArrayList<>();
    add(targets, Kind.PRECISION_AT_RECALL, options.precisionAtRecall);
    add(targets, Kind.RECALL_AT_PRECISION, options.recallAtPrecision);
    add(targets, Kind.PRECISION_AT_VOLUME, options.precisionAtVolume);
    add(targets, Kind.RECALL_AT_FPR, options.recallAtFalsePositiveRate);
    add(targets, Kind.FPR_AT_RECALL, options.falsePositiveRateAtRecall);
    return targets.toArray(new Target[0]);
  }

  private static void add(List<Target> targets, Kind kind, double[] values) {
    for (double value : values) {
      targets.add(new Target(kind, value));
    }
  }

  Target target(int i) {
    return targets[i];
  }

  int targets() {
    return targets.length;
  }

  double weight(boolean ofPositives) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * (ofPositives ? share[i] : 1 - share[i]);
    }
    return sum;
  }

  /// A statistic of bootstrap draws of the rows.
  Bootstrap.Statistic statistic() {
    double[] thresholds = new double[targets.length];
    Limits limits = new Limits();
    double[] drawn = new double[weights.length];
    return (counts, values) -> {
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = counts[order[i]] * weights[i];
      }
      sweep(drawn, values, thresholds, limits);
    };
  }

  /// Measures the rows as they are.
  ///
  /// @param values receives the areas and the qualities at the targets
  /// @param thresholds receives the score at and above which rows count as positive, one a target;
  ///     infinite where no row does
  void measure(double[] values, double[] thresholds) {
    sweep(weights, values, thresholds, new Limits());
  }

  /// Sweeps without a branch that depends on the class of a row, and looks at a target only as long
  /// as it is open: draws are measured thousands of times.
  private void sweep(double[] w, double[] values, double[] thresholds, Limits limits) {
    double positives = 0;
    double negatives = 0;
    for (int i = 0; i < w.length; i++) {
      positives += w[i] * share[i];
      negatives += w[i] * (1 - share[i]);
    }
    Arrays.fill(values, Double.NaN);
    Arrays.fill(thresholds, Double.POSITIVE_INFINITY);
    if (!(positives > 0 && negatives > 0)) {
      return;
    }
    limits.start(positives, negatives, values);
    double tp = 0;
    double fp = 0;
    double p = 0;
    double n = 0;
    double auc = 0;
    double prAuc = 0;
    double averagePrecision = 0;
    double precision = Double.NaN;
    for (int i = 0; i < w.length; i++) {
      p += w[i] * share[i];
      n += w[i] * (1 - share[i]);
      if (last[i] && p + n > 0) {
        auc += n * (tp + p / 2);
        tp += p;
        fp += n;
        double before = precision;
        precision = tp / (tp + fp);
        prAuc += p * ((tp + fp == p + n ? precision : before) + precision) / 2;
        averagePrecision += p * precision;
        p = 0;
        n = 0;
        limits.step(tp, fp, scores[i], values, thresholds);
      }
    }
    values[AUC] = auc / (positives * negatives);
    values[PR_AUC] = prAuc / positives;
    values[AVERAGE_PRECISION] = averagePrecision / positives;
  }

  /// The targets that a sweep has not passed yet.
  private final class Limits {
    private final double[] limits = new double[targets.length];
    private final int[] open = new int[targets.length];
    private int opened;
    private double positives;
    private double negatives;

    void start(double allPositives, double allNegatives, double[] values) {
      positives = allPositives;
      negatives = allNegatives;
      opened = targets.length;
      for (int t = 0; t < targets.length; t++) {
        open[t] = t;
        values[FIRST_TARGET + t] = targets[t].kind.atNone();
        limits[t] = targets[t].at * targets[t].kind.whole(positives, negatives);
      }
    }

    void step(double tp, double fp, double score, double[] values, double[] thresholds) {
      for (int i = opened - 1; i >= 0; i--) {
        int t = open[i];
        Kind kind = targets[t].kind;
        boolean taken = kind.takes(limits[t], tp, fp);
        if (taken) {
          values[FIRST_TARGET + t] = kind.value(tp, fp, positives, negatives);
          thresholds[t] = score;
        }
        if (kind.closes(taken)) {
          open[i] = open[--opened];
        }
      }
    }
  }

  /// The curve, thinned evenly where it has more steps than `most`; the two ends stay.
  RocCurve curve(int most) {
    List<RocCurve.Point> points = new ArrayList<>();
    points.add(new RocCurve.Point(Double.POSITIVE_INFINITY, 0, 0));
    double tp = 0;
    double fp = 0;
    for (int i = 0; i < weights.length; i++) {
      tp += weights[i] * share[i];
      fp += weights[i] * (1 - share[i]);
      if (last[i]) {
        points.add(new RocCurve.Point(scores[i], tp, fp));
      }
    }
    if (points.size() > most) {
      List<RocCurve.Point> kept = new ArrayList<>(most);
      for (int i = 0; i < most; i++) {
        kept.add(points.get((int) ((long) i * (points.size() - 1) / (most - 1))));
      }
      points = kept;
    }
    return new RocCurve(tp, fp, points);
  }
}
