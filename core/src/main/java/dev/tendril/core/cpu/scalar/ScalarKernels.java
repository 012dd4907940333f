package dev.tendril.core.cpu.scalar;

import dev.tendril.core.DType;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;

/// Kernels of 32-bit floats in plain loops, which HotSpot's compiler turns into vectors where it
/// can, images of other sizes, and places of extreme bytes. Always there.
public final class ScalarKernels implements KernelProvider {
  private static final Support NO_KERNEL = Support.no("no kernel in plain loops");

  private static final Support ACTIVATION = Support.no("an activation that is no range");

  /// Found as a service.
  public ScalarKernels() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int priority() {
    return SCALAR;
  }

  @Override
  public Support supports(Node node) {
    if (node.op() instanceof Structured.Resize resize) {
      return node.inputs().getFirst().type().shape().isKnown()
          ? ResizeKernel.supports(node, resize)
          : Support.no("extents that are not known");
    }
    if (node.op() instanceof Reduce.ArgExtreme) {
      return ExtremeKernel.supports(node);
    }
    for (TensorType type : node.inputTypes()) {
      if (type.dtype() != DType.F32) {
        return Support.no(type.dtype().text() + ": plain loops are of f32 only");
      }
      if (!type.shape().isKnown()) {
        return Support.no("extents that are not known");
      }
    }
    int rank = node.inputs().isEmpty() ? 0 : node.inputs().getFirst().type().shape().rank();
    return supports(node.op(), rank);
  }

  private static Support supports(Op op, int rank) {
    return switch (op) {
      case Contract.MatMul matMul -> matMul.activation().isRange() ? Support.YES : ACTIVATION;
      case Contract.Conv conv -> {
        if (rank < 3 || rank > 4) {
          yield Support.no("three spatial axes");
        }
        yield conv.activation().isRange() ? Support.YES : ACTIVATION;
      }
      case Contract.DepthwiseConv conv ->
          rank == 4 && conv.activation().isRange() ? Support.YES : ACTIVATION;
      case Contract _, Pointwise _, Move _, Reduce _, Index _, Structured _, Custom _ -> NO_KERNEL;
    };
  }

  @Override
  public Kernel prepare(Node node, int threads) {
    return switch (node.op()) {
      case Contract.MatMul op -> new ScalarMatMul(node, op, threads);
      case Contract.Conv op -> ScalarConv.of(node, op, threads);
      case Contract.DepthwiseConv op -> ScalarConv.of(node, op, threads);
      case Structured.Resize op -> new ResizeKernel(node, op, threads);
      case Reduce.ArgExtreme op -> new ExtremeKernel(node, op);
      case Contract _, Pointwise _, Move _, Reduce _, Index _, Structured _, Custom _ ->
          throw new TensorException(node.op().name() + ": " + supports(node).reason());
    };
  }
}
