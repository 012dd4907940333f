package dev.tendril.core.spi;

import dev.tendril.core.graph.Node;

/// A source of kernels for the CPU device, found as a service: scalar loops, vectors, machine code,
/// an engine for forests. For each node the device takes the provider of the highest priority that
/// supports it. Every kernel is proven equal to the reference by the conformance matrix.
public interface KernelProvider {
  /// The reference's own priority, the least.
  int REFERENCE = 0;

  /// Plain Java.
  int SCALAR = 100;

  /// The Vector API.
  int VECTOR = 200;

  /// Machine code.
  int MACHINE = 300;

  /// What it is called in reports, such as `vector`.
  String name();

  int priority();

  /// Whether it works on this machine at all, and if not, why; asked once.
  default Support available() {
    return Support.YES;
  }

  /// Whether it has a kernel for a node, whose types are known.
  Support supports(Node node);

  /// Makes a kernel for a node that it supports: chooses by shapes, packs constant operands. Takes
  /// its time; done once, for all runs and threads.
  ///
  /// @param threads how many threads its work may be spread over; results must not depend on it
  Kernel prepare(Node node, int threads);

  /// The same, for those who heed more of how a graph is made ready than how many threads there
  /// are, such as the way to round.
  default Kernel prepare(Node node, CompileOptions options) {
    return prepare(node, options.threads());
  }
}
