package dev.tendril.plugin.pjrt;

import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A structure of PJRT in memory, with zeros after its end: a plug-in of a later version may take
/// fields there for said.
final class PjrtFrame {
  /// How many zeros there are.
  static final long TAIL = 64;

  private final Struct struct;
  private final MemorySegment memory;

  PjrtFrame(Struct struct, Arena arena) {
    this.struct = struct;
    this.memory = arena.allocate(struct.size() + TAIL, 8);
  }

  Struct struct() {
    return struct;
  }

  MemorySegment memory() {
    return memory;
  }

  /// Says its size.
  void size(long bytes) {
    memory.set(ValueLayout.JAVA_LONG, 0, bytes);
  }

  PjrtFrame set(String field, MemorySegment address) {
    memory.set(ValueLayout.ADDRESS, struct.offset(field), address);
    return this;
  }

  PjrtFrame set(String field, PjrtFrame frame) {
    return set(field, frame.memory);
  }

  PjrtFrame set(String field, long value) {
    memory.set(ValueLayout.JAVA_LONG, struct.offset(field), value);
    return this;
  }

  PjrtFrame set(String field, int value) {
    memory.set(ValueLayout.JAVA_INT, struct.offset(field), value);
    return this;
  }

  MemorySegment pointer(String field) {
    return memory.get(ValueLayout.ADDRESS, struct.offset(field));
  }

  long whole(String field) {
    return memory.get(ValueLayout.JAVA_LONG, struct.offset(field));
  }

  int number(String field) {
    return memory.get(ValueLayout.JAVA_INT, struct.offset(field));
  }

  boolean flag(String field) {
    return memory.get(ValueLayout.JAVA_BYTE, struct.offset(field)) != 0;
  }
}
