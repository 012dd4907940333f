package dev.tendril.core.rewrite;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Structured;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    List<Node> nodes = new ArrayList<>();
    Map<Value, Value> values = new HashMap<>();
    Set<String> names = new HashSet<>();
    graph.inputs().forEach(input -> names.add(input.name()));
    graph.nodes().forEach(node -> names.add(node.name()));
    for (Node node : graph.nodes()) {
      List<Value> operands = values(values, node.inputs());
      if (applies(node) && node.op() instanceof Structured.Fused(Graph body)) {
        List<Value> results = apart(body, operands, names, nodes);
        for (int i = 0; i < results.size(); i++) {
          values.put(node.output(i), results.get(i));
        }
        fired.accept("unfuse", node.name());
      } else {
        copy(node, node.name(), operands, nodes, values);
      }
    }
    return new Graph(
        graph.name(),
        graph.inputs(),
        values(values, graph.outputs()),
        graph.outputNames(),
        nodes,
        graph.notes());
  }

  private boolean applies(Node node) {
    return node.op() instanceof Structured.Fused(Graph _) && which.test(node);
  }

  private static List<Value> apart(
      Graph region, List<Value> operands, Set<String> names, List<Node> nodes) {
    Graph body = region.withTypes(operands.stream().map(Value::type).toList());
    Map<Value, Value> values = new HashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      values.put(body.inputs().get(i), operands.get(i));
    }
    for (Node node : body.nodes()) {
      String name = node.name();
      for (int i = 1; !names.add(name); i++) {
        name = node.name() + "_" + i;
      }
      copy(node, name, values(values, node.inputs()), nodes, values);
    }
    return values(values, body.outputs());
  }

  private static void copy(
      Node node, String name, List<Value> operands, List<Node> nodes, Map<Value, Value> values) {
    Node copy = new Node(name, node.op(), operands, node.outputs());
    nodes.add(copy);
    for (int i = 0; i < node.outputs().size(); i++) {
      values.put(node.output(i), copy.output(i));
    }
  }

  private static List<Value> values(Map<Value, Value> values, List<? extends Value> old) {
    return old.stream().<Value>map(v -> values.getOrDefault(v, v)).toList();
  }
}
