package dev.tendril.core.graph;

import dev.tendril.core.Quant;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Builds a graph anew for other types of its inputs.
final class Retype {
  private Retype() {}

  static Graph apply(Graph graph, List<TensorType> types) {
    if (types.size() != graph.inputs().size()) {
      throw new TensorException(
          "graph "
              + graph.name()
              + " for "
              + types.size()
              + " inputs; expected "
              + graph.inputs().size());
    }
    GraphBuilder builder = Graph.builder(graph.name());
    Map<Value, Value> values = new HashMap<>();
    for (int i = 0; i < types.size(); i++) {
      Value.Input input = graph.inputs().get(i);
      if (!input.type().admits(types.get(i))) {
        throw new TensorException(
            "graph "
                + graph.name()
                + ": input "
                + input.name()
                + " of type "
                + types.get(i)
                + "; expected "
                + input.type());
      }
      values.put(input, builder.input(input.name(), types.get(i)));
    }
    for (Node node : graph.nodes()) {
      List<@Nullable Quant> quants = new ArrayList<>();
      node.outputs().forEach(type -> quants.add(type.quant()));
      List<Value> results =
          builder.add(
              node.name(),
              node.op(),
              node.inputs().stream().map(v -> values.getOrDefault(v, v)).toList(),
              quants);
      for (int i = 0; i < results.size(); i++) {
        values.put(node.output(i), results.get(i));
      }
    }
    for (int i = 0; i < graph.outputs().size(); i++) {
      Value value = graph.outputs().get(i);
      builder.output(graph.outputNames().get(i), values.getOrDefault(value, value));
    }
    graph.notes().forEach(builder::note);
    return builder.build();
  }
}
