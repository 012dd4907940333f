package dev.tendril.core.kernel;

import dev.tendril.core.op.UnaryKind;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;

/// What each [UnaryKind] means.
final class UnaryFunctions {
  private UnaryFunctions() {}

  /// The function of real numbers.
  static DoubleUnaryOperator real(UnaryKind kind) {
    return switch (kind) {
      case NEG -> x -> -x;
      case ABS -> Math::abs;
      case SIGN -> Math::signum;
      case SQUARE -> x -> x * x;
      case RELU -> x -> Math.max(x, 0);
      case NOT -> x -> x == 0 ? 1 : 0;
      case FLOOR -> Math::floor;
      case CEIL -> Math::ceil;
      case ROUND -> Math::rint;
      case RECIPROCAL -> x -> 1 / x;
      case SQRT -> Math::sqrt;
      case RSQRT -> x -> 1 / Math.sqrt(x);
      case EXP -> Math::exp;
      case EXPM1 -> Math::expm1;
      case LOG -> Math::log;
      case LOG1P -> Math::log1p;
      case SIN -> Math::sin;
      case COS -> Math::cos;
      case TAN -> Math::tan;
      case ASIN -> Math::asin;
      case ACOS -> Math::acos;
      case ATAN -> Math::atan;
      case SINH -> Math::sinh;
      case COSH -> Math::cosh;
      case TANH -> Math::tanh;
      case SIGMOID -> SpecialFunctions::sigmoid;
      case ERF -> SpecialFunctions::erf;
      case SILU -> x -> x * SpecialFunctions.sigmoid(x);
      case SOFTPLUS -> SpecialFunctions::softplus;
      case HARD_SWISH -> x -> x * Math.clamp(x + 3, 0, 6) / 6;
      case IS_NAN -> x -> Double.isNaN(x) ? 1 : 0;
      case IS_FINITE -> x -> Double.isFinite(x) ? 1 : 0;
    };
  }

  /// The function of integers, of kinds that [take them][UnaryKind#takesIntegers].
  static LongUnaryOperator integer(UnaryKind kind) {
    return switch (kind) {
      case NEG -> x -> -x;
      case ABS -> Math::abs;
      case SIGN -> Long::signum;
      case SQUARE -> x -> x * x;
      case RELU -> x -> Math.max(x, 0);
      case NOT -> x -> ~x;
      case FLOOR,
          CEIL,
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
          SIGMOID,
          ERF,
          SILU,
          SOFTPLUS,
          HARD_SWISH,
          IS_NAN,
          IS_FINITE ->
          throw new IllegalArgumentException(kind.text() + " of integers");
    };
  }
}
