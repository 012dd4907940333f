package dev.tendril.core.cpu.quantized;

import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;

/// Kernels of 8-bit numbers. Sums of products go by way of 32-bit floats, in which they are exact
/// ([SumKernel]); functions of one or two numbers are tables ([TableKernel]).
public final class QuantizedKernels implements KernelProvider {
  /// Found as a service.
  public QuantizedKernels() {}

  @Override
  public String name() {
    return "quantized";
  }

  @Override
  public int priority() {
    return SCALAR + 60;
  }

  @Override
  public Support supports(Node node) {
    if (node.inputTypes().stream().anyMatch(type -> !type.shape().isKnown())
        || node.outputs().stream().anyMatch(type -> !type.shape().isKnown())) {
      return Support.no("extents that are not known");
    }
    return switch (node.op()) {
      case Contract op -> SumKernel.supports(node, op);
      case Pointwise _ -> TableKernel.supports(node);
      case Op _ -> Support.no("neither sums of products nor a function of 8-bit numbers");
    };
  }

  @Override
  public Kernel prepare(Node node, int threads) {
    return prepare(node, CompileOptions.DEFAULT.withThreads(threads));
  }

  @Override
  public Kernel prepare(Node node, CompileOptions options) {
    int threads = options.threads();
    return switch (node.op()) {
      case Contract op -> new SumKernel(node, op, threads, options.rounding());
      case Pointwise _ -> new TableKernel(node, threads);
      case Op op -> throw new TensorException(op.name() + ": " + supports(node).reason());
    };
  }

  /// Whether a type is of 8 bits and, if quantized, has one scale.
  static boolean isByte(TensorType type) {
    return type.dtype().bits() == 8 && (type.quant() == null || type.quant().isPerTensor());
  }
}
