package dev.tendril.conformance.ops;

import dev.tendril.conformance.ops.Draw.Domain;
import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.List;

/// Cases of [Pointwise].
final class PointwiseCases {
  private static final int[][][] PAIRS = {
    {{3, 4}, {3, 4}},
    {{2, 3, 4}, {4}},
    {{3, 1, 5}, {4, 1}},
    {{}, {2, 3}},
    {{2, 3}, {1}},
    {{0, 3}, {1, 3}},
    {{5}, {}},
  };

  private final CaseList to;
  private final Draw draw;

  private PointwiseCases(CaseList to) {
    this.to = to;
    this.draw = to.draw;
  }

  static void addTo(CaseList to) {
    PointwiseCases cases = new PointwiseCases(to);
    for (UnaryKind kind : UnaryKind.values()) {
      cases.unary(new Pointwise.Unary(kind), domain(kind));
    }
    cases.unary(new Pointwise.Clamp(-0.75, 1.5), Domain.USUAL);
    cases.unary(new Pointwise.Clamp(Double.NEGATIVE_INFINITY, 2), Domain.USUAL);
    cases.unary(new Pointwise.LeakyRelu(0.1f), Domain.USUAL);
    cases.unary(new Pointwise.Elu(1), Domain.USUAL);
    cases.unary(new Pointwise.Elu(0.3f), Domain.USUAL);
    cases.unary(new Pointwise.Gelu(true), Domain.USUAL);
    cases.unary(new Pointwise.Gelu(false), Domain.USUAL);
    for (BinaryKind kind : BinaryKind.values()) {
      cases.binary(kind);
    }
    cases.select();
    cases.cast();
    cases.quantize();
  }

  private static Domain domain(UnaryKind kind) {
    return switch (kind) {
      case SQRT, RSQRT, LOG, RECIPROCAL -> Domain.POSITIVE;
      case LOG1P -> new Domain(-0.8, 4);
      case ASIN, ACOS -> new Domain(-0.95, 0.95);
      case TAN -> new Domain(-1.4, 1.4);
      case NEG,
          ABS,
          SIGN,
          SQUARE,
          RELU,
          NOT,
          FLOOR,
          CEIL,
          ROUND,
          EXP,
          EXPM1,
          SIN,
          COS,
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
          Domain.USUAL;
    };
  }

  private void unary(Pointwise op, Domain domain) {
    to.typed(op, domain, 2, 3, 4);
    to.typed(op, domain);
    to.typed(op, domain, 0, 3);
    if (op instanceof Pointwise.Unary(UnaryKind kind) && kind == UnaryKind.NOT) {
      to.unusual(op, draw.special(DType.I64, 20));
      return;
    }
    to.add(op, draw.tensor(DType.F32, domain, draw.dims(draw.between(1, 5))));
    to.unusual(op, draw.tensor(DType.F32, domain, 67, 131));
    to.unusual(op, draw.tensor(DType.F32, new Domain(-90, 90), 3001));
    to.unusual(op, Draw.allSpecial(DType.F32));
    to.unusual(op, Draw.allSpecial(DType.F64));
    to.unusual(op, Draw.allSpecial(DType.F16));
    if (op instanceof Pointwise.Unary(UnaryKind kind) && kind.takesIntegers()) {
      for (DType dtype : List.of(DType.I8, DType.U8, DType.I32, DType.I64)) {
        to.unusual(op, draw.special(dtype, 20));
      }
    }
    if (!(op instanceof Pointwise.Unary(UnaryKind kind) && kind.isTest())) {
      to.quantized(
          op,
          List.of(CaseList.FINE),
          dtype -> List.of(draw.quantized(dtype, CaseList.COARSE, 5, 30)));
    }
  }

