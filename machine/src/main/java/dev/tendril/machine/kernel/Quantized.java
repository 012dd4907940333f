package dev.tendril.machine.kernel;

import dev.tendril.core.Rounding;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import java.util.stream.Stream;

/// Kernels for nodes of quantized numbers.
final class Quantized {
  private final Machine machine;

  Quantized(Machine machine) {
    this.machine = machine;
  }

  /// Whether a node is of quantized numbers.
  static boolean isQuantized(Node node) {
    return Stream.concat(node.inputTypes().stream(), node.outputs().stream())
        .anyMatch(type -> type.quant() != null);
  }

  static Support supports(Node node) {
    for (TensorType type : node.inputTypes()) {
      if (!type.shape().isKnown()) {
        return Support.no("extents that are not known");
      }
    }
    return switch (node.op()) {
      case Contract.MatMul op -> QuantizedProducts.supports(node, op);
      case Contract.Conv op -> QuantizedProducts.supports(node, op);
      case Contract.DepthwiseConv op -> QuantizedDepthwise.supports(node, op);
      case Pointwise _ -> QuantizedPointwise.supports(node);
      default -> Support.no("no machine code for it");
    };
  }

  Kernel prepare(Node node, int threads, Rounding rounding) {
    return switch (node.op()) {
      case Contract.MatMul op -> QuantizedProducts.kernel(machine, node, op, threads, rounding);
      case Contract.Conv op -> QuantizedProducts.kernel(machine, node, op, threads, rounding);
      case Contract.DepthwiseConv op ->
          QuantizedDepthwise.kernel(machine, node, op, threads, rounding);
      case Pointwise _ -> QuantizedPointwise.kernel(machine, node, threads);
      default ->
          throw new TensorException(
              node.op().name() + " as machine code: " + supports(node).reason());
    };
  }
}
