package dev.tendril.plugin.pjrt;

import dev.tendril.compile.StableHloEmitter;
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
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.MemoryUse;
import dev.tendril.core.spi.SpecializedGraph;
import dev.tendril.core.spi.Support;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A device of a PJRT plug-in. It takes whole graphs, as programs of StableHLO, which the plug-in
/// compiles.
final class PjrtDevice implements Device {
  private final PjrtClient client;
  private final PjrtClient.Addressable addressable;
  private final DeviceInfo info;
  private final Runnable end;

  /// @param end what is done when it is closed
  PjrtDevice(PjrtClient client, PjrtClient.Addressable addressable, DeviceInfo info, Runnable end) {
    this.client = client;
    this.addressable = addressable;
    this.info = info;
    this.end = end;
  }

  PjrtClient client() {
    return client;
  }

  PjrtClient.Addressable addressable() {
    return addressable;
  }

  String logicalName() {
    return info.deviceName().logical();
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public Support supports(Node node) {
    return StableHloEmitter.supports(node);
  }

  @Override
  public Executable compile(Graph graph, CompileOptions options) {
    return graph.parameters().stream().map(TensorType::shape).allMatch(Shape::isKnown)
        ? TensorScope.outside(() -> new PjrtGraph(this, graph, options))
        : new SpecializedGraph(graph, info.name(), typed -> new PjrtGraph(this, typed, options));
  }

  /// A tensor of a buffer of this device, which it owns from now on.
  Tensor tensor(MemorySegment buffer, TensorType type) {
    return Tensor.on(new PjrtBuffer(this, type, buffer), type);
  }

  /// Whether a tensor is a whole buffer of this device.
  boolean owns(Tensor tensor) {
    return tensor.remote() instanceof PjrtBuffer buffer
        && buffer.owner() == this
        && buffer.type().equals(tensor.type());
  }

  @Override
  public Tensor receive(Tensor tensor) {
    return owns(tensor)
        ? tensor
        : tensor(client.upload(tensor.memory(), tensor.type(), addressable), tensor.type());
  }

  @Override
  public Optional<AllocatorStatistics> statistics() {
    try (Arena arena = Arena.ofConfined()) {
      PjrtFrame said = client.memoryStats(addressable, arena);
      return said == null
          ? Optional.empty()
          : Optional.of(
              new AllocatorStatistics(
                  value(said, "num_allocs"),
                  said.whole("bytes_in_use"),
                  value(said, "peak_bytes_in_use"),
                  value(said, "largest_alloc_size"),
                  value(said, "bytes_reserved"),
                  value(said, "bytes_limit")));
    }
  }

  private static long value(PjrtFrame said, String field) {
    return said.flag(field + "_is_set") ? Math.max(0, said.whole(field)) : 0;
  }

  @Override
  public Optional<MemoryUse> memory() {
    return statistics()
        .filter(s -> s.limit() > 0)
        .map(s -> new MemoryUse(Math.max(0, s.limit() - s.inUse()), s.limit()));
  }

  @Override
  public void close() {
    end.run();
  }
}
