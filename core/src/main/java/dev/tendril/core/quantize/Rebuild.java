package dev.tendril.core.quantize;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Writes a graph anew with other constants; types are worked out again.
record Rebuild(Graph graph) {
  /// What a constant operand of a node is now.
  interface Constants {
    /// The tensor; null for what is no constant.
    @Nullable Tensor of(Node node, int operand);
  }

  /// @param made gets what nodes' first results have become, by name
  Graph write(Constants constants, Function<Node, Op> ops, Map<String, Value> made) {
    GraphBuilder builder = Graph.builder(graph.name());
    Map<Value, Value> values = new HashMap<>();
    graph.inputs().forEach(input -> values.put(input, builder.input(input.name(), input.type())));
    for (Node node : graph.nodes()) {
      List<Value> operands = new ArrayList<>();
      for (int i = 0; i < node.inputs().size(); i++) {
        Value value = node.inputs().get(i);
        Tensor tensor = constants.of(node, i);
        boolean other =
            value instanceof Value.Constant constant
                && tensor != null
                && !tensor.equals(constant.tensor());
        operands.add(
            other && tensor != null
                ? builder.constant(value.name(), tensor)
                : values.getOrDefault(value, value));
      }
      List<Value> results = builder.add(node.name(), ops.apply(node), operands, List.of());
      for (int i = 0; i < results.size(); i++) {
        values.put(node.output(i), results.get(i));
      }
      if (!results.isEmpty()) {
        made.put(node.name(), results.getFirst());
      }
    }
    for (int i = 0; i < graph.outputs().size(); i++) {
      Value output = graph.outputs().get(i);
      builder.output(graph.outputNames().get(i), values.getOrDefault(output, output));
    }
    graph.notes().forEach(builder::note);
    return builder.build();
  }
}
