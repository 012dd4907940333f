package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/// What [Pointwise] ops mean.
final class PointwiseKernels {
  private PointwiseKernels() {}

  static void run(Pointwise op, List<Tensor> operands, List<Tensor> results) {
    Tensor result = results.getFirst();
    switch (op) {
      case Pointwise.Select _ -> select(op, operands, result);
      case Pointwise.Cast _ -> cast(operands.getFirst(), result);
      case Pointwise.Quantize _ -> QuantizedKernels.quantize(op, operands, result);
      case Pointwise.Dequantize _ -> QuantizedKernels.dequantize(operands.getFirst(), result);
      case Pointwise.Unary _,
          Pointwise.Binary _,
          Pointwise.Clamp _,
          Pointwise.LeakyRelu _,
          Pointwise.Elu _,
          Pointwise.Gelu _ -> {
        if (operands.getFirst().type().quant() != null) {
          QuantizedKernels.pointwise(op, operands, result);
        } else {
          plain(op, operands, result);
        }
      }
    }
  }

  private static void plain(Pointwise op, List<Tensor> operands, Tensor result) {
    Tensor x = operands.getFirst();
    boolean real = x.dtype().isFloat();
    switch (op) {
      case Pointwise.Binary(BinaryKind kind) -> {
        try {
          if (real) {
            joinReals(operands, result, BinaryFunctions.real(kind));
          } else {
            joinIntegers(operands, result, BinaryFunctions.integer(kind, x.dtype()));
          }
        } catch (TensorException e) {
          throw Refusal.of(op, operands, String.valueOf(e.getMessage()));
        }
      }
      case Pointwise.Unary(UnaryKind kind) -> {
        if (real) {
          mapReals(x, result, real(op));
        } else if (kind == UnaryKind.NOT && x.dtype() == DType.BOOL) {
          mapIntegers(x, result, v -> 1 - v);
        } else {
          mapIntegers(x, result, UnaryFunctions.integer(kind));
        }
      }
      case Pointwise.Clamp(double low, double high) when !real -> {
        long least = (long) Math.ceil(low);
        long greatest = (long) Math.floor(high);
        mapIntegers(x, result, v -> Math.min(Math.max(v, least), greatest));
      }
      case Pointwise.Clamp _, Pointwise.LeakyRelu _, Pointwise.Elu _, Pointwise.Gelu _ ->
          mapReals(x, result, real(op));
      case Pointwise.Select _, Pointwise.Cast _, Pointwise.Quantize _, Pointwise.Dequantize _ ->
          throw new IllegalArgumentException(op.name());
    }
  }

  /// What an op of one operand means for real numbers.
  static DoubleUnaryOperator real(Pointwise op) {
    return switch (op) {
      case Pointwise.Unary(UnaryKind kind) -> UnaryFunctions.real(kind);
      case Pointwise.Clamp(double low, double high) -> x -> Math.min(Math.max(x, low), high);
      case Pointwise.LeakyRelu(float alpha) -> x -> x >= 0 ? x : alpha * x;
      case Pointwise.Elu(float alpha) -> x -> x >= 0 ? x : alpha * Math.expm1(x);
      case Pointwise.Gelu(boolean approximate) ->
          approximate ? SpecialFunctions::geluByTanh : SpecialFunctions::gelu;
      case Pointwise.Binary _,
          Pointwise.Select _,
          Pointwise.Cast _,
          Pointwise.Quantize _,
          Pointwise.Dequantize _ ->
          throw new IllegalArgumentException(op.name());
    };
  }

  private static void mapReals(Tensor operand, Tensor result, DoubleUnaryOperator function) {
    Cells from = Cells.of(operand);
    Cells to = Cells.of(result);
    for (long i = 0, size = result.shape().size(); i < size; i++) {
      to.set(i, function.applyAsDouble(from.real(i)));
    }
  }

  static void mapIntegers(Tensor operand, Tensor result, LongUnaryOperator function) {
    Cells from = Cells.of(operand);
    Cells to = Cells.of(result);
    for (long i = 0, size = result.shape().size(); i < size; i++) {
      to.set(i, function.applyAsLong(from.integer(i)));
    }
  }

  private static void joinReals(
      List<Tensor> operands, Tensor result, DoubleBinaryOperator function) {
    Cells a = Cells.of(operands.get(0));
    Cells b = Cells.of(operands.get(1));
    Cells to = Cells.of(result);
    long i = 0;
    for (Walk at = Walk.broadcast(result.shape(), operands); at.more(); at.next()) {
      to.set(i++, function.applyAsDouble(a.real(at.place(0)), b.real(at.place(1))));
    }
  }

  static void joinIntegers(List<Tensor> operands, Tensor result, LongBinaryOperator function) {
    Cells a = Cells.of(operands.get(0));
    Cells b = Cells.of(operands.get(1));
    Cells to = Cells.of(result);
    long i = 0;
    for (Walk at = Walk.broadcast(result.shape(), operands); at.more(); at.next()) {
      to.set(i++, function.applyAsLong(a.integer(at.place(0)), b.integer(at.place(1))));
    }
  }

  private static void select(Pointwise op, List<Tensor> operands, Tensor result) {
    Cells condition = Cells.of(operands.get(0));
    Cells[] branches = {Cells.bits(operands.get(1)), Cells.bits(operands.get(2))};
    LongUnaryOperator[] changes = {
      requantizer(op, operands, 1, result), requantizer(op, operands, 2, result)
    };
    Cells to = Cells.bits(result);
    long i = 0;
    for (Walk at = Walk.broadcast(result.shape(), operands); at.more(); at.next()) {
      int taken = condition.integer(at.place(0)) != 0 ? 0 : 1;
      to.set(i++, changes[taken].applyAsLong(branches[taken].integer(at.place(taken + 1))));
    }
  }

  /// From the integers of an operand to those of the result, where they are quantized differently.
  private static LongUnaryOperator requantizer(
      Pointwise op, List<Tensor> operands, int i, Tensor result) {
    Quant from = operands.get(i).type().quant();
    return from == null || Objects.equals(from, result.type().quant())
        ? LongUnaryOperator.identity()
        : QuantizedKernels.requantizer(from, Refusal.quant(op, operands, result), result.dtype());
  }

  private static void cast(Tensor operand, Tensor result) {
    if (operand.dtype().isFloat()) {
      mapReals(operand, result, DoubleUnaryOperator.identity());
    } else if (result.dtype() == DType.F32) {
      Cells from = Cells.of(operand);
      Cells to = Cells.of(result);
      for (long i = 0, size = result.shape().size(); i < size; i++) {
        to.set(i, (double) (float) from.integer(i));
      }
    } else {
      mapIntegers(operand, result, LongUnaryOperator.identity());
    }
  }
}
