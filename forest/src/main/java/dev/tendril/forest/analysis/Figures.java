package dev.tendril.forest.analysis;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Numbers as people write them.
final class Figures {
  private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);

  private Figures() {}

  /// Four significant digits; all digits of a whole number.
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "undefined" : value > 0 ? "infinite" : "-infinite";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return Long.toString((long) value);
    }
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    double magnitude = Math.abs(value);
    return magnitude < 1e-4 || magnitude >= 1e9 ? rounded.toString() : rounded.toPlainString();
  }
}
