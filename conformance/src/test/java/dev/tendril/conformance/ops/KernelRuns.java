package dev.tendril.conformance.ops;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.KernelProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Runs the kernel of a provider as the device does.
final class KernelRuns {
  private static final byte JUNK = 0x7f;

  private KernelRuns() {}

  /// What a kernel makes of operands, of two runs the second.
  static List<Tensor> plain(
      KernelProvider provider, Node node, List<Tensor> operands, int threads) {
    Kernel kernel = provider.prepare(node, threads);
    List<Tensor> results = results(node);
    Runnable bound = bind(kernel, memory(operands), results);
    bound.run();
    results.forEach(result -> result.memory().fill(JUNK));
    bound.run();
    return results;
  }

  /// What a kernel makes of operands of which one lies where the first result will.
  static List<Tensor> inPlace(
      KernelProvider provider, Node node, List<Tensor> operands, int operand, int threads) {
    Kernel kernel = provider.prepare(node, threads);
    List<Tensor> results = results(node);
    List<MemorySegment> inputs = memory(operands);
    inputs.set(operand, results.getFirst().memory());
    Runnable bound = bind(kernel, inputs, results);
    results.getFirst().memory().copyFrom(operands.get(operand).memory());
    bound.run();
    return results;
  }

  /// The operands that the first result may overwrite, as a planner would have it.
  static List<Integer> overwritable(KernelProvider provider, Node node) {
    Kernel kernel = provider.prepare(node, 1);
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      TensorType type = node.inputs().get(i).type();
      if (node.inputs().get(i) instanceof Value.Input
          && type.bytes() == node.outputs().getFirst().bytes()
          && kernel.inPlace(i)) {
        found.add(i);
      }
    }
    return found;
  }

  private static Runnable bind(Kernel kernel, List<MemorySegment> inputs, List<Tensor> results) {
    long bytes = kernel.scratchBytes();
    MemorySegment scratch = Arena.ofAuto().allocate(Math.max(64, bytes), 64).fill(JUNK);
    return kernel.bind(inputs, memory(results), scratch.asSlice(0, bytes));
  }

  private static List<Tensor> results(Node node) {
    List<Tensor> results = new ArrayList<>();
    for (TensorType type : node.outputs()) {
      Tensor result = Tensor.allocate(type);
      result.memory().fill(JUNK);
      results.add(result);
    }
    return results;
  }

  private static List<MemorySegment> memory(List<Tensor> tensors) {
    return new ArrayList<>(tensors.stream().map(Tensor::memory).toList());
  }
}
