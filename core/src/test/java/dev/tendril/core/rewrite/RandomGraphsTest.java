package dev.tendril.core.rewrite;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.graph.Graph;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Rewrites random graphs and expects the same values.
final class RandomGraphsTest {
  @Test
  void rewrittenGraphsComputeTheSame() {
    long seed = 42;
    Set<String> fired = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      Graph graph = RandomGraph.of(seed + i);
      try {
        Rewriter.Result result = Rewriter.rewrite(graph, Passes.SIMPLIFY, Passes.fuse(_ -> true));
        Rewrites.assertSameValues(graph, result.graph(), seed + i, 1e-3);
        fired.addAll(result.report().counts().keySet());
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + (seed + i) + "\n" + graph.toText(), e);
      }
    }
    assertTrue(fired.size() >= 20, () -> fired.toString());
  }
}
