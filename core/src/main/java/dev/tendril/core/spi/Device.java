package dev.tendril.core.spi;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;

/// Something that runs graphs.
public interface Device extends AutoCloseable {
  DeviceInfo info();

  /// Whether it can compute a node; the reason appears in the report of placement.
  Support supports(Node node);

  /// Makes a graph ready to run: rewrites, plans memory, prepares kernels.
  ///
  /// @throws dev.tendril.core.TensorException when a node is not supported
  Executable compile(Graph graph, CompileOptions options);

  @Override
  void close();
}
