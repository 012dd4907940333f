package dev.tendril.core.quantize;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A graph some of whose weights are gone.
///
/// @param floats what it was made of
/// @param layers the layers with weights, in order
/// @param values what the first result of each node of `floats` is in `graph`, by the node's name;
///     those of layers that lost channels are left out
public record Pruned(Graph graph, Graph floats, List<Layer> layers, Map<String, Value> values) {
  public Pruned {
    layers = List.copyOf(layers);
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /// A layer.
  ///
  /// @param before its weights
  /// @param after its weights that are not 0
  public record Layer(String node, String op, long before, long after) {}

  /// The share of weights that are gone.
  public double sparsity() {
    long before = layers.stream().mapToLong(Layer::before).sum();
    long after = layers.stream().mapToLong(Layer::after).sum();
    return before == 0 ? 0 : 1 - (double) after / before;
  }
}
