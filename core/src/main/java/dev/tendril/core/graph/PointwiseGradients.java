package dev.tendril.core.graph;

import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;

/// The gradients of [Pointwise].
final class PointwiseGradients {
  private static final double ROOT = Math.sqrt(2 / Math.PI);

  /// The coefficient of the cube in the approximate Gaussian error linear unit.
  private static final double CUBE = 0.044715;

  private PointwiseGradients() {}

  static void apply(Pointwise op, Backward b) {
    Formula f = b.f;
    switch (op) {
      case Pointwise.Unary(UnaryKind kind) -> unary(kind, b);
      case Pointwise.Binary(BinaryKind kind) -> binary(kind, b);
      case Pointwise.Select _ -> {
        if (b.wants(1)) {
          b.giveSummed(1, f.where(b.x(0), b.dy()));
        }
        if (b.wants(2)) {
          b.giveSummed(2, f.select(b.x(0), f.number(0, b.x(2).type().dtype()), b.dy()));
        }
      }
      case Pointwise.Clamp(double low, double high) ->
          b.give(0, within(f, b.x(), low, high, b.dy(), BinaryKind.GE, BinaryKind.LE));
      case Pointwise.LeakyRelu(float alpha) ->
          b.give(0, f.select(positive(b), b.dy(), f.mul(b.dy(), alpha)));
      case Pointwise.Elu(float alpha) ->
          b.give(0, f.select(positive(b), b.dy(), f.mul(b.dy(), f.add(b.y(), alpha))));
      case Pointwise.Gelu(boolean approximate) ->
          b.give(0, f.mul(b.dy(), approximate ? approximateGelu(f, b.x()) : gelu(f, b.x())));
      case Pointwise.Cast _, Pointwise.Dequantize _ -> b.give(0, f.cast(b.dy(), b.dtype()));
      case Pointwise.Quantize _ -> {}
    }
  }

  private static Value positive(Backward b) {
    return b.f.compare(BinaryKind.GE, b.x(), 0);
  }

  private static Value within(
      Formula f, Value x, double low, double high, Value dy, BinaryKind above, BinaryKind below) {
    Value inside = f.compare(above, x, low);
    if (high != Double.POSITIVE_INFINITY) {
      inside = f.binary(BinaryKind.AND, inside, f.compare(below, x, high));
    }
    return f.where(inside, dy);
  }

