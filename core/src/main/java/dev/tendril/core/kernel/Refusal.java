package dev.tendril.core.kernel;

import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.Op;
import java.util.List;
import java.util.stream.Collectors;

/// What is said of values that an op does not take.
final class Refusal {
  private Refusal() {}

  /// One line, to be thrown: op, types of operands, and what is wrong.
  static TensorException of(Op op, List<Tensor> operands, String what) {
    String types =
        operands.stream()
            .map(operand -> operand.type().toString())
            .collect(Collectors.joining(", "));
    return new TensorException(op.name() + (types.isEmpty() ? "" : " of " + types) + ": " + what);
  }

  /// How a result is quantized.
  ///
  /// @throws TensorException when the node does not say it, or says several scales
  static Quant quant(Op op, List<Tensor> operands, Tensor result) {
    Quant quant = result.type().quant();
    if (quant == null || !quant.isPerTensor()) {
      throw of(
          op,
          operands,
          "a result of type "
              + result.type()
              + "; expected one quantized with one scale, which the node must say");
    }
    return quant;
  }

  /// An index that was checked.
  static long index(Op op, List<Tensor> operands, long index, int axis, int extent) {
    if (index < 0 || index >= extent) {
      throw of(op, operands, "index " + index + " along axis " + axis + " of extent " + extent);
    }
    return index;
  }
}
