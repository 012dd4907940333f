package dev.tendril.core.spi;

import dev.tendril.core.graph.Node;

/// What a device can compute of one op.
public interface OpKernel {
  /// The name of the op in texts of graphs, such as `relu`; of a custom op its own.
  String op();

  /// Of several kernels that support a node, that of the highest priority is taken.
  default int priority() {
    return 0;
  }

  /// Whether it computes a node, whose types and extents are known: the constraints of types, and
  /// whatever else it minds.
  Support supports(Node node);

  /// Whether an operand is to be in the host's memory, such as a shape.
  default boolean isHostInput(int operand) {
    return false;
  }

  /// Whether it writes a result to the host's memory.
  default boolean isHostOutput(int result) {
    return false;
  }

  /// Gets ready for a node that it supports; done once, for all runs and threads.
  ReadyKernel prepare(Node node);
}
