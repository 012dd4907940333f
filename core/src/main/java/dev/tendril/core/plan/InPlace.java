package dev.tendril.core.plan;

import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Pointwise;

/// Whether the first result of a node may overwrite an operand that nobody needs afterwards. The
/// planner asks only for operands of as many bytes as the result.
@FunctionalInterface
public interface InPlace {
  /// @param operand the position of the operand
  boolean allows(Node node, int operand);

  /// Results never share memory with operands.
  InPlace NEVER = (_, _) -> false;

  /// Ops that compute each element from the elements at the same place, where operand and result
  /// have equally many elements of equal width.
  InPlace POINTWISE =
      (node, operand) -> {
        TensorType from = node.inputs().get(operand).type();
        TensorType to = node.outputs().getFirst();
        return node.op() instanceof Pointwise
            && from.dtype().bits() == to.dtype().bits()
            && from.shape().size() == to.shape().size();
      };
}
