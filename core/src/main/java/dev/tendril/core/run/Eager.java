package dev.tendril.core.run;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.cpu.Providers;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.ShapeRules;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Computes single ops at once. What was worked out for an op and the types of its operands is
/// kept, so that the next time costs a look into a table.
final class Eager {
  private static final int KEPT = 4096;
  private static final ConcurrentMap<Signature, Prepared> PREPARED = new ConcurrentHashMap<>();
  private static final MemorySegment NO_SCRATCH = MemorySegment.NULL;

  private Eager() {}

  /// @param operands the first one's type, and so on
  private record Signature(Op op, List<TensorType> operands) {}

  /// @param kernel null where extents of the results depend on values, or the op runs subgraphs
  private record Prepared(List<TensorType> results, @Nullable Kernel kernel) {}

  static List<Tensor> run(Op op, List<Tensor> operands) {
    TensorType[] types = new TensorType[operands.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] = operands.get(i).type();
    }
    Registry registry = Devices.registry();
    if (!registry.isPlain()) {
      List<Tensor> results = EagerPlacement.run(registry, op, List.of(types), operands);
      if (!results.isEmpty()) {
        return results;
      }
    }
    Signature signature = new Signature(op, List.of(types));
    Prepared prepared = PREPARED.get(signature);
    if (prepared == null) {
      prepared = prepare(signature);
      if (PREPARED.size() >= KEPT) {
        PREPARED.clear();
      }
      PREPARED.put(signature, prepared);
    }
    Kernel kernel = prepared.kernel;
    return kernel == null
        ? ReferenceKernels.run(op, operands, prepared.results)
        : run(kernel, operands, prepared.results);
  }

  private static List<Tensor> run(Kernel kernel, List<Tensor> operands, List<TensorType> types) {
    MemorySegment[] inputs = new MemorySegment[operands.size()];
    for (int i = 0; i < inputs.length; i++) {
      Tensor operand = operands.get(i);
      inputs[i] = operand.isLasting() ? operand.memory() : operand.copy().memory();
    }
    Tensor[] results = new Tensor[types.size()];
    MemorySegment[] outputs = new MemorySegment[results.length];
    for (int i = 0; i < results.length; i++) {
      results[i] = Tensor.allocate(types.get(i));
      outputs[i] = results[i].memory();
    }
    long bytes = kernel.scratchBytes();
    Tensor scratch =
        bytes == 0 ? null : Tensor.allocate(new TensorType(DType.U8, Shape.of((int) bytes)));
    kernel
        .bind(List.of(inputs), List.of(outputs), scratch == null ? NO_SCRATCH : scratch.memory())
        .run();
    if (scratch != null) {
      scratch.close();
    }
    return List.of(results);
  }

  private static Prepared prepare(Signature signature) {
    List<TensorType> types = ShapeRules.infer(signature.op, signature.operands);
    boolean known = types.stream().map(TensorType::shape).allMatch(Shape::isKnown);
    if (!known || signature.op instanceof Structured.Body) {
      return new Prepared(types, null);
    }
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < signature.operands.size(); i++) {
      inputs.add(new Value.Input("x" + i, signature.operands.get(i)));
    }
    Node node = new Node(signature.op.name(), signature.op, inputs, types);
    return new Prepared(
        types, Providers.choose(node, Set.of()).provider().prepare(node, Workers.available()));
  }
}
