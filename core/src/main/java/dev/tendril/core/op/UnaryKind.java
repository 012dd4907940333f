package dev.tendril.core.op;

import java.util.Locale;

/// Functions of one number. Those of the second group take floats only.
public enum UnaryKind {
  NEG,
  ABS,
  /// -1, 0 or 1; NaN stays.
  SIGN,
  SQUARE,
  /// `max(x, 0)`.
  RELU,
  /// Not, of booleans; the complement of integers.
  NOT,

  FLOOR,
  CEIL,
  /// To the nearest whole number, ties to even.
  ROUND,
  RECIPROCAL,
  SQRT,
  RSQRT,
  EXP,
  EXPM1,
  LOG,
  LOG1P,
  SIN,
  COS,
  TAN,
  ASIN,
  ACOS,
  ATAN,
  SINH,
  COSH,
  TANH,
  /// `1 / (1 + e^-x)`.
  SIGMOID,
  ERF,
  /// `x · sigmoid(x)`.
  SILU,
  /// `ln(1 + e^x)`.
  SOFTPLUS,
  /// `x · min(max(x + 3, 0), 6) / 6`.
  HARD_SWISH,
  /// To boolean.
  IS_NAN,
  /// To boolean.
  IS_FINITE;

  /// The name in texts of graphs, such as `is_nan`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whether it takes integers too.
  public boolean takesIntegers() {
    return compareTo(NOT) <= 0;
  }

  /// Whether it gives booleans.
  public boolean isTest() {
    return this == IS_NAN || this == IS_FINITE;
  }
}
