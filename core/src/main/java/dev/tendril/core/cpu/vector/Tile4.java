package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.BYTES;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.spread;
import static dev.tendril.core.cpu.vector.Lanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Products with panels four vectors wide, two rows at a time: what suits 16 registers.
final class Tile4 {
  private static final long WIDTH = 4 * BYTES;

  private Tile4() {}

  /// All rows of the panel; see [Tiles#panel].
  static void rows(
      int rows,
      int depth,
      MemorySegment a,
      long at,
      long aRow,
      MemorySegment b,
      long bt,
      MemorySegment s,
      long st,
      long sRow,
      MemorySegment c,
      long ct,
      long cRow) {
    int i = 0;
    for (; i + 2 <= rows; i += 2) {
      two(depth, a, at + i * aRow, aRow, b, bt, s, st + i * sRow, sRow, c, ct + i * cRow, cRow);
    }
    for (; i < rows; i++) {
      one(depth, a, at + i * aRow, aRow, b, bt, s, st + i * sRow, sRow, c, ct + i * cRow, cRow);
    }
  }

  /// Two rows of the panel.
  static void two(
      int depth,
      MemorySegment a,
      long at,
      long aRow,
      MemorySegment b,
      long bt,
      MemorySegment s,
      long st,
      long sRow,
      MemorySegment c,
      long ct,
      long cRow) {
    long a1 = at + 1 * aRow;
    FloatVector c00 = load(s, st);
    FloatVector c01 = load(s, st + BYTES);
    FloatVector c02 = load(s, st + 2 * BYTES);
    FloatVector c03 = load(s, st + 3 * BYTES);
    FloatVector c10 = load(s, st + sRow);
    FloatVector c11 = load(s, st + sRow + BYTES);
    FloatVector c12 = load(s, st + sRow + 2 * BYTES);
    FloatVector c13 = load(s, st + sRow + 3 * BYTES);
    int fence = Lanes.fence;
    for (int k = 0; k < depth; k++) {
      if (k == fence) {
        break;
      }
      FloatVector b0 = load(b, bt + (long) k * WIDTH);
      FloatVector b1 = load(b, bt + (long) k * WIDTH + BYTES);
      FloatVector b2 = load(b, bt + (long) k * WIDTH + 2 * BYTES);
      FloatVector b3 = load(b, bt + (long) k * WIDTH + 3 * BYTES);
      FloatVector x0 = spread(a, at + 4L * k);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      c03 = x0.fma(b3, c03);
      FloatVector x1 = spread(a, a1 + 4L * k);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c12 = x1.fma(b2, c12);
      c13 = x1.fma(b3, c13);
    }
    store(c00, c, ct);
    store(c01, c, ct + BYTES);
    store(c02, c, ct + 2 * BYTES);
    store(c03, c, ct + 3 * BYTES);
    store(c10, c, ct + cRow);
    store(c11, c, ct + cRow + BYTES);
    store(c12, c, ct + cRow + 2 * BYTES);
    store(c13, c, ct + cRow + 3 * BYTES);
  }

  /// One row of the panel.
  static void one(
      int depth,
      MemorySegment a,
      long at,
      long aRow,
      MemorySegment b,
      long bt,
      MemorySegment s,
      long st,
      long sRow,
      MemorySegment c,
      long ct,
      long cRow) {
    FloatVector c00 = load(s, st);
    FloatVector c01 = load(s, st + BYTES);
    FloatVector c02 = load(s, st + 2 * BYTES);
    FloatVector c03 = load(s, st + 3 * BYTES);
    int fence = Lanes.fence;
    for (int k = 0; k < depth; k++) {
      if (k == fence) {
        break;
      }
      FloatVector b0 = load(b, bt + (long) k * WIDTH);
      FloatVector b1 = load(b, bt + (long) k * WIDTH + BYTES);
      FloatVector b2 = load(b, bt + (long) k * WIDTH + 2 * BYTES);
      FloatVector b3 = load(b, bt + (long) k * WIDTH + 3 * BYTES);
      FloatVector x0 = spread(a, at + 4L * k);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      c03 = x0.fma(b3, c03);
    }
    store(c00, c, ct);
    store(c01, c, ct + BYTES);
    store(c02, c, ct + 2 * BYTES);
    store(c03, c, ct + 3 * BYTES);
  }
}
