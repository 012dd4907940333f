package dev.tendril.core.cpu.vector;

import dev.tendril.core.DType;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;

/// Makes kernels on vectors. Loaded by name, and only where the module `jdk.incubator.vector` is
/// there.
final class LaneKernels implements VectorKernels.Maker {
  private static final Support NO_KERNEL = Support.no("no kernel on vectors");

  LaneKernels() {}

  @Override
  public Support supports(Node node) {
    for (TensorType type : node.inputTypes()) {
      if (type.dtype() != DType.F32) {
        return Support.no(type.dtype().text() + ": vectors are of f32 only");
      }
      if (!type.shape().isKnown()) {
        return Support.no("extents that are not known");
      }
    }
    return supports(node.op());
  }

  private static Support supports(Op op) {
    return switch (op) {
      case Contract.MatMul matMul -> activation(matMul.activation());
      case Contract _, Pointwise _, Move _, Reduce _, Index _, Structured _, Custom _ -> NO_KERNEL;
    };
  }

  private static Support activation(Activation activation) {
    return activation.isRange() ? Support.YES : Support.no("the activation " + activation);
  }

  @Override
  public Kernel prepare(Node node, int threads) {
    return switch (node.op()) {
      case Contract.MatMul op -> new MatMulKernel(node, op, threads);
      case Contract _, Pointwise _, Move _, Reduce _, Index _, Structured _, Custom _ ->
          throw new TensorException(node.op().name() + " on vectors: " + supports(node).reason());
    };
  }
}
