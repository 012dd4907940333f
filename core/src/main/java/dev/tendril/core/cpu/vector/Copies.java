package dev.tendril.core.cpu.vector;

import java.lang.foreign.MemorySegment;

/// Copies of short rows of floats, for which [MemorySegment#copy] takes too long to begin.
final class Copies {
  private Copies() {}

  static void floats(MemorySegment from, long at, MemorySegment to, long target, int count) {
    int whole = count - count % Lanes.COUNT;
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(from, at + 4L * i), to, target + 4L * i);
    }
    for (int i = whole; i < count; i++) {
      to.set(Lanes.FLOAT, target + 4L * i, from.get(Lanes.FLOAT, at + 4L * i));
    }
  }

  /// Copies whole vectors, so that what follows the target may be overwritten.
  static void roughly(MemorySegment from, long at, MemorySegment to, long target, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(from, at + 4L * i), to, target + 4L * i);
    }
  }
}
