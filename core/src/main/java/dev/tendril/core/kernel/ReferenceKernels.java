package dev.tendril.core.kernel;

import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.CustomOp;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import java.util.List;

/// What each op means: plain loops over elements. Every other kernel is tested against these. They
/// are part of the product: what no faster kernel supports runs here.
///
/// Arithmetic: F32, F16, BF16 are computed in 64 bits and rounded to the type at the end of an op,
/// sums too; integers in 64 bits, wrapping to their type; quantized values by the integer rules of
/// TensorFlow Lite.
public final class ReferenceKernels {
  private ReferenceKernels() {}

  /// Computes a node.
  ///
  /// @param outputs the types of the results; extents that depend on values are not known
  /// @throws dev.tendril.core.TensorException when values are not what the op takes, such as an
  ///     index out of range
  public static List<Tensor> run(Op op, List<Tensor> operands, List<TensorType> outputs) {
    return run(op, operands, outputs, Rounding.EXACT);
  }

  /// Computes a node, with quantized numbers rounded in a way. For the fastest, they are exact.
  ///
  /// @param outputs as above
  public static List<Tensor> run(
      Op op, List<Tensor> operands, List<TensorType> outputs, Rounding rounding) {
    return switch (op) {
      case Index.NonZero _ -> List.of(IndexKernels.nonZero(operands.getFirst()));
      case Structured.Body body -> BodyKernels.run(body, operands, rounding);
      case Pointwise _, Move _, Reduce _, Contract _, Index _, Structured _, Custom _ -> {
        List<Tensor> results = outputs.stream().map(Tensor::allocate).toList();
        compute(op, operands, results, rounding);
        yield results;
      }
    };
  }

  /// Computes a node into memory that is there; the extents of all results are known.
  public static void compute(Op op, List<Tensor> operands, List<Tensor> results) {
    compute(op, operands, results, Rounding.EXACT);
  }

  /// The same, with quantized numbers rounded in a way.
  public static void compute(
      Op op, List<Tensor> operands, List<Tensor> results, Rounding rounding) {
    switch (op) {
      case Pointwise pointwise -> PointwiseKernels.run(pointwise, operands, results);
      case Move move -> MoveKernels.run(move, operands, results);
      case Reduce reduce -> ReduceKernels.run(reduce, operands, results);
      case Contract contract -> ContractKernels.run(contract, operands, results, rounding);
      case Index index -> IndexKernels.run(index, operands, results);
      case Structured.Body body ->
          BodyKernels.copy(BodyKernels.run(body, operands, rounding), results);
      case Structured structured -> StructuredKernels.run(structured, operands, results);
      case Custom custom -> CustomOp.of(custom).run(custom, operands, results);
    }
  }
}
