package dev.tendril.learn;

/// Confidence intervals in closed form. Counts are sums of weights, so they need not be whole; a
/// weight of 2 narrows an interval exactly as a repeated row does.
final class ConfidenceIntervals {
  private static final double Z95 = Distributions.normalQuantile(0.975);
  private static final double TAIL = 0.05;

  private ConfidenceIntervals() {}

  /// Bounds on a share of successes, by the beta distribution (Clopper and Pearson 1934). Each
  /// bound leaves 5 % outside, so the two together cover 90 %; reports of decision-forest software
  /// use these bounds under the name CI95, and so do these, to be comparable.
  static Interval binomial(double successes, double trials) {
    double failures = trials - successes;
    double low = successes <= 0 ? 0 : Distributions.betaQuantile(TAIL, successes, failures + 1);
    double high = failures <= 0 ? 1 : Distributions.betaQuantile(1 - TAIL, successes + 1, failures);
    return trials > 0
        ? new Interval(low, high, Interval.Method.BINOMIAL)
        : new Interval(Double.NaN, Double.NaN, Interval.Method.BINOMIAL);
  }

  /// Bounds on an area under a ROC curve: Hanley and McNeil 1982, equations 1 and 2, cut to [0, 1].
  static Interval auc(double auc, double positives, double negatives) {
    double q1 = auc / (2 - auc);
    double q2 = 2 * auc * auc / (1 + auc);
    double variance =
        (auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc))
            / (positives * negatives);
    double reach = Z95 * Math.sqrt(Math.max(0, variance));
    return new Interval(
        Math.max(0, auc - reach), Math.min(1, auc + reach), Interval.Method.HANLEY_MCNEIL);
  }

  /// Bounds on an area under a precision-recall curve: Boyd, Eng and Page 2013, section 3.2, the
  /// normal interval of the logit carried back.
  static Interval precisionRecallAuc(double area, double positives) {
    if (area <= 0 || area >= 1) {
      return new Interval(area, area, Interval.Method.LOGIT);
    }
    double logit = Math.log(area / (1 - area));
    double reach = Z95 / Math.sqrt(positives * area * (1 - area));
    return new Interval(logistic(logit - reach), logistic(logit + reach), Interval.Method.LOGIT);
  }

  /// Bounds on a root mean squared error, as n·rmse²/σ² of normal residuals is chi-square with n
  /// degrees of freedom.
  static Interval rmse(double rmse, double n) {
    if (!(n > 0)) {
      return new Interval(Double.NaN, Double.NaN, Interval.Method.CHI_SQUARE);
    }
    return new Interval(
        Math.sqrt(n / Distributions.chiSquareQuantile(0.975, n)) * rmse,
        Math.sqrt(n / Distributions.chiSquareQuantile(0.025, n)) * rmse,
        Interval.Method.CHI_SQUARE);
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