  private void binary(BinaryKind kind) {
    Pointwise op = new Pointwise.Binary(kind);
    Domain left =
        switch (kind) {
          case POW -> Domain.POSITIVE;
          default -> Domain.USUAL;
        };
    Domain right =
        switch (kind) {
          case DIV, FLOOR_DIV, MOD -> new Domain(0.7, 5);
          case POW -> new Domain(0, 3);
          case SHIFT_LEFT, SHIFT_RIGHT -> new Domain(0, 9);
          default -> Domain.USUAL;
        };
    for (int[][] pair : PAIRS) {
      to.typed(
          op,
          dtype -> List.of(draw.tensor(dtype, left, pair[0]), draw.tensor(dtype, right, pair[1])));
    }
    if (kind.isBitwise()) {
      to.unusual(op, draw.special(DType.I64, 30), draw.places(DType.I64, 70, 30));
      return;
    }
    to.unusual(op, draw.tensor(DType.F32, left, 50, 67), draw.tensor(DType.F32, right, 67));
    to.unusual(op, draw.tensor(DType.F32, left, 7, 1, 61), draw.tensor(DType.F32, right, 11, 1));
    for (DType dtype : List.of(DType.F32, DType.F64, DType.BF16)) {
      to.unusual(op, draw.special(dtype, 15, 1), draw.special(dtype, 1, 15));
    }
    switch (kind) {
      case DIV, FLOOR_DIV, MOD, POW, ATAN2 -> {}
      default -> to.unusual(op, draw.special(DType.I32, 30), draw.special(DType.I32, 30));
    }
    to.quantized(
        op,
        kind.isComparison() ? List.of() : List.of(Quant.of(0.07f, 1)),
        dtype ->
            List.of(
                draw.quantized(dtype, CaseList.COARSE, 4, 20),
                draw.quantized(dtype, CaseList.FINE, 20)));
  }

  private void select() {
    Pointwise op = new Pointwise.Select();
    for (int[][] pair : PAIRS) {
      to.typed(
          op,
          dtype ->
              List.of(
                  draw.usual(DType.BOOL, pair[0]),
                  draw.usual(dtype, pair[1]),
                  draw.usual(dtype, pair[0])));
    }
    to.unusual(
        op, draw.usual(DType.BOOL, 30), draw.special(DType.F32, 30), draw.special(DType.F32, 1));
    to.quantized(
        op,
        List.of(CaseList.FINE),
        dtype ->
            List.of(
                draw.usual(DType.BOOL, 4, 5),
                draw.quantized(dtype, CaseList.COARSE, 5),
                draw.quantized(dtype, CaseList.FINE, 4, 1)));
  }

  private void cast() {
    for (DType dtype : DType.values()) {
      Pointwise op = new Pointwise.Cast(dtype);
      to.typed(op, new Domain(-9, 9), 3, 5);
      to.unusual(op, Draw.allSpecial(DType.F32));
      to.unusual(op, Draw.allSpecial(DType.F64));
      to.unusual(op, draw.special(DType.I64, 12));
      to.unusual(op, draw.tensor(DType.F32, new Domain(-70000, 70000), 40));
    }
  }

  private void quantize() {
    List<Tensor> operands = new ArrayList<>();
    for (DType dtype : List.of(DType.F32, DType.F64, DType.F16, DType.BF16)) {
      operands.add(draw.tensor(dtype, new Domain(-9, 9), 3, 7));
    }
    operands.add(Draw.allSpecial(DType.F32));
    operands.add(draw.usual(DType.F32, 0, 2));
    operands.add(draw.quantized(DType.I8, CaseList.COARSE, 40));
    operands.add(draw.quantized(DType.U8, Quant.of(0.01f, 128), 40));
    for (DType dtype : List.of(DType.I8, DType.U8, DType.I16, DType.I4)) {
      Quant quant = Quant.of(dtype == DType.I4 ? 0.6f : 0.04f, dtype == DType.U8 ? 100 : 1);
      for (Tensor operand : operands) {
        to.quantizedCase(new Pointwise.Quantize(dtype), List.of(quant), operand);
      }
    }
    Quant rows = Quant.perAxis(new float[] {0.1f, 0.2f, 0.3f}, 0);
    to.quantizedCase(new Pointwise.Quantize(DType.I8), List.of(rows), draw.usual(DType.F32, 3, 7));
    Pointwise back = new Pointwise.Dequantize();
    for (DType dtype : List.of(DType.I8, DType.U8, DType.I16, DType.I4)) {
      to.add(back, draw.quantized(dtype, CaseList.COARSE, 4, 9));
      to.add(back, draw.quantized(dtype, rows, 3, 9));
    }
    to.add(back, draw.usual(DType.F16, 3, 5));
    to.unusual(back, Draw.allSpecial(DType.F16));
  }
}
