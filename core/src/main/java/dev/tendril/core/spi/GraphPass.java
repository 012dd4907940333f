package dev.tendril.core.spi;

import dev.tendril.core.graph.Graph;
import java.util.Set;

/// What a device does to the graphs that it is to run, after the standard passes and before kernels
/// are chosen; one for each type of device.
public interface GraphPass {
  /// What it is called in reports.
  String name();

  /// The standard passes that must not be gone before it: `simplify` for all, or some of `fold`,
  /// `move`, `algebra`, `transpose` and `contract`.
  default Set<String> without() {
    return Set.of();
  }

  /// Improves a graph. Inputs and outputs must keep their names and types; this is checked.
  ///
  /// @return the same graph when there is nothing to change
  /// @throws dev.tendril.core.TensorException when it fails
  Graph apply(Graph graph);
}
