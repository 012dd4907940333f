package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.kernel.FixedPoint.Multiplier;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/// What [Pointwise] ops mean for quantized numbers: the rules of TensorFlow Lite, each with its own
/// scale for what lies between operands and result. Ratios of scales are computed in 32 or in 64
/// bits as there, since the last bit of a multiplier depends on it.
///
/// Ops for which there is no such rule, and those of more bits than a rule is made for, go by way
/// of 32-bit floats: dequantize, compute, multiply by the inverse of the scale, round. For 8 bits
/// that is the table of 256 results that TensorFlow Lite makes when it prepares a model.
final class QuantizedKernels {
  private QuantizedKernels() {}

  static void pointwise(Pointwise op, List<Tensor> operands, Tensor result) {
    if (op instanceof Pointwise.Binary(BinaryKind kind)) {
      PointwiseKernels.joinIntegers(
          operands,
          result,
          kind.isComparison()
              ? comparison(kind, quant(operands, 0), quant(operands, 1))
              : binary(
                  kind,
                  quant(operands, 0),
                  quant(operands, 1),
                  Refusal.quant(op, operands, result),
                  result.dtype()));
      return;
    }
    PointwiseKernels.mapIntegers(
        operands.getFirst(),
        result,
        unary(op, quant(operands, 0), Refusal.quant(op, operands, result), result.dtype()));
  }

  private static Quant quant(List<Tensor> operands, int i) {
    Quant quant = operands.get(i).type().quant();
    if (quant == null) {
      throw new IllegalArgumentException(operands + ": operand " + (i + 1) + " is not quantized");
    }
    return quant;
  }

  private static LongUnaryOperator unary(Pointwise op, Quant from, Quant to, DType dtype) {
    float ratio = from.scale() / to.scale();
    return switch (op) {
      case Pointwise.Unary(UnaryKind kind) when kind == UnaryKind.RELU ->
          range(0, Float.POSITIVE_INFINITY, from, to, dtype);
      case Pointwise.Unary(UnaryKind kind) when kind == UnaryKind.ABS -> {
        Multiplier multiplier = FixedPoint.quantizeMultiplier(ratio);
        yield q ->
            FixedPoint.clamp(
                multiplier.times((int) Math.abs(q - from.zeroPoint())) + to.zeroPoint(), dtype);
      }
      case Pointwise.Unary(UnaryKind kind)
          when kind == UnaryKind.HARD_SWISH && HardSwish.fits(from, to, dtype) ->
          new HardSwish(from, to, dtype);
      case Pointwise.Clamp(double low, double high) ->
          range((float) low, (float) high, from, to, dtype);
      case Pointwise.LeakyRelu(float alpha) -> {
        Multiplier right = FixedPoint.quantizeMultiplier(ratio);
        Multiplier left = FixedPoint.quantizeMultiplier(from.scale() * alpha / to.scale());
        yield q -> {
          int x = (int) q - from.zeroPoint();
          return FixedPoint.clamp((x >= 0 ? right : left).times(x) + to.zeroPoint(), dtype);
        };
      }
      case Pointwise.Unary _, Pointwise.Elu _, Pointwise.Gelu _ -> {
        DoubleUnaryOperator function = PointwiseKernels.real(op);
        yield q -> round(function.applyAsDouble(real(from, q)), to, dtype);
      }
      case Pointwise.Binary _,
          Pointwise.Select _,
          Pointwise.Cast _,
          Pointwise.Quantize _,
          Pointwise.Dequantize _ ->
          throw new IllegalArgumentException(op.name());
    };
  }

  /// Another scale, and a range of real numbers that is kept to.
  private static LongUnaryOperator range(float low, float high, Quant from, Quant to, DType dtype) {
    Multiplier multiplier = FixedPoint.quantizeMultiplier(from.scale() / to.scale());
    int least = FixedPoint.quantize(low, to.scale(), to.zeroPoint(), dtype);
    int greatest = FixedPoint.quantize(high, to.scale(), to.zeroPoint(), dtype);
    return q ->
        Math.clamp(
            (long) multiplier.times((int) q - from.zeroPoint()) + to.zeroPoint(), least, greatest);
  }

