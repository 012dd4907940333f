package dev.tendril.core.rewrite;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/// Drops nodes that nobody needs. Inputs of the graph stay.
final class Cleanup {
  private Cleanup() {}

  static Graph apply(Graph graph, BiConsumer<String, String> fired) {
    List<Node> alive = alive(graph.nodes(), graph.outputs());
    if (alive.size() == graph.nodes().size()) {
      return graph;
    }
    Set<Node> kept = new HashSet<>(alive);
    graph.nodes().stream()
        .filter(node -> !kept.contains(node))
        .forEach(node -> fired.accept("dead-code", node.name()));
    return with(graph, alive, graph.outputs());
  }

  /// The nodes that outputs need, in their order.
  static List<Node> alive(List<Node> nodes, List<Value> outputs) {
    Set<Node> needed = new HashSet<>();
    outputs.forEach(v -> need(v, needed));
    for (Node node : nodes.reversed()) {
      if (needed.contains(node)) {
        node.inputs().forEach(v -> need(v, needed));
      }
    }
    return nodes.stream().filter(needed::contains).toList();
  }

  private static void need(Value value, Set<Node> needed) {
    if (value instanceof Value.Result result) {
      needed.add(result.node());
    }
  }

  static Graph with(Graph graph, List<Node> nodes, List<Value> outputs) {
    return new Graph(
        graph.name(), graph.inputs(), outputs, graph.outputNames(), nodes, graph.notes());
  }

  /// A node with other operands of the same types.
  static Node with(Node node, List<Value> operands) {
    return operands.equals(node.inputs())
        ? node
        : new Node(node.name(), node.op(), operands, node.outputs());
  }

  /// A graph in which values stand for others that come after them.
  static Graph replaced(Graph graph, Map<Value, Value> replaced) {
    Map<Value, Value> values = new HashMap<>(replaced);
    List<Node> nodes = new ArrayList<>();
    for (Node before : graph.nodes()) {
      Node node =
          with(before, before.inputs().stream().map(v -> values.getOrDefault(v, v)).toList());
      for (int i = 0; i < node.outputs().size(); i++) {
        Value was = before.output(i);
        Value by = replaced.get(was);
        values.put(was, by == null ? node.output(i) : values.getOrDefault(by, by));
      }
      nodes.add(node);
    }
    List<Value> outputs = graph.outputs().stream().map(v -> values.getOrDefault(v, v)).toList();
    return with(graph, alive(nodes, outputs), outputs);
  }
}
