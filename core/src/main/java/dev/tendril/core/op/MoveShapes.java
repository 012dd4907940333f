package dev.tendril.core.op;

import dev.tendril.core.TensorType;
import java.util.List;

/// The types of results of [Move].
final class MoveShapes {
  private MoveShapes() {}

  static List<TensorType> infer(Move op, List<TensorType> operands) {
    throw new UnsupportedOperationException(op.name() + operands);
  }
}
