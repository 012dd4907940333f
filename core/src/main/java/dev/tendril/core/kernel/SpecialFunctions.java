package dev.tendril.core.kernel;

/// Functions that the JDK lacks, to about 15 digits.
///
/// The error function by two expansions that lose no digits (Abramowitz and Stegun, 7.1.6 and
/// 7.1.14): for small arguments a series of positive terms, `erf(x) = 2/√π · e^(-x²) · Σ 2^n
/// x^(2n+1) / (1 · 3 · ... · (2n+1))`; for large ones a continued fraction of `erfc`, evaluated
/// from the end.
public final class SpecialFunctions {
  private static final double SERIES_UP_TO = 3;
  private static final double ROOT_PI = Math.sqrt(Math.PI);
  private static final int FRACTION_TERMS = 40;

  private SpecialFunctions() {}

  /// `2/√π · ∫ e^(-t²) dt` from 0 to x.
  public static double erf(double x) {
    return Math.abs(x) < SERIES_UP_TO ? series(x) : Math.copySign(1 - tail(Math.abs(x)), x);
  }

  /// `1 - erf(x)`, with all digits where that is small.
  public static double erfc(double x) {
    if (x >= SERIES_UP_TO) {
      return tail(x);
    }
    return 1 - erf(x);
  }

  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.ulp(sum) / 2; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / ROOT_PI * Math.exp(-x * x) * sum;
  }

  private static double tail(double x) {
    if (Double.isInfinite(x)) {
      return 0;
    }
    double fraction = x;
    for (int n = FRACTION_TERMS; n >= 1; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / (ROOT_PI * fraction);
  }

  /// `1 / (1 + e^-x)`.
  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /// `ln(1 + e^x)`, without overflow.
  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /// `x · Φ(x)`.
  static double gelu(double x) {
    return x * 0.5 * erfc(-x / Math.sqrt(2));
  }

  /// Nearly [#gelu] (Hendrycks and Gimpel 2016, section 2).
  static double geluByTanh(double x) {
    return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }
}
