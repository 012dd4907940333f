package dev.tendril.core.cpu;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.CustomOp;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.SpecializedGraph;
import dev.tendril.core.spi.Support;
import dev.tendril.core.spi.Workers;

/// The processor that Java runs on. Computes every op: with the best kernel that a provider has for
/// it, else with the reference.
public final class CpuDevice implements Device {
  private final DeviceInfo info;

  CpuDevice(DeviceInfo info) {
    this.info = info;
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public Support supports(Node node) {
    if (node.op() instanceof Custom custom) {
      try {
        if (!CustomOp.of(custom).hasReference()) {
          return Support.no("only the device of the custom op " + custom.op() + " computes it");
        }
      } catch (TensorException e) {
        return Support.no(String.valueOf(e.getMessage()));
      }
    }
    return Support.YES;
  }

  /// A graph of known extents is planned once; one whose extents depend on its operands, or on
  /// values on the way, is planned anew for the types of each run, or run node by node.
  @Override
  public Executable compile(Graph graph, CompileOptions options) {
    int threads = options.threads() == 0 ? Workers.available() : options.threads();
    CompileOptions known = options.withThreads(threads);
    return isStatic(graph)
        ? TensorScope.outside(() -> PlannedGraph.compile(graph, known))
        : new SpecializedGraph(
            graph,
            info().name(),
            typed ->
                isStatic(typed)
                    ? PlannedGraph.compile(typed, known)
                    : new EvaluatedGraph(typed, info().name(), known.rounding()));
  }

  private static boolean isStatic(Graph graph) {
    return graph.parameters().stream().map(TensorType::shape).allMatch(Shape::isKnown)
        && graph.nodes().stream()
            .flatMap(node -> node.outputs().stream())
            .map(TensorType::shape)
            .allMatch(Shape::isKnown);
  }

  @Override
  public void close() {}
}
