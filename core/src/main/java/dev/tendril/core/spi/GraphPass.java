package dev.tendril.core.spi;

import dev.tendril.core.graph.Graph;

/// A change of a whole graph that a device wants before it is compiled.
public interface GraphPass {
  String name();

  Graph apply(Graph graph);
}
