package dev.tendril.core.kernel;

import dev.tendril.core.Tensor;
import dev.tendril.core.op.Contract;
import java.util.List;

/// What [Contract] ops mean.
final class ContractKernels {
  private ContractKernels() {}

  static void run(Contract op, List<Tensor> operands, List<Tensor> results) {
    throw new UnsupportedOperationException(op.name() + operands + results);
  }
}
