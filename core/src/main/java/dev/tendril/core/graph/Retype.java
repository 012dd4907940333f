package dev.tendril.core.graph;

import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.ArrayList;
import java.util.List;

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
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      inputs.add(builder.input(graph.inputs().get(i).name(), types.get(i)));
    }
    List<Value> outputs = builder.inline(graph, inputs);
    for (int i = 0; i < outputs.size(); i++) {
      builder.output(graph.outputNames().get(i), outputs.get(i));
    }
    graph.notes().forEach(builder::note);
    return builder.build();
  }
}
