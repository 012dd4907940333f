package dev.tendril.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Weights that are taken away.
class PrunerTest {
  private static final Graph LAYERS =
      Graph.parse(
          """
          graph layers (x: f32[1,4]) -> (y) {
            w = constant f32[4,4] {
              1, -2, 3, -4,
              0.5, 0.25, -0.125, 5,
              0, 0, 0, 0,
              7, 6, -5, 4
            }
            b = constant f32[4] {1, 2, 0, 4}
            v = constant f32[2,4] {1, 2, 3, 4, 5, 6, 7, 8}
            h = matmul(x, w, b) transpose_b=true activation=relu
            y = matmul(h, v) transpose_b=true
          }
          """);

  private static Tensor weights(Graph graph, String name) {
    Node node = graph.nodes().stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
    return ((Value.Constant) node.inputs().get(1)).tensor();
  }

  @Test
  void theSmallestWeightsGo() {
    Pruned pruned = Pruner.magnitude(LAYERS, 0.5);
    assertArrayEquals(
        new float[] {0, -2, 3, -4, 0, 0, 0, 5, 0, 0, 0, 0, 7, 6, -5, 4},
        weights(pruned.graph(), "h").toFloatArray());
    assertArrayEquals(
        new float[] {0, 0, 0, 0, 5, 6, 7, 8}, weights(pruned.graph(), "y").toFloatArray());
    assertEquals(12.0 / 24, 1 - pruned.sparsity(), 0.05);
    assertThrows(IllegalArgumentException.class, () -> Pruner.magnitude(LAYERS, 1));
  }

  @Test
  void twoOfFourStay() {
    Pruned pruned = Pruner.twoOfFour(LAYERS);
    assertArrayEquals(
        new float[] {0, 0, 3, -4, 0.5f, 0, 0, 5, 0, 0, 0, 0, 7, 6, 0, 0},
        weights(pruned.graph(), "h").toFloatArray());
    assertArrayEquals(
        new float[] {0, 0, 3, 4, 0, 0, 7, 8}, weights(pruned.graph(), "y").toFloatArray());
  }

  /// The channel whose filter is zero goes, with what reads it; the answer stays.
  @Test
  void channelsGoWithWhatReadsThem() {
    Pruned pruned = Pruner.channels(LAYERS, 0.25);
    assertArrayEquals(new float[] {1, 2, 4, 5, 6, 8}, weights(pruned.graph(), "y").toFloatArray());
    assertEquals("f32[3,4]", weights(pruned.graph(), "h").type().toString());
    Tensor x = Tensor.of(new float[] {1, -1, 0.5f, 2}, 1, 4);
    assertArrayEquals(
        LAYERS.evaluate(List.of(x)).getFirst().toFloatArray(),
        pruned.graph().evaluate(List.of(x)).getFirst().toFloatArray());
  }

  /// Through a depthwise convolution, a pool and a flattening; not where a sum reads the channel.
  @Test
  void channelsAreFollowed() {
    Graph graph =
        Graph.parse(
            """
            graph net (x: f32[1,4,4,1]) -> (y, z) {
              w = constant f32[2,1,1,1] {1, 0}
              d = constant f32[1,1,2] {2, 3}
              m = constant f32[3,8] {
                1, 9, 2, 9, 3, 9, 4, 9,
                5, 9, 6, 9, 7, 9, 8, 9,
                9, 9, 8, 9, 7, 9, 6, 9
              }
              a = conv(x, w)
              b = depthwise_conv(a, d)
              c = max_pool(b) window=[2,2]
              f = reshape(c) shape=[1,8]
              y = matmul(f, m) transpose_b=true
              e = conv(x, w)
              z = add(e, b)
            }
            """);
    assertEquals(0, dropped(Pruner.channels(graph, 0.5)));
    Graph alone =
        Graph.parse(
            graph
                .toText()
                .replace("z = add(e, b)", "z = relu(x)")
                .replace("  e = conv(x, w)\n", ""));
    Pruned pruned = Pruner.channels(alone, 0.5);
    assertEquals("f32[3,4]", weights(pruned.graph(), "y").type().toString());
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3, 2}, 1, 4, 4, 1);
    assertArrayEquals(
        alone.evaluate(List.of(x)).getFirst().toFloatArray(),
        pruned.graph().evaluate(List.of(x)).getFirst().toFloatArray());
  }

  private static long dropped(Pruned pruned) {
    return pruned.floats().constants().stream().mapToLong(c -> c.type().shape().size()).sum()
        - pruned.graph().constants().stream().mapToLong(c -> c.type().shape().size()).sum();
  }

  @Test
  void sparsityGrowsByThirdPower() {
    PruningSchedule schedule = PruningSchedule.polynomial(0.8, 100, 300);
    assertEquals(0, schedule.sparsity(0));
    assertEquals(0.8 * (1 - 1 / 8.0), schedule.sparsity(200), 1e-12);
    assertEquals(0.8, schedule.sparsity(1000));
    assertThrows(IllegalArgumentException.class, () -> PruningSchedule.polynomial(1.5, 0, 1));
  }
}
