package dev.tendril.compile.text;

import dev.tendril.core.DType;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// What ops on single elements mean: floats in 64 bits, rounded after; integers wrapped after.
final class HloScalars {
  private HloScalars() {}

  private static final Map<String, DoubleUnaryOperator> REAL =
      Map.ofEntries(
          Map.entry("abs", Math::abs),
          Map.entry("negate", x -> -x),
          Map.entry("sign", Math::signum),
          Map.entry("floor", Math::floor),
          Map.entry("ceil", Math::ceil),
          Map.entry("round_nearest_even", Math::rint),
          Map.entry("sqrt", Math::sqrt),
          Map.entry("rsqrt", x -> 1 / Math.sqrt(x)),
          Map.entry("exponential", Math::exp),
          Map.entry("exponential_minus_one", Math::expm1),
          Map.entry("log", Math::log),
          Map.entry("log_plus_one", Math::log1p),
          Map.entry("sine", Math::sin),
          Map.entry("cosine", Math::cos),
          Map.entry("tanh", Math::tanh),
          Map.entry("logistic", x -> 1 / (1 + Math.exp(-x))));

  private static final Map<String, LongUnaryOperator> WHOLE =
      Map.of("abs", Math::abs, "negate", x -> -x, "sign", Long::signum, "not", x -> ~x);

  private static final Map<String, DoubleBinaryOperator> REALS =
      Map.ofEntries(
          Map.entry("add", Double::sum),
          Map.entry("subtract", (x, y) -> x - y),
          Map.entry("multiply", (x, y) -> x * y),
          Map.entry("divide", (x, y) -> x / y),
          Map.entry("remainder", (x, y) -> x % y),
          Map.entry("power", Math::pow),
          Map.entry("atan2", Math::atan2),
          Map.entry("maximum", Math::max),
          Map.entry("minimum", Math::min));

  private static final Map<String, LongBinaryOperator> WHOLES =
      Map.ofEntries(
          Map.entry("add", Long::sum),
          Map.entry("subtract", (x, y) -> x - y),
          Map.entry("multiply", (x, y) -> x * y),
          Map.entry("divide", (x, y) -> y == 0 ? -1 : x / y),
          Map.entry("remainder", (x, y) -> y == 0 ? x : x % y),
          Map.entry("power", HloScalars::power),
          Map.entry("maximum", Math::max),
          Map.entry("minimum", Math::min),
          Map.entry("and", (x, y) -> x & y),
          Map.entry("or", (x, y) -> x | y),
          Map.entry("xor", (x, y) -> x ^ y));

  static @Nullable DoubleUnaryOperator real(String op) {
    return REAL.get(op);
  }

  static @Nullable LongUnaryOperator whole(String op) {
    return WHOLE.get(op);
  }

  static @Nullable DoubleBinaryOperator reals(String op) {
    return REALS.get(op);
  }

  /// @param dtype the type, whose width shifts and booleans depend on
  static @Nullable LongBinaryOperator wholes(String op, DType dtype) {
    String name = dtype == DType.BOOL ? bitwise(op) : op;
    return switch (name) {
      case "shift_left" -> (x, y) -> isFar(y, dtype) ? 0 : x << y;
      case "shift_right_arithmetic" -> (x, y) -> isFar(y, dtype) ? x >> 63 : x >> y;
      case "shift_right_logical" -> (x, y) -> isFar(y, dtype) ? 0 : bits(x, dtype) >>> y;
      default -> WHOLES.get(name);
    };
  }

  /// What an op of numbers is of booleans.
  private static String bitwise(String op) {
    return switch (op) {
      case "add", "maximum" -> "or";
      case "multiply", "minimum" -> "and";
      default -> op;
    };
  }

  private static boolean isFar(long distance, DType dtype) {
    return distance < 0 || distance >= dtype.bits();
  }

  private static long bits(long x, DType dtype) {
    return dtype.bits() == 64 ? x : x & ~(-1L << dtype.bits());
  }

  private static long power(long x, long y) {
    if (y < 0) {
      return x == 1 ? 1 : x == -1 ? 1 - 2 * (y & 1) : 0;
    }
    long power = 1;
    for (long rest = y, square = x; rest > 0; rest >>= 1, square *= square) {
      power *= (rest & 1) == 0 ? 1 : square;
    }
    return power;
  }

  /// Whether a comparison holds.
  static boolean holds(String direction, double x, double y) {
    return switch (direction) {
      case "EQ" -> x == y;
      case "NE" -> x != y;
      case "LT" -> x < y;
      case "LE" -> x <= y;
      case "GT" -> x > y;
      default -> x >= y;
    };
  }

  /// Whether a comparison of integers holds.
  static boolean holds(String direction, long x, long y) {
    return switch (direction) {
      case "EQ" -> x == y;
      case "NE" -> x != y;
      case "LT" -> x < y;
      case "LE" -> x <= y;
      case "GT" -> x > y;
      default -> x >= y;
    };
  }
}
