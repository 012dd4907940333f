package dev.tendril.core.cpu.vector;

import java.lang.foreign.MemorySegment;

/// The right-hand matrix of a product, `[depth, columns]`, packed for [Tiles]: columns are divided
/// into panels of one to four vectors; of a panel, row follows row without gaps. The last vector is
/// filled with zeros, so that it is loaded like others.
final class Panels {
  private static final int STREAMS = 8;

  final int depth;
  final int columns;
  final int count;

  /// The columns with those that fill the last vector.
  final int padded;

  Panels(int depth, int columns) {
    this.depth = depth;
    this.columns = columns;
    int vectors = Math.ceilDiv(columns, Lanes.COUNT);
    count = Math.ceilDiv(vectors, Tiles.MOST);
    padded = vectors * Lanes.COUNT;
  }

  /// The packed matrix' size.
  long bytes() {
    return (long) padded * depth * Float.BYTES;
  }

  /// The first column of a panel; panels are about equally wide.
  int first(int panel) {
    long vectors = padded / Lanes.COUNT;
    return count == 0 ? 0 : (int) (vectors * panel / count) * Lanes.COUNT;
  }

  /// The number of vectors across a panel.
  int vectors(int panel) {
    return (first(panel + 1) - first(panel)) / Lanes.COUNT;
  }

  /// Where a panel's row is, in bytes.
  long offset(int panel, int row) {
    long first = first(panel);
    return Float.BYTES * (first * depth + (first(panel + 1) - first) * (long) row);
  }

  /// Packs some panels.
  ///
  /// @param row from one row of `b` to the next, in bytes
  /// @param column from one column to the next; 4, or `row` is
  void pack(
      MemorySegment b,
      long at,
      long row,
      long column,
      MemorySegment packed,
      long to,
      int begin,
      int end) {
    for (int panel = begin; panel < end; panel++) {
      int first = first(panel);
      int width = first(panel + 1) - first;
      int there = Math.min(columns - first, width);
      long target = to + offset(panel, 0);
      if (column == Float.BYTES) {
        copyRows(b, at + first * column, row, there, packed, target, width);
      } else {
        for (int j = 0; j < there; j += STREAMS) {
          int some = Math.min(STREAMS, there - j);
          turn(b, at + (first + j) * column, row, column, some, packed, target + 4L * j, width);
        }
      }
      if (there < width) {
        clear(packed, target, there, width);
      }
    }
  }

  private void copyRows(
      MemorySegment b, long at, long row, int there, MemorySegment packed, long to, int width) {
    int whole = there / Lanes.COUNT * Lanes.COUNT;
    for (int k = 0; k < depth; k++) {
      long from = at + k * row;
      long target = to + 4L * k * width;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        Lanes.store(Lanes.load(b, from + 4L * j), packed, target + 4L * j);
      }
      for (int j = whole; j < there; j++) {
        packed.set(Lanes.FLOAT, target + 4L * j, b.get(Lanes.FLOAT, from + 4L * j));
      }
    }
  }

  /// Few columns at a time: as many streams as a cache has ways, since columns are often a power of
  /// two apart.
  private void turn(
      MemorySegment b,
      long at,
      long row,
      long column,
      int some,
      MemorySegment packed,
      long to,
      int width) {
    for (int k = 0; k < depth; k++) {
      long target = to + 4L * k * width;
      for (int j = 0; j < some; j++) {
        packed.set(Lanes.FLOAT, target + 4L * j, b.get(Lanes.FLOAT, at + k * row + j * column));
      }
    }
  }

  private void clear(MemorySegment packed, long to, int begin, int width) {
    for (int k = 0; k < depth; k++) {
      for (int j = begin; j < width; j++) {
        packed.set(Lanes.FLOAT, to + 4L * ((long) k * width + j), 0);
      }
    }
  }
}
