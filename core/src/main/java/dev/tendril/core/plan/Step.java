package dev.tendril.core.plan;

import dev.tendril.core.graph.Node;
import java.util.List;

/// What is to be done for a node.
///
/// @param operands the positions of the operands that are copied, where the work is [Work#JOIN]
public record Step(Node node, Work work, List<Integer> operands) {
  /// Kinds of work.
  public enum Work {
    /// The op is computed.
    COMPUTE,
    /// Nothing: the result is where its operand is.
    NOTHING,
    /// A concatenation of which some operands are in their place already; the others are copied.
    JOIN
  }

  public Step {
    operands = List.copyOf(operands);
  }
}
