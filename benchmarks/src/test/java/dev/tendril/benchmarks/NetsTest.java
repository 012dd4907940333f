package dev.tendril.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.graph.Cost;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import org.junit.jupiter.api.Test;

/// That the networks are those that they are named after.
class NetsTest {
  @Test
  void perceptronHas1664Products() {
    assertEquals(16 * 32 + 32 * 32 + 32 * 4, products(Nets.perceptron()));
  }

  /// The paper has 300 million products and 3.4 million weights for an image of 224 by 224, where
  /// that of 192 by 192 has 36/49 of the convolutions' products.
  @Test
  void mobilenetIsAsLargeAsPublished() {
    Graph graph = Nets.mobilenet(224);
    assertEquals(300e6, products(graph), 2e6);
    assertEquals(3.4e6, weights(graph), 0.1e6);
    assertEquals(221.3e6, products(Nets.mobilenet(192)), 0.1e6);
  }

  private static double products(Graph graph) {
    return graph.nodes().stream()
            .filter(node -> node.op() instanceof Contract)
            .mapToLong(node -> Cost.of(node).flops())
            .sum()
        / 2.0;
  }

  private static double weights(Graph graph) {
    return graph.constants().stream()
        .map(Value::type)
        .mapToDouble(type -> type.shape().size())
        .sum();
  }
}
