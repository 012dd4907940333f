package dev.tendril.core.kernel;

import dev.tendril.core.Tensor;
import dev.tendril.core.op.Index;
import java.util.List;

/// What [Index] ops mean.
final class IndexKernels {
  private IndexKernels() {}

  static void run(Index op, List<Tensor> operands, List<Tensor> results) {
    throw new UnsupportedOperationException(op.name() + operands + results);
  }

  static Tensor nonZero(Tensor operand) {
    throw new UnsupportedOperationException(operand.toString());
  }
}
