package dev.tendril.learn;

/// Where the true value of a metric probably lies.
///
/// @param low the lower bound
/// @param high the upper bound
/// @param method how the bounds were found
public record Interval(double low, double high, Method method) {

  /// Ways to find a confidence interval. All leave 5 % outside, but for [#BINOMIAL], which follows
  /// YDF in leaving 5 % on each side.
  public enum Method {
    /// Exact binomial bounds (Clopper and Pearson 1934), a 90 % interval.
    BINOMIAL("W"),
    /// Normal bounds on an area under a ROC curve (Hanley and McNeil 1982).
    HANLEY_MCNEIL("H"),
    /// Normal bounds on the logit of an area under a precision-recall curve (Boyd, Eng and Page
    /// 2013).
    LOGIT("L"),
    /// Chi-square bounds on a root mean squared error of normal residuals.
    CHI_SQUARE("X2"),
    /// The 2.5 % and 97.5 % quantiles over resampled rows or groups (Efron 1979).
    BOOTSTRAP("B");

    private final String code;

    Method(String code) {
      this.code = code;
    }

    /// The short form in JSON, such as `W`.
    public String code() {
      return code;
    }

    /// The form in reports, such as `CI95[W]`.
    public String label() {
      return "CI95[" + code + "]";
    }
  }

  @Override
  public String toString() {
    return method.label() + "[" + Numbers.text(low) + " " + Numbers.text(high) + "]";
  }
}
