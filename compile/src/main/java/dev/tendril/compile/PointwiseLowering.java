package dev.tendril.compile;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import java.util.List;

/// [Pointwise] ops in StableHLO. What takes several ops there is computed in 32 bits where the
/// element type has fewer.
final class PointwiseLowering {
  private PointwiseLowering() {}

  static Hlo lower(HloBuilder b, Pointwise op, List<Hlo> x, String node) {
    Hlo first = x.getFirst();
    return switch (op) {
      case Pointwise.Unary(UnaryKind kind) -> unary(b, kind, first);
      case Pointwise.Binary(BinaryKind kind) -> binary(b, kind, first, x.get(1), node);
      case Pointwise.Select _ -> b.select(first, x.get(1), x.get(2));
      case Pointwise.Clamp(double low, double high) -> clamp(b, first, low, high);
      case Pointwise.LeakyRelu(float alpha) -> leaky(b, first, b.mul(b.wide(first), alpha));
      case Pointwise.Elu(float alpha) -> {
        Hlo less = b.mul(b.unary("exponential_minus_one", b.wide(first)), alpha);
        yield leaky(b, first, less);
      }
      case Pointwise.Gelu(boolean approximate) -> gelu(b, approximate, first);
      case Pointwise.Cast(DType to) -> cast(b, first, to);
      case Pointwise.Quantize _ -> throw new Unlowered("quantized values");
      case Pointwise.Dequantize _ -> {
        if (first.dtype() != DType.F16) {
          throw new Unlowered("quantized values");
        }
        yield b.convert(first, DType.F32);
      }
    };
  }

  private static Hlo clamp(HloBuilder b, Hlo x, double low, double high) {
    if (x.dtype().isFloat()) {
      return b.convert(b.clamp(low, b.wide(x), high), x.dtype());
    }
    Hlo above = low <= x.dtype().min() ? x : b.max(x, whole(b, x.dtype(), Math.ceil(low)));
    return high >= x.dtype().max() ? above : b.min(above, whole(b, x.dtype(), Math.floor(high)));
  }

  /// The whole number, or the nearest of the type.
  private static Hlo whole(HloBuilder b, DType dtype, double value) {
    return b.constant(number(dtype, Math.clamp((long) value, dtype.min(), dtype.max())));
  }

  /// `x` where it is not below 0, else the other.
  private static Hlo leaky(HloBuilder b, Hlo x, Hlo less) {
    return b.select(b.compare("GE", x, 0), x, b.convert(less, x.dtype()));
  }

  private static Hlo unary(HloBuilder b, UnaryKind kind, Hlo x) {
    boolean natural = x.dtype() == DType.BOOL || !x.dtype().isSigned();
    return switch (kind) {
      case NEG -> b.unary("negate", x);
      case ABS -> natural ? x : b.unary("abs", x);
      case SIGN -> natural ? b.min(x, b.scalar(1, x.dtype())) : b.unary("sign", x);
      case SQUARE -> b.mul(x, x);
      case RELU -> b.max(x, b.scalar(0, x.dtype()));
      case NOT -> b.unary("not", x);
      case FLOOR -> b.unary("floor", x);
      case CEIL -> b.unary("ceil", x);
      case ROUND -> b.unary("round_nearest_even", x);
      case RECIPROCAL -> b.div(b.scalar(1, x.dtype()), x);
      case SQRT -> b.unary("sqrt", x);
      case RSQRT -> b.unary("rsqrt", x);
      case EXP -> b.unary("exponential", x);
      case EXPM1 -> b.unary("exponential_minus_one", x);
      case LOG -> b.unary("log", x);
      case LOG1P -> b.unary("log_plus_one", x);
      case SIN -> b.unary("sine", x);
      case COS -> b.unary("cosine", x);
      case TANH -> b.unary("tanh", x);
      case SIGMOID -> b.unary("logistic", x);
      case IS_NAN -> b.isNan(x);
      case IS_FINITE -> b.op("is_finite", "", x.type().with(DType.BOOL), x);
      case TAN, ASIN, ACOS, ATAN, SINH, COSH, ERF, SILU, SOFTPLUS, HARD_SWISH ->
          b.convert(composed(b, kind, b.wide(x)), x.dtype());
    };
  }