  /// The real number of an integer, in 32 bits.
  private static float real(Quant quant, long q) {
    return quant.scale() * (q - quant.zeroPoint());
  }

  private static int round(double real, Quant quant, DType dtype) {
    return FixedPoint.round((float) real * (1 / quant.scale()), quant.zeroPoint(), dtype);
  }

  private static LongBinaryOperator binary(
      BinaryKind kind, Quant a, Quant b, Quant to, DType dtype) {
    return switch (kind) {
      case ADD, SUB ->
          dtype.bits() > 16 ? byFloats(kind, a, b, to, dtype) : sum(kind, a, b, to, dtype);
      case MUL -> dtype.bits() > 16 ? byFloats(kind, a, b, to, dtype) : product(a, b, to, dtype);
      case SQUARED_DIFFERENCE ->
          dtype.bits() > 8 ? byFloats(kind, a, b, to, dtype) : squaredDifference(a, b, to, dtype);
      case MIN, MAX -> {
        LongUnaryOperator x = requantizer(a, to, dtype);
        LongUnaryOperator y = requantizer(b, to, dtype);
        LongBinaryOperator function = BinaryFunctions.integer(kind, dtype);
        yield (p, q) -> function.applyAsLong(x.applyAsLong(p), y.applyAsLong(q));
      }
      case DIV, FLOOR_DIV, MOD, POW, ATAN2 -> byFloats(kind, a, b, to, dtype);
      case EQ, NE, LT, LE, GT, GE, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT ->
          throw new IllegalArgumentException(kind.text());
    };
  }

  private static LongBinaryOperator byFloats(
      BinaryKind kind, Quant a, Quant b, Quant to, DType dtype) {
    DoubleBinaryOperator function = BinaryFunctions.real(kind);
    return (p, q) -> round(function.applyAsDouble(real(a, p), real(b, q)), to, dtype);
  }

  /// Both operands are brought to twice the greater scale, shifted left as far as fits.
  private static LongBinaryOperator sum(BinaryKind kind, Quant a, Quant b, Quant to, DType dtype) {
    int left = dtype.bits() > 8 ? 15 : 20;
    boolean minus = kind == BinaryKind.SUB;
    double twice = 2.0 * Math.max(a.scale(), b.scale());
    Multiplier first = FixedPoint.quantizeMultiplier(a.scale() / twice);
    Multiplier second = FixedPoint.quantizeMultiplier(b.scale() / twice);
    Multiplier out = FixedPoint.quantizeMultiplier(twice / ((1 << left) * (double) to.scale()));
    return (p, q) -> {
      int x = first.times(((int) p - a.zeroPoint()) << left);
      int y = second.times(((int) q - b.zeroPoint()) << left);
      return FixedPoint.clamp((long) out.times(minus ? x - y : x + y) + to.zeroPoint(), dtype);
    };
  }

  private static LongBinaryOperator product(Quant a, Quant b, Quant to, DType dtype) {
    Multiplier out =
        FixedPoint.quantizeMultiplier((double) a.scale() * b.scale() / (double) to.scale());
    return (p, q) ->
        FixedPoint.clamp(
            (long) out.times(((int) p - a.zeroPoint()) * ((int) q - b.zeroPoint()))
                + to.zeroPoint(),
            dtype);
  }

  private static LongBinaryOperator squaredDifference(Quant a, Quant b, Quant to, DType dtype) {
    int left = 7;
    double twice = 2.0 * Math.max(a.scale(), b.scale());
    Multiplier first = FixedPoint.quantizeMultiplier(a.scale() / twice);
    Multiplier second = FixedPoint.quantizeMultiplier(b.scale() / twice);
    Multiplier out =
        FixedPoint.quantizeMultiplier(twice * twice / ((1 << (2 * left)) * (double) to.scale()));
    return (p, q) -> {
      int difference =
          first.times(((int) p - a.zeroPoint()) << left)
              - second.times(((int) q - b.zeroPoint()) << left);
      return FixedPoint.clamp((long) out.times(difference * difference) + to.zeroPoint(), dtype);
    };
  }

