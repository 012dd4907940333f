package dev.tendril.core.op;

import java.util.Locale;

/// Functions of two numbers.
public enum BinaryKind {
  ADD,
  SUB,
  MUL,
  /// Division; of integers cut toward zero, by 0 a [dev.tendril.core.TensorException].
  DIV,
  /// Division, rounded down.
  FLOOR_DIV,
  /// `x - y · floor_div(x, y)`, exactly: the sign is that of the divisor.
  MOD,
  /// `x` to the power of `y`; a negative power of an integer is a
  /// [dev.tendril.core.TensorException].
  POW,
  /// The lesser; NaN wins.
  MIN,
  /// The greater; NaN wins.
  MAX,
  ATAN2,
  /// `(x - y)²`.
  SQUARED_DIFFERENCE,

  EQ,
  NE,
  LT,
  LE,
  GT,
  GE,

  /// Of booleans, or bits of integers.
  AND,
  OR,
  XOR,
  /// `x << y`; bits that leave are lost, a shift by the width or more gives 0, one by less than 0
  /// is a [dev.tendril.core.TensorException].
  SHIFT_LEFT,
  /// `x >> y`, of signed integers with their sign; distances as for the shift to the left.
  SHIFT_RIGHT;

  /// The name in texts of graphs, such as `floor_div`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whether it compares, and so gives booleans.
  public boolean isComparison() {
    return compareTo(EQ) >= 0 && compareTo(GE) <= 0;
  }

  /// Whether it takes booleans or bits of integers, and no floats.
  public boolean isBitwise() {
    return compareTo(AND) >= 0;
  }
}
