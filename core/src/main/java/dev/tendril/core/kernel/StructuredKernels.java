package dev.tendril.core.kernel;

import dev.tendril.core.Tensor;
import dev.tendril.core.op.Structured;
import java.util.List;

/// What [Structured] ops mean.
final class StructuredKernels {
  private StructuredKernels() {}

  static void run(Structured op, List<Tensor> operands, List<Tensor> results) {
    throw new UnsupportedOperationException(op.name() + operands + results);
  }
}
