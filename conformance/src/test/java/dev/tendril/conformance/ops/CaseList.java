package dev.tendril.conformance.ops;

import dev.tendril.conformance.ops.Draw.Domain;
import dev.tendril.core.DType;
import dev.tendril.core.DTypeException;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.ShapeRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Cases that are being gathered, and the source of their operands.
final class CaseList {
  static final Quant COARSE = Quant.of(0.05f, 3);
  static final Quant FINE = Quant.of(0.03f, -5);
  static final Quant CENTERED = Quant.of(0.02f, 0);

  final Draw draw;
  private final List<OpCase> cases = new ArrayList<>();

  CaseList(Draw draw) {
    this.draw = draw;
  }

  List<OpCase> cases() {
    return List.copyOf(cases);
  }

  void add(Op op, Tensor... operands) {
    cases.add(new OpCase(op, List.of(operands), List.of(), true));
  }

  /// A case of many numbers, or of special ones.
  void unusual(Op op, Tensor... operands) {
    cases.add(new OpCase(op, List.of(operands), List.of(), false));
  }

  /// A case of each element type that the shape rules take.
  void typed(Op op, Function<DType, List<Tensor>> operands) {
    for (DType dtype : DType.values()) {
      List<Tensor> drawn = operands.apply(dtype);
      if (takes(op, drawn, List.of())) {
        cases.add(new OpCase(op, drawn, List.of(), true));
      }
    }
  }

  /// The same, of one operand.
  void typed(Op op, Domain domain, int... dims) {
    typed(op, dtype -> List.of(draw.tensor(dtype, domain, dims)));
  }

  /// Cases of quantized numbers, where the rules take them.
  ///
  /// @param operands given the element type
  void quantized(
      Op op, List<? extends @Nullable Quant> quants, Function<DType, List<Tensor>> operands) {
    for (DType dtype : List.of(DType.I8, DType.U8, DType.I16)) {
      List<Tensor> drawn = operands.apply(dtype);
      if (takes(op, drawn, quants)) {
        cases.add(new OpCase(op, drawn, quants, true));
      }
    }
  }

  void quantizedCase(Op op, List<? extends @Nullable Quant> quants, Tensor... operands) {
    cases.add(new OpCase(op, Arrays.asList(operands), quants, true));
  }

  private static boolean takes(
      Op op, List<Tensor> operands, List<? extends @Nullable Quant> quants) {
    try {
      ShapeRules.infer(op, operands.stream().map(Tensor::type).toList(), quants);
      return true;
    } catch (DTypeException e) {
      return false;
    }
  }
}
