package dev.tendril.core.op;

import dev.tendril.core.TensorType;
import java.util.List;

/// The types of results of [Reduce].
final class ReduceShapes {
  private ReduceShapes() {}

  static List<TensorType> infer(Reduce op, List<TensorType> operands) {
    throw new UnsupportedOperationException(op.name() + operands);
  }
}
