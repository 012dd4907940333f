package dev.tendril.core.op;

import dev.tendril.core.Quant;
import dev.tendril.core.TensorType;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The types of an op's results as a function of the types of its operands.
///
/// A dimension that is not known stays so where it matters. Results of quantized operands carry the
/// operand's quantization where the op only moves or selects elements, and none elsewhere: there
/// the node must say it.
public final class ShapeRules {
  private ShapeRules() {}

  /// The types of the results, with how they are quantized where the node says it.
  ///
  /// @param quants for each result null or its quantization; empty for none
  /// @throws dev.tendril.core.TensorException when the operands do not fit; one line names the op,
  ///     their types and what was expected
  public static List<TensorType> infer(
      Op op, List<TensorType> operands, List<? extends @Nullable Quant> quants) {
    List<TensorType> types = infer(op, operands);
    if (quants.isEmpty()) {
      return types;
    }
    return IntStream.range(0, types.size())
        .mapToObj(i -> quants.get(i) == null ? types.get(i) : types.get(i).with(quants.get(i)))
        .toList();
  }

  /// @throws dev.tendril.core.TensorException when the operands do not fit; one line names the op,
  ///     their types and what was expected
  public static List<TensorType> infer(Op op, List<TensorType> operands) {
    return switch (op) {
      case Pointwise pointwise -> PointwiseShapes.infer(pointwise, operands);
      case Move move -> MoveShapes.infer(move, operands);
      case Reduce reduce -> ReduceShapes.infer(reduce, operands);
      case Contract contract -> ContractShapes.infer(contract, operands);
      case Index index -> IndexShapes.infer(index, operands);
      case Structured structured -> StructuredShapes.infer(structured, operands);
      case Custom custom -> CustomOp.of(custom).infer(custom, operands);
    };
  }
}
