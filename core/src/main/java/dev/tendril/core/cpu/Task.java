package dev.tendril.core.cpu;

import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Cost;
import dev.tendril.core.graph.Node;
import dev.tendril.core.spi.Kernel;
import java.util.List;
import java.util.stream.Collectors;

/// A node and who computes it.
///
/// @param provider whose kernel it is, and which of its variants
/// @param refusals why nobody faster does
record Task(Node node, String provider, String refusals, Kernel kernel, Cost cost) {
  /// Such as `f32[1,4], f32[4,3] -> f32[1,3]`.
  String types() {
    return text(node.inputTypes()) + " -> " + text(node.outputs());
  }

  private static String text(List<TensorType> types) {
    return types.stream().map(TensorType::toString).collect(Collectors.joining(", "));
  }
}