  private static Hlo composed(HloBuilder b, UnaryKind kind, Hlo x) {
    return switch (kind) {
      case TAN -> b.div(b.unary("sine", x), b.unary("cosine", x));
      case ASIN -> b.mul(b.binary("atan2", x, b.add(legs(b, x), 1)), 2);
      case ACOS -> {
        Hlo half = b.binary("atan2", legs(b, x), b.add(x, 1));
        yield b.select(b.compare("EQ", x, -1), b.scalar(Math.PI, x.dtype()), b.mul(half, 2));
      }
      case ATAN -> b.binary("atan2", x, b.scalar(1, x.dtype()));
      case SINH -> sinh(b, x);
      case COSH -> {
        Hlo up = half(b, x);
        yield b.add(up, half(b, b.unary("negate", x)));
      }
      case ERF -> ErrorFunction.erf(b, x);
      case SILU -> b.mul(x, b.unary("logistic", x));
      case SOFTPLUS -> {
        Hlo falling = b.unary("exponential", b.unary("negate", b.unary("abs", x)));
        yield b.add(b.max(x, b.scalar(0, x.dtype())), b.unary("log_plus_one", falling));
      }
      case HARD_SWISH -> b.mul(x, b.div(b.clamp(0, b.add(x, 3), 6), 6));
      default -> throw new Unlowered(kind.text());
    };
  }

  /// `√(1 - x²)`, without a loss of digits near 1.
  private static Hlo legs(HloBuilder b, Hlo x) {
    Hlo below = b.sub(b.scalar(1, x.dtype()), x);
    return b.unary("sqrt", b.mul(below, b.add(x, 1)));
  }

  /// `e^x / 2`, which overflows no sooner than its result: for large `x` as `(e^(x/2))² / 2`.
  private static Hlo half(HloBuilder b, Hlo x) {
    Hlo root = b.unary("exponential", b.mul(x, 0.5));
    Hlo large = b.mul(b.mul(root, 0.5), root);
    return b.select(b.compare("LT", x, 80), b.mul(b.unary("exponential", x), 0.5), large);
  }

  /// With all digits near 0: `(m + m / (m + 1)) / 2` of `m = e^x - 1`.
  private static Hlo sinh(HloBuilder b, Hlo x) {
    Hlo m = b.unary("exponential_minus_one", x);
    Hlo near = b.mul(b.add(m, b.div(m, b.add(m, 1))), 0.5);
    Hlo far = b.sub(half(b, x), half(b, b.unary("negate", x)));
    return b.select(b.compare("LT", b.unary("abs", x), 1), near, far);
  }

  private static Hlo gelu(HloBuilder b, boolean approximate, Hlo given) {
    Hlo x = b.wide(given);
    Hlo weight;
    if (approximate) {
      Hlo cube = b.mul(b.mul(b.mul(x, x), x), 0.044715);
      Hlo inner = b.mul(b.add(x, cube), Math.sqrt(2 / Math.PI));
      weight = b.add(b.unary("tanh", inner), 1);
    } else {
      weight = ErrorFunction.erfc(b, b.mul(x, -Math.sqrt(0.5)));
    }
    return b.convert(b.mul(b.mul(x, 0.5), weight), given.dtype());
  }

