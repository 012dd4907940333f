package dev.tendril.core.rewrite;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Structured;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/// Puts the ops of a region in its place, where the target has no loop for the whole.
///
/// @param which the regions that are taken apart
record Unfusion(String name, Predicate<Node> which) implements Pass {
  @Override
  public Graph once(Graph graph, BiConsumer<String, String> fired) {
    if (graph.nodes().stream().noneMatch(this::applies)) {
      return graph;
    }
    GraphBuilder builder = Graph.builder(graph.name());
    Map<Value, Value> values = new HashMap<>();
    for (Value.Input input : graph.inputs()) {
      values.put(input, builder.input(input.name(), input.type()));
    }
    for (Node node : graph.nodes()) {
      List<Value> operands = node.inputs().stream().map(v -> values.getOrDefault(v, v)).toList();
      List<Value> results;
      if (applies(node) && node.op() instanceof Structured.Fused(Graph body)) {
        results = apart(body, operands, builder);
        fired.accept("unfuse", node.name());
      } else {
        results =
            builder.add(
                node.name(),
                node.op(),
                operands,
                node.outputs().stream().map(type -> type.quant()).toList());
      }
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

  private boolean applies(Node node) {
    return node.op() instanceof Structured.Fused(Graph _) && which.test(node);
  }

  private static List<Value> apart(Graph body, List<Value> operands, GraphBuilder builder) {
    Map<Value, Value> values = new HashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      values.put(body.inputs().get(i), operands.get(i));
    }
    for (Node node : body.nodes()) {
      List<Value> inputs = node.inputs().stream().map(v -> values.getOrDefault(v, v)).toList();
      values.put(node.output(), builder.add(node.name(), node.op(), inputs, List.of()).getFirst());
    }
    return body.outputs().stream().map(v -> values.getOrDefault(v, v)).toList();
  }
}
