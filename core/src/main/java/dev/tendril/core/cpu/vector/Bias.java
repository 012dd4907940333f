package dev.tendril.core.cpu.vector;

import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Where sums by column begin: a bias, or zeros, with zeros for the columns that fill the last
/// vector.
///
/// @param known null when it is an operand that is not constant
/// @param operand its place among operands, or -1
record Bias(@Nullable MemorySegment known, int operand, int columns, int padded) {
  static Bias of(Node node, int operand, int columns, int padded) {
    boolean there = node.inputs().size() > operand;
    if (there && !(node.inputs().get(operand) instanceof Value.Constant)) {
      return new Bias(null, operand, columns, padded);
    }
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, padded) * 4L, 64);
    if (there && node.inputs().get(operand) instanceof Value.Constant constant) {
      Copies.floats(constant.tensor().memory(), 0, memory, 0, columns);
    }
    return new Bias(memory, -1, columns, padded);
  }

  /// The working memory that it needs.
  long bytes() {
    return known == null ? padded * 4L : 0;
  }

  /// Reads one that is not constant.
  void read(MemorySegment from, MemorySegment to, long at) {
    to.asSlice(at, padded * 4L).fill((byte) 0);
    Copies.floats(from, 0, to, at, columns);
  }
}
