package dev.tendril.data;

/// Reads decimal numbers from a range of characters into 32-bit floats, correctly rounded, without
/// making a string.
///
/// The digits give an integer `w` and a power of ten `e`, the number being `w · 10^e`. Three cases:
///
/// 1. `e = 0` and no digit was dropped: converting the integer is one correctly rounded step.
/// 2. Otherwise `w · 10^e` is computed as a double. Each of the at most three steps (conversion,
///    power, product) errs by at most half a unit in the last place, and dropping digits after the
///    eighteenth by far less, so the result is within [#MARGIN] units of the true value. A double
///    has 29 bits more than a float; unless those bits lie within the margin of the halfway
///    pattern, no float boundary lies between the two and rounding the double is rounding the
///    number (the argument of Clinger 1990, with a float's shorter significand).
/// 3. The rest (about one number in 2^25, subnormal results, results near overflow) goes to
///    [Float#parseFloat].
///
/// The grammar is that of ordinary decimal text: blanks around, sign, digits with an optional
/// point, exponent, `inf` and `infinity` in any case. Hexadecimal floats, type suffixes and digit
/// separators are not numbers.
final class FloatParser {
  /// What [#parse] returns for text that is not a number.
  static final long NOT_A_NUMBER = -1;

  private static final int MARGIN = 8;
  private static final int SPARE_BITS = 0x1fff_ffff;
  private static final int HALFWAY = 0x1000_0000;
  private static final int MAX_DIGITS = 18;
  private static final int MAX_POWER = 300;
  private static final double[] POWERS = new double[MAX_POWER + 1];

  static {
    for (int i = 0; i <= MAX_POWER; i++) {
      POWERS[i] = Double.parseDouble("1e" + i);
    }
  }

  private FloatParser() {}

  /// The bits of the float as an unsigned 32-bit number, or [#NOT_A_NUMBER]. Make it a float by
  /// `Float.intBitsToFloat((int) bits)`.
  static long parse(char[] text, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end && text[at] <= ' ') {
      at++;
    }
    while (end > at && text[end - 1] <= ' ') {
      end--;
    }
    int begin = at;
    boolean negative = false;
    if (at < end && (text[at] == '-' || text[at] == '+')) {
      negative = text[at] == '-';
      at++;
    }
    int first = at;
    long significand = 0;
    int kept = 0;
    int power = 0;
    boolean dropped = false;
    int digits = 0;
    int point = -1;
    for (; at < end; at++) {
      int digit = text[at] - '0';
      if (digit >= 0 && digit <= 9) {
        digits++;
        if (kept < MAX_DIGITS) {
          significand = significand * 10 + digit;
          kept += significand == 0 ? 0 : 1;
        } else {
          dropped |= digit != 0;
          power++;
        }
      } else if (digit == '.' - '0' && point < 0) {
        point = digits;
      } else {
        break;
      }
    }
    if (digits == 0) {
      return isInfinity(text, first, end) ? bits(Float.POSITIVE_INFINITY, negative) : NOT_A_NUMBER;
    }
    if (point >= 0) {
      power -= digits - point;
    }
    if (at < end) {
      if (text[at] != 'e' && text[at] != 'E') {
        return NOT_A_NUMBER;
      }
      int exponent = exponent(text, at + 1, end);
      if (exponent == Integer.MIN_VALUE) {
        return NOT_A_NUMBER;
      }
      power += exponent;
    }
    if (significand == 0) {
      return bits(0f, negative);
    }
    if (power == 0 && !dropped) {
      return bits((float) significand, negative);
    }
    if (power >= -MAX_POWER && power <= MAX_POWER) {
      double value = power < 0 ? significand / POWERS[-power] : significand * POWERS[power];
      long spare = (Double.doubleToRawLongBits(value) & SPARE_BITS) - HALFWAY;
      if (value >= Float.MIN_NORMAL
          && value < Float.MAX_VALUE
          && (spare > MARGIN || spare < -MARGIN)) {
        return bits((float) value, negative);
      }
    }
    return Float.floatToRawIntBits(Float.parseFloat(new String(text, begin, end - begin)))
        & 0xffff_ffffL;
  }

  static boolean isNumber(String text) {
    return parse(text.toCharArray(), 0, text.length()) != NOT_A_NUMBER;
  }

  private static long bits(float value, boolean negative) {
    return Float.floatToRawIntBits(negative ? -value : value) & 0xffff_ffffL;
  }

  /// The exponent, far values clamped, or the least integer when there is none.
  private static int exponent(char[] text, int from, int end) {
    int at = from;
    boolean negative = false;
    if (at < end && (text[at] == '-' || text[at] == '+')) {
      negative = text[at] == '-';
      at++;
    }
    if (at == end) {
      return Integer.MIN_VALUE;
    }
    int exponent = 0;
    for (; at < end; at++) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9) {
        return Integer.MIN_VALUE;
      }
      exponent = Math.min(exponent * 10 + digit, 100_000_000);
    }
    return negative ? -exponent : exponent;
  }

  private static boolean isInfinity(char[] text, int from, int end) {
    return matches(text, from, end, "inf") || matches(text, from, end, "infinity");
  }

  /// Whether the range holds this lower-case ASCII word in any case.
  static boolean matches(char[] text, int from, int end, String word) {
    if (end - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if ((text[from + i] | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
