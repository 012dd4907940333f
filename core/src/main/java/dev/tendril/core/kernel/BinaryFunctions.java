package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.BinaryKind;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/// What each [BinaryKind] means. Comparisons give 1 or 0.
final class BinaryFunctions {
  private BinaryFunctions() {}

  /// The function of real numbers, of kinds that are not [bitwise][BinaryKind#isBitwise].
  static DoubleBinaryOperator real(BinaryKind kind) {
    return switch (kind) {
      case ADD -> Double::sum;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case DIV -> (x, y) -> x / y;
      case FLOOR_DIV -> (x, y) -> Math.floor(x / y);
      case MOD -> BinaryFunctions::mod;
      case POW -> Math::pow;
      case MIN -> Math::min;
      case MAX -> Math::max;
      case ATAN2 -> Math::atan2;
      case SQUARED_DIFFERENCE -> (x, y) -> (x - y) * (x - y);
      case EQ -> (x, y) -> flag(x == y);
      case NE -> (x, y) -> flag(x != y);
      case LT -> (x, y) -> flag(x < y);
      case LE -> (x, y) -> flag(x <= y);
      case GT -> (x, y) -> flag(x > y);
      case GE -> (x, y) -> flag(x >= y);
      case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT ->
          throw new IllegalArgumentException(kind.text() + " of reals");
    };
  }

  private static int flag(boolean value) {
    return value ? 1 : 0;
  }

  /// With the sign of the divisor; exact, and `x` for an infinite `y` of its sign.
  private static double mod(double x, double y) {
    double rest = x % y;
    return rest != 0 && rest < 0 != y < 0 ? rest + y : rest;
  }

  /// The function of integers.
  ///
  /// @param dtype their type, the width of which shifts depend on
  static LongBinaryOperator integer(BinaryKind kind, DType dtype) {
    return switch (kind) {
      case ADD -> Long::sum;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case DIV -> (x, y) -> x / divisor(y);
      case FLOOR_DIV -> (x, y) -> Math.floorDiv(x, divisor(y));
      case MOD -> (x, y) -> Math.floorMod(x, divisor(y));
      case POW -> BinaryFunctions::pow;
      case MIN -> Math::min;
      case MAX -> Math::max;
      case SQUARED_DIFFERENCE -> (x, y) -> (x - y) * (x - y);
      case EQ -> (x, y) -> flag(x == y);
      case NE -> (x, y) -> flag(x != y);
      case LT -> (x, y) -> flag(x < y);
      case LE -> (x, y) -> flag(x <= y);
      case GT -> (x, y) -> flag(x > y);
      case GE -> (x, y) -> flag(x >= y);
      case AND -> (x, y) -> x & y;
      case OR -> (x, y) -> x | y;
      case XOR -> (x, y) -> x ^ y;
      case SHIFT_LEFT -> (x, y) -> distance(y) >= dtype.bits() ? 0 : x << y;
      case SHIFT_RIGHT -> (x, y) -> x >> Math.min(distance(y), 63);
      case ATAN2 -> throw new IllegalArgumentException(kind.text() + " of integers");
    };
  }

  private static long divisor(long y) {
    if (y == 0) {
      throw new TensorException("division by 0");
    }
    return y;
  }

  private static long distance(long y) {
    if (y < 0) {
      throw new TensorException("a shift by " + y + "; expected 0 or more");
    }
    return y;
  }

  private static long pow(long x, long y) {
    if (y < 0) {
      throw new TensorException("the power " + y + " of an integer; expected 0 or more");
    }
    long power = 1;
    long square = x;
    for (long rest = y; rest > 0; rest >>= 1) {
      power *= (rest & 1) == 0 ? 1 : square;
      square *= square;
    }
    return power;
  }
}
