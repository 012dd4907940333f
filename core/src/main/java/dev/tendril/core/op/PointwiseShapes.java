package dev.tendril.core.op;

import dev.tendril.core.DType;
import dev.tendril.core.TensorType;
import java.util.List;

/// The types of results of [Pointwise].
final class PointwiseShapes {
  private PointwiseShapes() {}

  static List<TensorType> infer(Pointwise op, List<TensorType> operands) {
    return List.of(
        switch (op) {
          case Pointwise.Unary(UnaryKind kind) -> unary(kind, Operands.of(op, operands, 1));
          case Pointwise.Binary(BinaryKind kind) -> binary(kind, Operands.of(op, operands, 2));
          case Pointwise.Select _ -> select(Operands.of(op, operands, 3));
          case Pointwise.Clamp _ -> {
            Operands given = Operands.of(op, operands, 1);
            given.expectNumbers(0);
            given.expectPerTensor(0);
            yield given.type(0);
          }
          case Pointwise.LeakyRelu _, Pointwise.Elu _, Pointwise.Gelu _ -> {
            Operands given = Operands.of(op, operands, 1);
            given.expectReals(0);
            given.expectPerTensor(0);
            yield given.type(0).with(given.dtype(0));
          }
          case Pointwise.Cast(DType to) -> Operands.of(op, operands, 1).type(0).with(to);
          case Pointwise.Quantize(DType to) -> {
            Operands given = Operands.of(op, operands, 1);
            given.expectReals(0);
            yield given.type(0).with(to);
          }
          case Pointwise.Dequantize _ -> {
            Operands given = Operands.of(op, operands, 1);
            given.expect(
                given.quant(0) != null || given.dtype(0) == DType.F16,
                0,
                "a quantized type, or f16");
            yield given.type(0).with(DType.F32);
          }
        });
  }

  private static TensorType unary(UnaryKind kind, Operands operands) {
    if (kind == UnaryKind.NOT) {
      operands.expect(
          !operands.dtype(0).isFloat() && operands.quant(0) == null, 0, "booleans or integers");
    } else if (kind.isTest()) {
      operands.expect(operands.dtype(0).isFloat(), 0, "a float type");
    } else if (kind.takesIntegers()) {
      operands.expectNumbers(0);
    } else {
      operands.expectReals(0);
    }
    operands.expectPerTensor(0);
    TensorType type = operands.type(0);
    return kind == UnaryKind.RELU ? type : type.with(kind.isTest() ? DType.BOOL : type.dtype());
  }

  private static TensorType binary(BinaryKind kind, Operands operands) {
    operands.expectSame(0);
    DType dtype = operands.dtype(0);
    if (kind.isBitwise()) {
      boolean shift = kind == BinaryKind.SHIFT_LEFT || kind == BinaryKind.SHIFT_RIGHT;
      operands.expect(
          operands.quant(0) == null && (dtype.isInteger() || (!shift && dtype == DType.BOOL)),
          0,
          shift ? "integers" : "booleans or integers");
    } else if (kind == BinaryKind.ATAN2) {
      operands.expectReals(0);
    } else if (!kind.isComparison()) {
      operands.expectNumbers(0);
    }
    operands.expectPerTensor(0);
    operands.expectPerTensor(1);
    boolean selects = kind == BinaryKind.MIN || kind == BinaryKind.MAX;
    return new TensorType(
        kind.isComparison() ? DType.BOOL : dtype,
        operands.broadcast(),
        selects ? operands.commonQuant(0) : null);
  }

  private static TensorType select(Operands operands) {
    operands.expect(operands.dtype(0) == DType.BOOL, 0, "a boolean condition");
    operands.expectSame(1);
    operands.expectPerTensor(1);
    operands.expectPerTensor(2);
    return new TensorType(operands.dtype(1), operands.broadcast(), operands.commonQuant(1));
  }
}
