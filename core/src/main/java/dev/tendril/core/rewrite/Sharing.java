package dev.tendril.core.rewrite;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Op;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// Computes once what is computed twice: equal ops of the same operands. Constants of equal content
/// count as the same. All ops are functions of their operands; custom ones may not be.
final class Sharing {
  private record Key(Op op, List<Value> operands, List<TensorType> types) {}

  /// A constant's content.
  private static final class Content {
    private final Tensor tensor;
    private final int hash;

    Content(Tensor tensor) {
      this.tensor = tensor;
      MemorySegment memory = tensor.memory();
      int sum = tensor.type().hashCode();
      long step = Math.max(1, memory.byteSize() / 256);
      for (long i = 0; i < memory.byteSize(); i += step) {
        sum = 31 * sum + memory.get(ValueLayout.JAVA_BYTE, i);
      }
      hash = sum;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Content other
          && tensor.type().equals(other.tensor.type())
          && tensor.memory().mismatch(other.tensor.memory()) < 0;
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private Sharing() {}

  static Graph apply(Graph graph, BiConsumer<String, String> fired) {
    Map<Value, Value> same = constants(graph);
    Map<Key, Node> known = new HashMap<>();
    Map<Value, Value> replaced = new HashMap<>(same);
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Custom) {
        continue;
      }
      List<Value> operands = node.inputs().stream().map(v -> replaced.getOrDefault(v, v)).toList();
      Node first = known.putIfAbsent(new Key(node.op(), operands, node.outputs()), node);
      if (first != null) {
        for (int i = 0; i < node.outputs().size(); i++) {
          replaced.put(node.output(i), first.output(i));
        }
        fired.accept("common-subexpression", node.name());
      }
    }
    return replaced.isEmpty() ? graph : Cleanup.replaced(graph, replaced);
  }

  private static Map<Value, Value> constants(Graph graph) {
    Map<Content, Value> known = new HashMap<>();
    Map<Value, Value> same = new HashMap<>();
    for (Value.Constant constant : graph.constants()) {
      Value first = known.putIfAbsent(new Content(constant.tensor()), constant);
      if (first != null) {
        same.put(constant, first);
      }
    }
    return same;
  }
}
