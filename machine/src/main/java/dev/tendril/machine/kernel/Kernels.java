package dev.tendril.machine.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Op;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.host.Cpu;

/// Which nodes have a kernel as machine code, and which kernel.
public final class Kernels {
  private static final Support NO_KERNEL = Support.no("no machine code for it");

  private final Machine machine;

  public Kernels(Cpu cpu) {
    machine = new Machine(cpu);
  }

  public Support supports(Node node) {
    for (TensorType type : node.inputTypes()) {
      if (!type.shape().isKnown()) {
        return Support.no("extents that are not known");
      }
      if (type.dtype() != DType.F32) {
        return Support.no(type.dtype().text() + ": machine code is of f32 only");
      }
    }
    return switch (node.op()) {
      case Contract.MatMul op -> matMul(node, op);
      case Contract.Conv op -> Conv.supports(node, op);
      default -> NO_KERNEL;
    };
  }

  private static Support matMul(Node node, Contract.MatMul op) {
    boolean constant = node.inputs().get(1) instanceof Value.Constant;
    if (op.transposeB() && !constant) {
      return Support.no("a transposed right operand that is not constant");
    }
    int columns = node.outputs().getFirst().shape().dim(-1);
    if (!MatMul.isBiasWhole(node, 2, columns)) {
      return Support.no("a bias that is not constant");
    }
    return activation(op.activation());
  }

  static Support activation(Activation activation) {
    return activation.isRange() ? Support.YES : Support.no("the activation " + activation);
  }

  public Kernel prepare(Node node, int threads) {
    Op op = node.op();
    return switch (op) {
      case Contract.MatMul matMul -> MatMul.kernel(machine, node, matMul, threads);
      case Contract.Conv conv -> Conv.kernel(machine, node, conv, threads);
      default ->
          throw new TensorException(op.name() + " as machine code: " + supports(node).reason());
    };
  }
}
