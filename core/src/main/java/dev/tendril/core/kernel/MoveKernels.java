package dev.tendril.core.kernel;

import dev.tendril.core.Tensor;
import dev.tendril.core.op.Move;
import java.util.List;

/// What [Move] ops mean.
final class MoveKernels {
  private MoveKernels() {}

  static void run(Move op, List<Tensor> operands, List<Tensor> results) {
    throw new UnsupportedOperationException(op.name() + operands + results);
  }
}
