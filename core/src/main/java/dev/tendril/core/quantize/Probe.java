package dev.tendril.core.quantize;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.run.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/// A graph of which values inside are looked at while it runs.
final class Probe {
  private final List<Value> values;
  private final Function function;

  /// @param values of the graph, none of them a constant
  Probe(Graph graph, List<Value> values) {
    this.values = List.copyOf(values);
    List<String> names = IntStream.range(0, values.size()).mapToObj(i -> "value" + i).toList();
    this.function =
        Function.of(
            new Graph(graph.name(), graph.inputs(), values, names, graph.nodes(), Map.of()));
  }

  /// All floats that a graph is given or computes.
  static List<Value> floats(Graph graph) {
    List<Value> values = new ArrayList<>();
    for (Value.Input input : graph.inputs()) {
      if (input.type().dtype() == DType.F32) {
        values.add(input);
      }
    }
    for (Node node : graph.nodes()) {
      for (int i = 0; i < node.outputs().size(); i++) {
        if (node.outputs().get(i).dtype() == DType.F32) {
          values.add(node.output(i));
        }
      }
    }
    return values;
  }

  /// Runs it, and shows each value.
  void run(List<Tensor> operands, BiConsumer<Value, Tensor> seen) {
    if (values.isEmpty()) {
      return;
    }
    List<Tensor> results = function.callAll(operands);
    for (int i = 0; i < results.size(); i++) {
      try (Tensor result = results.get(i)) {
        seen.accept(values.get(i), result);
      }
    }
  }
}
