package dev.tendril.core.cpu.vector;

import java.lang.foreign.MemorySegment;

/// Matrices of floats turned.
final class Transposes {
  private static final int BLOCK = 8;

  private Transposes() {}

  /// Writes `[rows, columns]` as `[columns, rows]`, in small blocks so that both are read and
  /// written by whole lines of a cache.
  static void floats(
      MemorySegment from, long at, int rows, int columns, MemorySegment to, long target) {
    for (int j = 0; j < columns; j += BLOCK) {
      int width = Math.min(BLOCK, columns - j);
      for (int i = 0; i < rows; i += BLOCK) {
        int height = Math.min(BLOCK, rows - i);
        block(
            from,
            at + 4 * ((long) i * columns + j),
            4L * columns,
            to,
            target + 4 * ((long) j * rows + i),
            4L * rows,
            height,
            width);
      }
    }
  }

  private static void block(
      MemorySegment from,
      long at,
      long fromRow,
      MemorySegment to,
      long target,
      long toRow,
      int height,
      int width) {
    for (int j = 0; j < width; j++) {
      for (int i = 0; i < height; i++) {
        to.set(
            Lanes.FLOAT,
            target + j * toRow + 4L * i,
            from.get(Lanes.FLOAT, at + i * fromRow + 4L * j));
      }
    }
  }
}
