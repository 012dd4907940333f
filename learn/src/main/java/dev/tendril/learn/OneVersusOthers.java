package dev.tendril.learn;

import java.util.ArrayList;
import java.util.List;

/// How well the score of one class tells its rows from all others.
///
/// @param positive the class
/// @param auc the area under the ROC curve: the probability that a row of the class scores above
///     another one, ties counting half
/// @param prAuc the area under the precision-recall curve
/// @param averagePrecision precision averaged over the recall gained at each threshold
/// @param operatingPoints qualities at the thresholds that reach given targets
/// @param curve the ROC curve
public record OneVersusOthers(
    String positive,
    Metric auc,
    Metric prAuc,
    Metric averagePrecision,
    List<OperatingPoint> operatingPoints,
    RocCurve curve) {
  public OneVersusOthers {
    operatingPoints = List.copyOf(operatingPoints);
  }

  /// A quality at a threshold.
  ///
  /// @param metric named after what is measured and the target, such as `precision@recall=0.9`
  /// @param threshold the score at and above which rows count as positive; infinite where the
  ///     target is met by calling none positive
  public record OperatingPoint(Metric metric, double threshold) {}

  static OneVersusOthers of(
      String positive,
      float[] scores,
      boolean[] isPositive,
      double[] weights,
      int draws,
      EvaluationOptions options) {
    RankedScores ranked = new RankedScores(scores, isPositive, weights, options);
    double[] values = new double[RankedScores.FIRST_TARGET + ranked.targets()];
    double[] thresholds = new double[ranked.targets()];
    ranked.measure(values, thresholds);
    boolean defined = !Double.isNaN(values[RankedScores.AUC]);
    double[][] drawn =
        defined && draws > 0
            ? Bootstrap.run(draws, scores.length, options.seed, values.length, ranked::statistic)
            : new double[values.length][0];
    double positives = ranked.weight(true);
    double negatives = ranked.weight(false);
    Metric auc = new Metric("auc", values[RankedScores.AUC]);
    Metric prAuc = new Metric("pr_auc", values[RankedScores.PR_AUC]);
    if (defined) {
      auc = auc.with(ConfidenceIntervals.auc(auc.value(), positives, negatives));
      prAuc = prAuc.with(ConfidenceIntervals.precisionRecallAuc(prAuc.value(), positives));
    }
    List<OperatingPoint> points = new ArrayList<>();
    for (int t = 0; t < thresholds.length; t++) {
      int at = RankedScores.FIRST_TARGET + t;
      Metric metric = new Metric(ranked.target(t).name(), values[at]);
      points.add(new OperatingPoint(metric.with(Bootstrap.interval(drawn[at])), thresholds[t]));
    }
    return new OneVersusOthers(
        positive,
        auc.with(Bootstrap.interval(drawn[RankedScores.AUC])),
        prAuc.with(Bootstrap.interval(drawn[RankedScores.PR_AUC])),
        new Metric("average_precision", values[RankedScores.AVERAGE_PRECISION])
            .with(Bootstrap.interval(drawn[RankedScores.AVERAGE_PRECISION])),
        points,
        ranked.curve(options.curvePoints));
  }

  /// Every metric, its name followed by the class.
  List<Metric> list() {
    List<Metric> all = new ArrayList<>(List.of(auc, prAuc, averagePrecision));
    operatingPoints.forEach(point -> all.add(point.metric()));
    return all.stream().map(metric -> metric.named(metric.name() + "(" + positive + ")")).toList();
  }
}
