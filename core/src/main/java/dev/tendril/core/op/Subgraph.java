package dev.tendril.core.op;

import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import java.util.List;

/// A graph as an attribute of an op: the body of a loop, a branch, a region that is computed as
/// one.
public interface Subgraph {
  String name();

  /// The types of its operands.
  List<TensorType> parameters();

  /// The types of its results, given those of its operands.
  ///
  /// @throws dev.tendril.core.TensorException when they do not fit
  List<TensorType> results(List<TensorType> operands);

  /// Computes the results by reference kernels.
  default List<Tensor> evaluate(List<Tensor> operands) {
    return evaluate(operands, Rounding.EXACT);
  }

  /// The same, with quantized numbers rounded in a way.
  List<Tensor> evaluate(List<Tensor> operands, Rounding rounding);
}
