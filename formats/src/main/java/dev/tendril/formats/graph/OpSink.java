package dev.tendril.formats.graph;

import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Op;

/// Where nodes go that are made.
@FunctionalInterface
public interface OpSink {
  /// The result of a node.
  Value add(Op op, Value... operands);
}