  private static Hlo binary(HloBuilder b, BinaryKind kind, Hlo x, Hlo y, String node) {
    boolean whole = !x.dtype().isFloat();
    return switch (kind) {
      case ADD -> b.add(x, y);
      case SUB -> b.sub(x, y);
      case MUL -> b.mul(x, y);
      case DIV -> {
        if (whole) {
          checkDivisor(b, y, node);
        }
        yield b.div(x, y);
      }
      case FLOOR_DIV -> {
        if (!whole) {
          yield b.convert(b.unary("floor", b.div(b.wide(x), b.wide(y))), x.dtype());
        }
        checkDivisor(b, y, node);
        Hlo cut = b.div(x, y);
        yield x.dtype().isSigned()
            ? b.select(isAcross(b, b.binary("remainder", x, y), y), b.add(cut, -1), cut)
            : cut;
      }
      case MOD -> {
        if (whole) {
          checkDivisor(b, y, node);
        }
        Hlo rest = b.binary("remainder", x, y);
        yield x.dtype().isSigned() ? b.select(isAcross(b, rest, y), b.add(rest, y), rest) : rest;
      }
      case POW -> {
        if (whole && x.dtype().isSigned()) {
          b.check(b.compare("GE", y, 0), at(node) + "a power of an integer below 0");
        }
        yield b.binary("power", x, y);
      }
      case MIN -> b.min(x, y);
      case MAX -> b.max(x, y);
      case ATAN2 -> b.binary("atan2", x, y);
      case SQUARED_DIFFERENCE -> {
        Hlo difference = b.sub(b.wide(x), b.wide(y));
        yield b.convert(b.mul(difference, difference), x.dtype());
      }
      case EQ, NE, LT, LE, GT, GE -> b.compare(kind.name(), x, y);
      case AND -> b.and(x, y);
      case OR -> b.binary("or", x, y);
      case XOR -> b.binary("xor", x, y);
      case SHIFT_LEFT -> {
        checkDistance(b, y, node);
        yield b.binary("shift_left", x, y);
      }
      case SHIFT_RIGHT -> {
        checkDistance(b, y, node);
        yield b.binary(
            x.dtype().isSigned() ? "shift_right_arithmetic" : "shift_right_logical", x, y);
      }
    };
  }

  private static String at(String node) {
    return "node " + node + ": ";
  }

  private static void checkDivisor(HloBuilder b, Hlo y, String node) {
    b.check(b.compare("NE", y, 0), at(node) + "division by 0");
  }

  private static void checkDistance(HloBuilder b, Hlo y, String node) {
    if (y.dtype().isSigned()) {
      b.check(b.compare("GE", y, 0), at(node) + "a shift by less than 0");
    }
  }

  /// Whether a rest is not 0 and of another sign than the divisor.
  private static Hlo isAcross(HloBuilder b, Hlo rest, Hlo y) {
    Hlo differs = b.compare("NE", b.compare("LT", rest, 0), b.compare("LT", y, 0));
    return b.and(b.compare("NE", rest, 0), differs);
  }

  /// Another element type. Floats beyond the range of an integer are cut to it first: what a
  /// conversion makes of them differs from device to device.
  static Hlo cast(HloBuilder b, Hlo x, DType to) {
    if (x.dtype() == to) {
      return x;
    }
    if (to == DType.BOOL) {
      return b.compare("NE", x, 0);
    }
    if (!x.dtype().isFloat() || to.isFloat()) {
      return b.convert(x, to);
    }
    Hlo wide = b.wide(x);
    Hlo least = b.constant(limit(to, false));
    Hlo most = b.constant(limit(to, true));
    Hlo cut = b.select(b.isNan(wide), 0, wide);
    Hlo low = b.select(b.compare("LE", wide, (double) to.min()), least, b.convert(cut, to));
    return b.select(b.compare("GE", wide, (double) to.max()), most, low);
  }

  /// The greatest or least value of an integer type.
  static Tensor limit(DType to, boolean greatest) {
    return number(to, greatest ? to.max() : to.min());
  }

  private static Tensor number(DType dtype, long value) {
    Tensor number = Tensor.allocate(TensorType.of(dtype));
    Elements.setLong(number.memory(), dtype, 0, value);
    return number;
  }
}
