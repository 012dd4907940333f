package dev.tendril.core.place;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.spi.AllocatorStatistics;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceInfo;
import dev.tendril.core.spi.DeviceName;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.MemoryUse;
import dev.tendril.core.spi.SpecializedGraph;
import dev.tendril.core.spi.Support;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All devices of a program as one: graphs are placed, cut at the borders of devices, and run part
/// by part. It does not own the devices; closing it does nothing.
public final class PlacedDevice implements Device {
  private static final String NOTE = Placement.DEVICE + "(";

  private final Fleet fleet;
  private final @Nullable DeviceName usual;

  /// @param usual the device of nodes that were not asked for elsewhere; null for the best of each
  public PlacedDevice(Fleet fleet, @Nullable DeviceName usual) {
    this.fleet = fleet;
    this.usual = usual;
  }

  private Device first() {
    return usual == null ? fleet.host() : fleet.device(usual);
  }

  @Override
  public DeviceInfo info() {
    return first().info();
  }

  /// Whether some device computes a node.
  @Override
  public Support supports(Node node) {
    Support support = first().supports(node);
    for (Device device : fleet.preferred()) {
      if (support.isYes()) {
        break;
      }
      support = device.supports(node);
    }
    return support;
  }

  @Override
  public Executable compile(Graph graph, CompileOptions options) {
    boolean isPlain =
        fleet.preferred().size() == 1 && (usual == null || first().equals(fleet.host()));
    if (isPlain && graph.notes().keySet().stream().noneMatch(k -> k.startsWith(NOTE))) {
      return fleet.host().compile(graph, options);
    }
    return graph.parameters().stream().map(TensorType::shape).allMatch(Shape::isKnown)
        ? TensorScope.outside(() -> place(graph, options))
        : new SpecializedGraph(graph, info().name(), typed -> place(typed, options));
  }

  private Executable place(Graph graph, CompileOptions options) {
    Placement placement = Placement.of(graph, fleet, usual);
    return new PlacedGraph(graph, placement, fleet.host(), options);
  }

  @Override
  public Tensor receive(Tensor tensor) {
    return first().receive(tensor);
  }

  @Override
  public Optional<AllocatorStatistics> statistics() {
    return first().statistics();
  }

  @Override
  public Optional<MemoryUse> memory() {
    return first().memory();
  }

  @Override
  public void close() {}
}
