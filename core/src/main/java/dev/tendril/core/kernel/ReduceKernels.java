package dev.tendril.core.kernel;

import dev.tendril.core.Tensor;
import dev.tendril.core.op.Reduce;
import java.util.List;

/// What [Reduce] ops mean.
final class ReduceKernels {
  private ReduceKernels() {}

  static void run(Reduce op, List<Tensor> operands, List<Tensor> results) {
    throw new UnsupportedOperationException(op.name() + operands + results);
  }
}
