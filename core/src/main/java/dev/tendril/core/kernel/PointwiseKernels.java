package dev.tendril.core.kernel;

import dev.tendril.core.Tensor;
import dev.tendril.core.op.Pointwise;
import java.util.List;

/// What [Pointwise] ops mean.
final class PointwiseKernels {
  private PointwiseKernels() {}

  static void run(Pointwise op, List<Tensor> operands, List<Tensor> results) {
    throw new UnsupportedOperationException(op.name() + operands + results);
  }
}
