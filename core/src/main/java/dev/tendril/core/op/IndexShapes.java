package dev.tendril.core.op;

import dev.tendril.core.TensorType;
import java.util.List;

/// The types of results of [Index].
final class IndexShapes {
  private IndexShapes() {}

  static List<TensorType> infer(Index op, List<TensorType> operands) {
    throw new UnsupportedOperationException(op.name() + operands);
  }
}
