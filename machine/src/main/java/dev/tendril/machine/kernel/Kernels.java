package dev.tendril.machine.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Rounding;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Epilogue;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.machine.host.Cpu;

/// Which nodes have a kernel as machine code, and which kernel.
public final class Kernels {
  private static final Support NO_KERNEL = Support.no("no machine code for it");

  private final Machine machine;
  private final Quantized quantized;

  public Kernels(Cpu cpu) {
    this(new Machine(cpu));
  }

  Kernels(Machine machine) {
    this.machine = machine;
    quantized = new Quantized(machine);
  }

  public Support supports(Node node) {
    if (node.op() instanceof Structured.Resize op) {
      return Resized.supports(node, op);
    }
    if (isQuantized(node)) {
      return Quantized.supports(node);
    }
    for (TensorType type : node.inputTypes()) {
      if (!type.shape().isKnown()) {
        return Support.no("extents that are not known");
      }
      if (type.dtype() != DType.F32) {
        return Support.no(type.dtype().text() + ": machine code is of f32 only");
      }
    }
    return switch (node.op()) {
      case Structured.Softmax op -> Rows.supports(node, op);
      case Structured.LayerNorm _ -> Support.YES;
      case Reduce.Reduction op -> Windowed.supports(node, op);
      default -> contraction(node);
    };
  }

  private static boolean isQuantized(Node node) {
    return Quantized.isQuantized(node) || node.op() instanceof Pointwise.Cast;
  }

  private static Support contraction(Node node) {
    Epilogue epilogue = Epilogue.of(node);
    if (epilogue == null) {
      return Regions.supports(node);
    }
    return switch (epilogue.op()) {
      case Contract.MatMul op -> MatMul.supports(epilogue, op);
      case Contract.Conv op -> Conv.supports(epilogue, op);
      case Contract.DepthwiseConv _, Contract.Pool _ -> Windowed.supports(epilogue);
      default -> NO_KERNEL;
    };
  }

  public Kernel prepare(Node node, int threads, Rounding rounding) {
    if (node.op() instanceof Structured.Resize op) {
      return Resized.kernel(machine, node, op, threads);
    }
    if (isQuantized(node)) {
      return quantized.prepare(node, threads, rounding);
    }
    return switch (node.op()) {
      case Structured.Softmax op -> Rows.softmax(machine, node, op, threads);
      case Structured.LayerNorm op -> Rows.layerNorm(machine, node, op, threads);
      case Reduce.Reduction op -> Windowed.reduction(machine, node, op, threads);
      default -> contraction(node, threads);
    };
  }

  private Kernel contraction(Node node, int threads) {
    Epilogue epilogue = Epilogue.of(node);
    if (epilogue == null) {
      return Regions.kernel(machine, node, threads);
    }
    return switch (epilogue.op()) {
      case Contract.MatMul op -> MatMul.kernel(machine, epilogue, op, threads);
      case Contract.Conv op -> Conv.kernel(machine, epilogue, op, threads);
      case Contract.DepthwiseConv op -> Windowed.depthwise(machine, epilogue, op, threads);
      case Contract.Pool op -> Windowed.pool(machine, epilogue, op, threads);
      default -> throw none(node);
    };
  }

  private TensorException none(Node node) {
    return new TensorException(node.op().name() + " as machine code: " + supports(node).reason());
  }
}
