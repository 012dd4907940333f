package dev.tendril.machine.kernel;

import dev.tendril.machine.gen.Evenly;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The right matrix of a product in panels: for each block of the depth, for each panel and each
/// step along the depth, the vectors of its columns next to each other; columns that fill the last
/// vector are 0.
///
/// @param columns of the matrix
/// @param depths the depth in blocks
/// @param lanes floats of a vector
record Panels(Evenly vectors, int columns, Evenly depths, int lanes) {
  long bytes() {
    return row() * depths.whole();
  }

  /// Where a block of the depth begins.
  long at(int block) {
    return row() * depths.start(block);
  }

  /// The bytes of all columns of a step along the depth.
  private long row() {
    return 4L * vectors.whole() * lanes;
  }

  /// A matrix in panels, in memory of its own.
  ///
  /// @param from where the matrix begins, in floats
  /// @param downStep from one row to the next, in floats
  /// @param acrossStep from one column to the next, in floats
  MemorySegment pack(MemorySegment matrix, long from, int downStep, int acrossStep) {
    MemorySegment packed = Arena.ofAuto().allocate(Math.max(64, bytes()), 64);
    float[] values = new float[Math.multiplyExact(columns, depths.whole())];
    MemorySegment.copy(
        matrix, ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * from, values, 0, values.length);
    long place = 0;
    for (int block = 0; block < depths.parts(); block++) {
      int first = depths.start(block);
      int depth = depths.start(block + 1) - first;
      for (int panel = 0; panel < vectors.parts(); panel++) {
        int begin = vectors.start(panel) * lanes;
        int end = vectors.start(panel + 1) * lanes;
        float[] part = new float[(end - begin) * depth];
        int there = Math.min(columns, end) - begin;
        for (int k = 0; k < depth; k++) {
          int to = k * (end - begin);
          int at = (first + k) * downStep + begin * acrossStep;
          for (int j = 0; j < there; j++) {
            part[to + j] = values[at + j * acrossStep];
          }
        }
        MemorySegment.copy(part, 0, packed, ValueLayout.JAVA_FLOAT, place, part.length);
        place += 4L * part.length;
      }
    }
    return packed;
  }

  /// Numbers for columns, filled up with zeros to whole vectors.
  MemorySegment spread(MemorySegment numbers) {
    MemorySegment all = Arena.ofAuto().allocate(Math.max(64, 4L * vectors.whole() * lanes), 64);
    MemorySegment.copy(numbers, 0, all, 0, 4L * columns);
    return all;
  }
}
