package dev.tendril.formats.graph;

import dev.tendril.core.DType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Functions of one or two numbers as simpler ones.
final class PointwiseCompositions {
  private PointwiseCompositions() {}

  static @Nullable Value of(GraphDraft d, Pointwise op, List<Value> x) {
    Value a = x.getFirst();
    return switch (op) {
      case Pointwise.Unary(UnaryKind kind) -> unary(d, kind, a);
      case Pointwise.Binary(BinaryKind kind) -> binary(d, kind, a, x.get(1));
      case Pointwise.Clamp(double low, double high) -> clamp(d, low, high, a);
      case Pointwise.LeakyRelu(float alpha) -> {
        Value positive = d.binary(BinaryKind.GE, a, 0);
        yield d.select(positive, a, d.binary(BinaryKind.MUL, a, alpha));
      }
      case Pointwise.Elu(float alpha) -> {
        Value positive = d.binary(BinaryKind.GE, a, 0);
        Value below = d.unary(UnaryKind.EXPM1, d.binary(BinaryKind.MIN, a, 0));
        yield d.select(positive, a, d.binary(BinaryKind.MUL, below, alpha));
      }
      case Pointwise.Gelu(boolean approximate) -> gelu(d, approximate, a);
      case Pointwise.Select _, Pointwise.Cast _, Pointwise.Quantize _ -> null;
      case Pointwise.Dequantize _ -> a.type().dtype() == DType.F16 ? d.cast(a, DType.F32) : null;
    };
  }

  private static Value clamp(GraphDraft d, double low, double high, Value x) {
    boolean whole = !x.type().dtype().isFloat();
    Value above =
        low == Double.NEGATIVE_INFINITY
            ? x
            : d.binary(BinaryKind.MAX, x, whole ? Math.ceil(low) : low);
    return high == Double.POSITIVE_INFINITY
        ? above
        : d.binary(BinaryKind.MIN, above, whole ? Math.floor(high) : high);
  }

  private static Value gelu(GraphDraft d, boolean approximate, Value x) {
    Value inner;
    if (approximate) {
      Value cube = d.binary(BinaryKind.MUL, d.binary(BinaryKind.MUL, x, x), x);
      Value sum = d.binary(BinaryKind.ADD, x, d.binary(BinaryKind.MUL, cube, 0.044715));
      inner = d.unary(UnaryKind.TANH, d.binary(BinaryKind.MUL, sum, Math.sqrt(2 / Math.PI)));
    } else {
      inner = d.unary(UnaryKind.ERF, d.binary(BinaryKind.MUL, x, Math.sqrt(0.5)));
    }
    Value half = d.binary(BinaryKind.MUL, x, 0.5);
    return d.binary(BinaryKind.MUL, half, d.binary(BinaryKind.ADD, inner, 1));
  }

  private static @Nullable Value unary(GraphDraft d, UnaryKind kind, Value x) {
    DType dtype = x.type().dtype();
    return switch (kind) {
      case SQUARE -> d.binary(BinaryKind.MUL, x, x);
      case RELU -> d.binary(BinaryKind.MAX, x, 0);
      case NOT -> dtype == DType.BOOL ? null : d.binary(BinaryKind.XOR, x, -1);
      case RECIPROCAL -> d.binary(BinaryKind.DIV, 1, x);
      case RSQRT -> d.binary(BinaryKind.DIV, 1, d.unary(UnaryKind.SQRT, x));
      case EXPM1 -> d.binary(BinaryKind.SUB, d.unary(UnaryKind.EXP, x), 1);
      case LOG1P -> d.unary(UnaryKind.LOG, d.binary(BinaryKind.ADD, x, 1));
      case TAN -> d.binary(BinaryKind.DIV, d.unary(UnaryKind.SIN, x), d.unary(UnaryKind.COS, x));
      case SINH -> half(d, BinaryKind.SUB, x);
      case COSH -> half(d, BinaryKind.ADD, x);
      case SILU -> d.binary(BinaryKind.MUL, x, d.unary(UnaryKind.SIGMOID, x));
      case SOFTPLUS -> {
        Value small = d.unary(UnaryKind.NEG, d.unary(UnaryKind.ABS, x));
        Value log = d.unary(UnaryKind.LOG1P, d.unary(UnaryKind.EXP, small));
        yield d.binary(BinaryKind.ADD, d.unary(UnaryKind.RELU, x), log);
      }
      case HARD_SWISH -> {
        Value gate = d.add(new Pointwise.Clamp(0, 6), d.binary(BinaryKind.ADD, x, 3));
        yield d.binary(BinaryKind.DIV, d.binary(BinaryKind.MUL, x, gate), 6);
      }
      case IS_NAN -> d.binary(BinaryKind.NE, x, x);
      case IS_FINITE ->
          d.binary(BinaryKind.LT, d.unary(UnaryKind.ABS, x), Double.POSITIVE_INFINITY);
      case NEG,
          ABS,
          SIGN,
          FLOOR,
          CEIL,
          ROUND,
          SQRT,
          EXP,
          LOG,
          SIN,
          COS,
          ASIN,
          ACOS,
          ATAN,
          TANH,
          SIGMOID,
          ERF ->
          null;
    };
  }

