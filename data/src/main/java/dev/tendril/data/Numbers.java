package dev.tendril.data;

/// Numbers as text: the shortest form that reads back as the same 32-bit float, whole numbers
/// without a point.
final class Numbers {
  private Numbers() {}

  static String text(float value) {
    boolean whole = value == (int) value && Math.abs(value) < 1 << 24;
    boolean negativeZero = value == 0 && 1 / value < 0;
    return whole && !negativeZero ? Integer.toString((int) value) : Float.toString(value);
  }

  static boolean isWhole(float value) {
    return value == Math.rint(value) && !Float.isInfinite(value);
  }

  /// The text of a whole number of any size, without exponent.
  static String wholeText(float value) {
    return new java.math.BigDecimal(value).toBigInteger().toString();
  }
}
