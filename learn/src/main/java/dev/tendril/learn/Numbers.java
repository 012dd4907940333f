package dev.tendril.learn;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/// Numbers as reports show them.
final class Numbers {
  private static final MathContext DIGITS = new MathContext(6);

  private Numbers() {}

  /// Six significant digits without trailing zeros.
  static String text(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "undefined" : value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return "0";
    }
    double magnitude = Math.abs(value);
    if (magnitude < 1e-5 || magnitude >= 1e12) {
      return String.format(Locale.ROOT, "%.5e", value);
    }
    BigDecimal rounded = magnitude >= 1e6 ? whole(value) : new BigDecimal(value).round(DIGITS);
    return rounded.stripTrailingZeros().toPlainString();
  }

  private static BigDecimal whole(double value) {
    return BigDecimal.valueOf(Math.round(value));
  }
}
