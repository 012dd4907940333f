package dev.tendril.core.quantize;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A graph that was quantized.
///
/// @param graph what runs and is written to files
/// @param floats what it was made of: the same nodes in float, as they were when decided on
/// @param options how it was made
/// @param nodes what became of each node of `floats` that computes with floats, in order
/// @param values what the first result of each node of `floats` is in `graph`, by the node's name
public record Quantized(
    Graph graph,
    Graph floats,
    QuantizeOptions options,
    List<Decision> nodes,
    Map<String, Value> values) {
  public Quantized {
    nodes = List.copyOf(nodes);
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /// What became of a node.
  ///
  /// @param node its name
  /// @param op the name of its op
  /// @param reason why it is computed in float; empty where it is quantized
  public record Decision(String node, String op, String reason) {
    public boolean isQuantized() {
      return reason.isEmpty();
    }
  }

  /// The nodes that are computed in float, and why.
  public List<Decision> kept() {
    return nodes.stream().filter(node -> !node.isQuantized()).toList();
  }
}
