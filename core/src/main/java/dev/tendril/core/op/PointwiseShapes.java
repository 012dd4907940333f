package dev.tendril.core.op;

import dev.tendril.core.TensorType;
import java.util.List;

/// The types of results of [Pointwise].
final class PointwiseShapes {
  private PointwiseShapes() {}

  static List<TensorType> infer(Pointwise op, List<TensorType> operands) {
    throw new UnsupportedOperationException(op.name() + operands);
  }
}
