package dev.tendril.machine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Memory of kernels' own, which goes with them.
final class Own {
  private Own() {}

  static MemorySegment bytes(byte[] values) {
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(64, values.length), 64);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_BYTE, 0, values.length);
    return memory;
  }

  static MemorySegment shorts(short[] values) {
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(64, 2L * values.length), 64);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_SHORT, 0, values.length);
    return memory;
  }

  static MemorySegment ints(int[] values) {
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(64, 4L * values.length), 64);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_INT, 0, values.length);
    return memory;
  }
}
