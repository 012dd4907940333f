package dev.tendril.core.op;

import dev.tendril.core.TensorType;
import java.util.List;

/// The types of results of [Contract].
final class ContractShapes {
  private ContractShapes() {}

  static List<TensorType> infer(Contract op, List<TensorType> operands) {
    throw new UnsupportedOperationException(op.name() + operands);
  }
}