  /// Half of `e^x` plus or minus `e^-x`.
  private static Value half(GraphDraft d, BinaryKind join, Value x) {
    Value up = d.unary(UnaryKind.EXP, x);
    Value down = d.unary(UnaryKind.EXP, d.unary(UnaryKind.NEG, x));
    return d.binary(BinaryKind.MUL, d.binary(join, up, down), 0.5);
  }

  private static @Nullable Value binary(GraphDraft d, BinaryKind kind, Value x, Value y) {
    boolean real = x.type().dtype().isFloat();
    return switch (kind) {
      case SQUARED_DIFFERENCE -> {
        Value difference = d.binary(BinaryKind.SUB, x, y);
        yield d.binary(BinaryKind.MUL, difference, difference);
      }
      case FLOOR_DIV ->
          real ? d.unary(UnaryKind.FLOOR, d.binary(BinaryKind.DIV, x, y)) : wholeFloor(d, x, y);
      case MOD ->
          d.binary(
              BinaryKind.SUB, x, d.binary(BinaryKind.MUL, y, d.binary(BinaryKind.FLOOR_DIV, x, y)));
      case ATAN2 -> angle(d, x, y);
      case NE -> d.unary(UnaryKind.NOT, d.binary(BinaryKind.EQ, x, y));
      case XOR -> x.type().dtype() == DType.BOOL ? d.binary(BinaryKind.NE, x, y) : null;
      case DIV -> real ? null : cutQuotient(d, x, y);
      case ADD, SUB, MUL, POW, MIN, MAX, EQ, LT, LE, GT, GE, AND, OR, SHIFT_LEFT, SHIFT_RIGHT ->
          null;
    };
  }

  /// The quotient cut toward zero, less one where that is not the lesser.
  private static Value wholeFloor(GraphDraft d, Value x, Value y) {
    Value cut = d.binary(BinaryKind.DIV, x, y);
    Value rest = d.binary(BinaryKind.SUB, x, d.binary(BinaryKind.MUL, cut, y));
    Value apart =
        d.binary(BinaryKind.NE, d.binary(BinaryKind.LT, rest, 0), d.binary(BinaryKind.LT, y, 0));
    Value below = d.binary(BinaryKind.AND, d.binary(BinaryKind.NE, rest, 0), apart);
    return d.binary(BinaryKind.SUB, cut, d.cast(below, x.type().dtype()));
  }

  /// The quotient cut toward zero, of sizes and signs.
  private static Value cutQuotient(GraphDraft d, Value x, Value y) {
    Value sign = d.binary(BinaryKind.MUL, d.unary(UnaryKind.SIGN, x), d.unary(UnaryKind.SIGN, y));
    Value size =
        d.binary(BinaryKind.FLOOR_DIV, d.unary(UnaryKind.ABS, x), d.unary(UnaryKind.ABS, y));
    return d.binary(BinaryKind.MUL, sign, size);
  }

  /// The angle of a point, by that of a slope; ordinate first.
  private static Value angle(GraphDraft d, Value y, Value x) {
    Value slope = d.unary(UnaryKind.ATAN, d.binary(BinaryKind.DIV, y, x));
    Value below = d.binary(BinaryKind.LT, y, 0);
    Value zero = d.number(0, y.type().dtype());
    Value pi = d.number(Math.PI, y.type().dtype());
    Value turn = d.select(below, d.unary(UnaryKind.NEG, pi), pi);
    Value shift = d.select(d.binary(BinaryKind.LT, x, 0), turn, zero);
    Value angle = d.binary(BinaryKind.ADD, slope, shift);
    Value origin =
        d.binary(BinaryKind.AND, d.binary(BinaryKind.EQ, x, 0), d.binary(BinaryKind.EQ, y, 0));
    return d.select(origin, zero, angle);
  }
}
