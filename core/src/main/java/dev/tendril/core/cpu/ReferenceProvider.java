package dev.tendril.core.cpu;

import dev.tendril.core.Rounding;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.KernelProvider;
import dev.tendril.core.spi.Support;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The reference kernels, for nodes that no faster provider supports.
final class ReferenceProvider implements KernelProvider {
  static final String NAME = "reference";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return REFERENCE;
  }

  @Override
  public Support supports(Node node) {
    return node.outputs().stream().map(TensorType::shape).allMatch(Shape::isKnown)
        ? Support.YES
        : Support.no("the extents of its results depend on values");
  }

  @Override
  public Kernel prepare(Node node, int threads) {
    return kernel(node, Rounding.EXACT);
  }

  @Override
  public Kernel prepare(Node node, CompileOptions options) {
    return kernel(node, options.rounding());
  }

  private static Kernel kernel(Node node, Rounding rounding) {
    return (inputs, outputs, _) -> {
      List<Tensor> operands = TensorScope.outside(() -> wrap(inputs, node.inputTypes()));
      List<Tensor> results = TensorScope.outside(() -> wrap(outputs, node.outputs()));
      return () -> ReferenceKernels.compute(node.op(), operands, results, rounding);
    };
  }

  private static List<Tensor> wrap(List<MemorySegment> memory, List<TensorType> types) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      tensors.add(Tensor.wrap(memory.get(i), types.get(i)));
    }
    return tensors;
  }
}
