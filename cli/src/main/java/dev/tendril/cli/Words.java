package dev.tendril.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/// Figures in the words of a report.
final class Words {
  private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);

  private Words() {}

  /// Such as `1 row` and `344 rows`.
  static String count(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }

  /// Four decimals where they say enough, else four significant digits.
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "undefined";
    }
    double magnitude = Math.abs(value);
    if (value == 0 || (magnitude >= 0.01 && magnitude < 1000)) {
      return String.format(Locale.ROOT, "%.4f", value);
    }
    if (Double.isInfinite(value) || magnitude < 1e-5 || magnitude >= 1e12) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    BigDecimal rounded = new BigDecimal(value);
    rounded =
        magnitude >= 1000 ? rounded.setScale(1, RoundingMode.HALF_EVEN) : rounded.round(DIGITS);
    return rounded.stripTrailingZeros().toPlainString();
  }

  /// A whole number without decimals, others as by [#number].
  static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : number(value);
  }

  /// Such as `0.63 s` and `2 min 5 s`.
  static String seconds(Duration time) {
    double seconds = time.toNanos() / 1e9;
    return seconds < 120
        ? String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.1f s", seconds)
        : String.format(Locale.ROOT, "%d min %d s", time.toMinutes(), time.toSecondsPart());
  }

  /// A text on at most so many characters.
  static String shortened(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 3) + "...";
  }

  /// A text with blanks up to a width.
  static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
