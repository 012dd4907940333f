package dev.tendril.formats.graph;

import dev.tendril.core.Quant;
import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Writes a graph with the ops that a format has: others are composed of simpler ones, again and
/// again, until all are there or nothing simpler is known.
public final class Lowering {
  private static final int ROUNDS = 8;

  private Lowering() {}

  /// A graph that means the same.
  ///
  /// @param has whether the format has a node as it is
  public static Graph lower(Graph graph, Predicate<Node> has) {
    Graph now = graph;
    for (int round = 0; round < ROUNDS; round++) {
      if (now.nodes().stream().allMatch(has)) {
        return now;
      }
      Graph next = once(now, has);
      if (next == null) {
        return now;
      }
      now = next;
    }
    return now;
  }

  private static @Nullable Graph once(Graph graph, Predicate<Node> has) {
    GraphDraft draft = new GraphDraft(Long.MAX_VALUE);
    Map<Value, Value> values = new HashMap<>();
    graph.inputs().forEach(input -> values.put(input, draft.adopt(input)));
    boolean changed = false;
    for (Node node : graph.nodes()) {
      List<Value> operands =
          node.inputs().stream().<Value>map(v -> values.getOrDefault(v, v)).toList();
      draft.label(node.name());
      List<Value> results = has.test(node) ? null : composed(draft, node, operands);
      changed |= results != null;
      if (results == null) {
        List<@Nullable Quant> quants = new ArrayList<>();
        node.outputs().forEach(type -> quants.add(type.quant()));
        results = draft.addAll(node.name(), node.op(), operands, quants);
      }
      for (int i = 0; i < results.size(); i++) {
        values.put(node.output(i), results.get(i));
      }
    }
    if (!changed) {
      return null;
    }
    Map<String, Value> outputs = new LinkedHashMap<>();
    for (int i = 0; i < graph.outputs().size(); i++) {
      Value value = graph.outputs().get(i);
      outputs.put(graph.outputNames().get(i), values.getOrDefault(value, value));
    }
    return draft.build(graph.name(), outputs, graph.notes());
  }

  private static @Nullable List<Value> composed(GraphDraft draft, Node node, List<Value> operands) {
    try {
      return Compositions.of(draft, node, operands);
    } catch (TensorException e) {
      throw refusal(node, String.valueOf(e.getMessage()));
    }
  }

  /// That a node cannot be written, for the caller to throw.
  public static TensorException refusal(Node node, String reason) {
    return new dev.tendril.formats.FormatException(
        "node " + node.name() + " (" + node.op().name() + "): " + reason);
  }
}
