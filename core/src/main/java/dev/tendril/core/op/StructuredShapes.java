package dev.tendril.core.op;

import dev.tendril.core.TensorType;
import java.util.List;

/// The types of results of [Structured].
final class StructuredShapes {
  private StructuredShapes() {}

  static List<TensorType> infer(Structured op, List<TensorType> operands) {
    throw new UnsupportedOperationException(op.name() + operands);
  }
}
