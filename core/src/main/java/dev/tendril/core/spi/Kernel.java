package dev.tendril.core.spi;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// The computation of one node, ready but for its memory. Immutable and shared by threads.
public interface Kernel {
  /// The bytes of working memory that a run needs, 0 for none.
  default long scratchBytes() {
    return 0;
  }

  /// Which of its provider's ways it is, for reports, such as `product 4x3`; empty for the only
  // one.
  default String variant() {
    return "";
  }

  /// Whether the result may share the memory of an operand, which is then overwritten.
  ///
  /// @param operand the position of the operand
  default boolean inPlace(int operand) {
    return false;
  }

  /// Ties it to memory, so that a run has nothing to look up.
  ///
  /// @param inputs the operands, row-major; of a constant, that of its tensor
  /// @param outputs the results, which do not overlap operands other than as [#inPlace] allows
  /// @param scratch working memory, aligned to 64 bytes, with arbitrary content
  /// @return what computes the results from what is in memory then; not for several threads at once
  Runnable bind(List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch);
}
