package dev.tendril.core.spi;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import java.util.Optional;

/// Something that runs graphs.
public interface Device extends AutoCloseable {
  DeviceInfo info();

  /// Whether it can compute a node; the reason appears in the report of placement.
  Support supports(Node node);

  /// Makes a graph ready to run: rewrites, plans memory, prepares kernels.
  ///
  /// @throws dev.tendril.core.TensorException when a node is not supported
  Executable compile(Graph graph, CompileOptions options);

  /// A tensor of the same values in this device's memory: itself, if that is where it is. Devices
  /// that compute in the host's memory give one there.
  default Tensor receive(Tensor tensor) {
    return tensor.toHost();
  }

  /// Whether it reads an operand of a node that it supports from the host's memory, such as a
  /// shape; then it is not copied to the device.
  default boolean isHostOperand(Node node, int operand) {
    return false;
  }

  /// What its allocator did; empty when it has none of its own.
  default Optional<AllocatorStatistics> statistics() {
    return Optional.empty();
  }

  /// How much memory it has; empty when it does not say.
  default Optional<MemoryUse> memory() {
    return Optional.empty();
  }

  @Override
  void close();
}
