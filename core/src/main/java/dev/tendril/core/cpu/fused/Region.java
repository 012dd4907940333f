package dev.tendril.core.cpu.fused;

import java.lang.foreign.MemorySegment;

/// A loop over elements that computes pointwise ops.
interface Region {
  /// @param operands 32-bit floats, as many as the region takes
  /// @param at the byte at which each operand begins
  /// @param to the byte at which the result begins
  /// @param count the number of elements, a multiple of the loop's step
  void run(MemorySegment[] operands, long[] at, MemorySegment result, long to, int count);
}