  /// `Φ(x) + x · φ(x)`.
  private static Value gelu(Formula f, Value x) {
    Value share = f.mul(f.add(f.unary(UnaryKind.ERF, f.mul(x, Math.sqrt(0.5))), 1), 0.5);
    Value density =
        f.mul(f.unary(UnaryKind.EXP, f.mul(f.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return f.add(share, f.mul(x, density));
  }

  private static Value approximateGelu(Formula f, Value x) {
    Value square = f.square(x);
    Value inner = f.mul(f.mul(x, f.add(f.mul(square, CUBE), 1)), ROOT);
    Value tanh = f.unary(UnaryKind.TANH, inner);
    Value slope = f.mul(f.add(f.mul(square, 3 * CUBE), 1), ROOT);
    Value first = f.mul(f.add(tanh, 1), 0.5);
    Value second = f.mul(f.mul(f.mul(x, 0.5), f.subFrom(1, f.square(tanh))), slope);
    return f.add(first, second);
  }

  private static void unary(UnaryKind kind, Backward b) {
    Formula f = b.f;
    Value x = b.x();
    Value y = b.y();
    Value dy = b.dy();
    switch (kind) {
      case NEG -> b.give(0, f.neg(dy));
      case ABS -> b.give(0, f.mul(dy, f.unary(UnaryKind.SIGN, x)));
      case SQUARE -> b.give(0, f.mul(dy, f.mul(x, 2)));
      case RELU -> b.give(0, f.where(f.compare(BinaryKind.GT, x, 0), dy));
      case SIGN, FLOOR, CEIL, ROUND, NOT, IS_NAN, IS_FINITE -> {}
      case RECIPROCAL -> b.give(0, f.neg(f.mul(dy, f.square(y))));
      case SQRT -> b.give(0, f.div(f.mul(dy, 0.5), y));
      case RSQRT -> b.give(0, f.mul(f.mul(dy, -0.5), f.mul(y, f.square(y))));
      case EXP -> b.give(0, f.mul(dy, y));
      case EXPM1 -> b.give(0, f.mul(dy, f.add(y, 1)));
      case LOG -> b.give(0, f.div(dy, x));
      case LOG1P -> b.give(0, f.div(dy, f.add(x, 1)));
      case SIN -> b.give(0, f.mul(dy, f.unary(UnaryKind.COS, x)));
      case COS -> b.give(0, f.neg(f.mul(dy, f.unary(UnaryKind.SIN, x))));
      case TAN -> b.give(0, f.mul(dy, f.add(f.square(y), 1)));
      case ASIN -> b.give(0, f.mul(dy, f.rsqrt(f.subFrom(1, f.square(x)))));
      case ACOS -> b.give(0, f.neg(f.mul(dy, f.rsqrt(f.subFrom(1, f.square(x))))));
      case ATAN -> b.give(0, f.div(dy, f.add(f.square(x), 1)));
      case SINH -> b.give(0, f.mul(dy, f.unary(UnaryKind.COSH, x)));
      case COSH -> b.give(0, f.mul(dy, f.unary(UnaryKind.SINH, x)));
      case TANH -> b.give(0, f.mul(dy, f.subFrom(1, f.square(y))));
      case SIGMOID -> b.give(0, f.mul(dy, f.mul(y, f.subFrom(1, y))));
      case ERF -> {
        Value bell = f.unary(UnaryKind.EXP, f.neg(f.square(x)));
        b.give(0, f.mul(dy, f.mul(bell, 2 / Math.sqrt(Math.PI))));
      }
      case SILU -> {
        Value gate = f.unary(UnaryKind.SIGMOID, x);
        b.give(0, f.mul(dy, f.add(gate, f.mul(y, f.subFrom(1, gate)))));
      }
      case SOFTPLUS -> b.give(0, f.mul(dy, f.unary(UnaryKind.SIGMOID, x)));
      case HARD_SWISH -> {
        Value slope = f.mul(f.add(f.mul(x, 2), 3), 1.0 / 6);
        Value bent = f.where(f.compare(BinaryKind.GT, x, -3), f.mul(dy, slope));
        b.give(0, f.select(f.compare(BinaryKind.GE, x, 3), dy, bent));
      }
    }
  }

  private static void binary(BinaryKind kind, Backward b) {
    Formula f = b.f;
    Value x = b.x(0);
    Value y = b.x(1);
    Value dz = b.dy();
    if (b.wants(0)) {
      switch (kind) {
        case ADD, SUB, MOD -> b.giveSummed(0, dz);
        case MUL -> b.giveSummed(0, f.mul(dz, y));
        case DIV -> b.giveSummed(0, f.div(dz, y));
        case POW -> {
          Value power = f.binary(BinaryKind.POW, x, f.add(y, -1));
          b.giveSummed(0, f.mul(dz, f.mul(y, power)));
        }
        case MIN -> b.giveSummed(0, f.where(f.binary(BinaryKind.LE, x, y), dz));
        case MAX -> b.giveSummed(0, f.where(f.binary(BinaryKind.GE, x, y), dz));
        case ATAN2 -> b.giveSummed(0, f.mul(dz, f.div(y, norm(f, x, y))));
        case SQUARED_DIFFERENCE -> b.giveSummed(0, f.mul(dz, f.mul(f.sub(x, y), 2)));
        case FLOOR_DIV, EQ, NE, LT, LE, GT, GE, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT -> {}
      }
    }
    if (b.wants(1)) {
      switch (kind) {
        case ADD -> b.giveSummed(1, dz);
        case SUB -> b.giveSummed(1, f.neg(dz));
        case MOD -> b.giveSummed(1, f.neg(f.mul(dz, f.binary(BinaryKind.FLOOR_DIV, x, y))));
        case MUL -> b.giveSummed(1, f.mul(dz, x));
        case DIV -> b.giveSummed(1, f.neg(f.mul(dz, f.div(b.y(), y))));
        case POW -> {
          Value positive = f.compare(BinaryKind.GT, x, 0);
          Value base = f.select(positive, x, f.number(1, x.type().dtype()));
          b.giveSummed(1, f.mul(dz, f.mul(b.y(), f.unary(UnaryKind.LOG, base))));
        }
        case MIN -> b.giveSummed(1, f.where(f.binary(BinaryKind.GT, x, y), dz));
        case MAX -> b.giveSummed(1, f.where(f.binary(BinaryKind.LT, x, y), dz));
        case ATAN2 -> b.giveSummed(1, f.neg(f.mul(dz, f.div(x, norm(f, x, y)))));
        case SQUARED_DIFFERENCE -> b.giveSummed(1, f.mul(dz, f.mul(f.sub(x, y), -2)));
        case FLOOR_DIV, EQ, NE, LT, LE, GT, GE, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT -> {}
      }
    }
  }

  private static Value norm(Formula f, Value x, Value y) {
    return f.add(f.square(x), f.square(y));
  }

  /// The gradient before an activation, found from the value after it.
  static Value beforeActivation(Formula f, Activation activation, Value y, Value dy) {
    return switch (activation) {
      case NONE -> dy;
      case RELU, RELU6, RELU_N1_TO_1 ->
          within(f, y, activation.low(), activation.high(), dy, BinaryKind.GT, BinaryKind.LT);
      case TANH -> f.mul(dy, f.subFrom(1, f.square(y)));
      case SIGMOID -> f.mul(dy, f.mul(y, f.subFrom(1, y)));
    };
  }
}