  /// Compares numbers in steps of 1/256, as TensorFlow Lite does.
  private static LongBinaryOperator comparison(BinaryKind kind, Quant a, Quant b) {
    int left = 8;
    Multiplier first = FixedPoint.quantizeMultiplier(a.scale());
    Multiplier second = FixedPoint.quantizeMultiplier(b.scale());
    LongBinaryOperator function = BinaryFunctions.integer(kind, DType.I32);
    return (p, q) ->
        function.applyAsLong(
            first.times(((int) p - a.zeroPoint()) << left),
            second.times(((int) q - b.zeroPoint()) << left));
  }

  /// From the integers of one scale to those of another.
  static LongUnaryOperator requantizer(Quant from, Quant to, DType dtype) {
    return requantizer(from, 0, to, 0, dtype);
  }

  private static LongUnaryOperator requantizer(
      Quant from, int fromChannel, Quant to, int toChannel, DType dtype) {
    Multiplier multiplier =
        FixedPoint.quantizeMultiplier(
            (double) from.scales()[fromChannel] / (double) to.scales()[toChannel]);
    int before = from.zeroPoints()[fromChannel];
    int after = to.zeroPoints()[toChannel];
    return q -> FixedPoint.clamp((long) multiplier.times((int) q - before) + after, dtype);
  }

  static void quantize(Op op, List<Tensor> operands, Tensor result) {
    Tensor operand = operands.getFirst();
    Quant to = result.type().quant();
    if (to == null) {
      to = Refusal.quant(op, operands, result);
    }
    Quant from = operand.type().quant();
    Cells x = Cells.of(operand);
    Cells y = Cells.of(result);
    DType dtype = result.dtype();
    Channels out = new Channels(to, result.shape());
    Channels in = from == null ? out : new Channels(from, operand.shape());
    LongUnaryOperator change = LongUnaryOperator.identity();
    int changeIn = -1;
    int changeOut = -1;
    for (long i = 0, size = result.shape().size(); i < size; i++) {
      int channel = out.of(i);
      if (from == null) {
        float scale = to.scales()[channel];
        double quotient =
            operand.dtype() == DType.F64 ? x.real(i) / scale : (float) x.real(i) / scale;
        y.set(i, (long) FixedPoint.round(quotient, to.zeroPoints()[channel], dtype));
        continue;
      }
      if (changeIn != in.of(i) || changeOut != channel) {
        changeIn = in.of(i);
        changeOut = channel;
        change = requantizer(from, changeIn, to, changeOut, dtype);
      }
      y.set(i, change.applyAsLong(x.integer(i)));
    }
  }

  static void dequantize(Tensor operand, Tensor result) {
    Quant quant = operand.type().quant();
    Cells x = Cells.of(operand);
    Cells y = Cells.of(result);
    Channels channels = quant == null ? null : new Channels(quant, operand.shape());
    for (long i = 0, size = result.shape().size(); i < size; i++) {
      y.set(i, channels == null ? x.real(i) : channels.real(i, x.integer(i)));
    }
  }

  /// Which of several scales each element has.
  record Channels(Quant quant, long inner, int extent) {
    Channels(Quant quant, Shape shape) {
      this(
          quant,
          quant.isPerTensor() ? 1 : shape.size(quant.axis() + 1, shape.rank()),
          quant.scales().length);
    }

    /// The channel of an element.
    int of(long element) {
      return extent == 1 ? 0 : (int) (element / inner % extent);
    }

    /// The real number that the integer of an element stands for, in 32 bits.
    float real(long element, long q) {
      int channel = of(element);
      return quant.scales()[channel] * (q - quant.zeroPoints()[channel]);
    }
  }
}
