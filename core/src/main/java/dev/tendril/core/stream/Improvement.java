package dev.tendril.core.stream;

import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.rewrite.Pass;
import dev.tendril.core.rewrite.Passes;
import dev.tendril.core.rewrite.Rewriter;
import dev.tendril.core.spi.GraphPass;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Improves a graph for a device: the standard passes, then the device's own.
///
/// A standard pass may make an op of several that the device has no kernel for, as when a product
/// takes over the activation after it. Then groups of rules are left out, those that join ops
/// first.
///
/// @param without the groups of rules that were left out; null when all of them were
record Improvement(Graph graph, @Nullable Set<String> without, String report) {
  private static final List<String> ORDER =
      List.of("contract", "algebra", "move", "transpose", "fold");

  static Improvement of(StreamedDevice device, Graph source, boolean rewrite) {
    GraphPass own = device.accelerator().pass();
    Improvement standard =
        rewrite
            ? standard(device, source, own == null ? Set.of() : own.without())
            : new Improvement(source, null, "");
    return own == null || !rewrite ? standard : standard.with(device, own);
  }

  private static Improvement standard(StreamedDevice device, Graph source, Set<String> off) {
    if (off.contains("simplify")) {
      return new Improvement(source, null, "");
    }
    Set<String> without = new HashSet<>(off);
    for (int left = 0; left <= ORDER.size(); left++) {
      Rewriter.Result result = Rewriter.rewrite(source, Passes.simplify(without));
      if (isSupported(device, result.graph())) {
        return new Improvement(result.graph(), Set.copyOf(without), result.report().text());
      }
      if (left < ORDER.size()) {
        without.add(ORDER.get(left));
      }
    }
    return new Improvement(source, null, "");
  }

  private static boolean isSupported(StreamedDevice device, Graph graph) {
    return graph.nodes().stream().allMatch(node -> device.supports(node).isYes());
  }

  private Improvement with(StreamedDevice device, GraphPass own) {
    Graph after;
    try {
      after = Rewriter.rewrite(graph, new Once(own)).graph();
    } catch (IllegalStateException e) {
      throw new TensorException(
          "the graph pass of " + device.info().name() + ": " + e.getMessage(), e);
    }
    for (Node node : after.nodes()) {
      String reason = device.supports(node).reason();
      if (reason != null) {
        throw new TensorException(
            "the graph pass "
                + own.name()
                + " of "
                + device.info().name()
                + " made the node "
                + node.name()
                + ", which the device does not compute: "
                + reason);
      }
    }
    String line =
        after.equals(graph)
            ? "  pass " + own.name() + ": nothing to change\n"
            : "  pass "
                + own.name()
                + ": "
                + graph.nodes().size()
                + " nodes, now "
                + after.nodes().size()
                + "\n";
    return new Improvement(after, without, report + line);
  }

  /// Which standard rules were left out, for people.
  String leftOut() {
    return without == null
        ? "  without standard passes\n"
        : without.isEmpty() ? "" : "  without the standard rules " + without + "\n";
  }

  /// A device's pass, gone once.
  private static final class Once implements Pass {
    private final GraphPass pass;
    private boolean done;

    Once(GraphPass pass) {
      this.pass = pass;
    }

    @Override
    public String name() {
      return pass.name();
    }

    @Override
    public Graph once(Graph graph, BiConsumer<String, String> fired) {
      if (done) {
        return graph;
      }
      done = true;
      Graph after = pass.apply(graph);
      if (!after.equals(graph)) {
        fired.accept(pass.name(), graph.name());
      }
      return after;
    }
  }
}
