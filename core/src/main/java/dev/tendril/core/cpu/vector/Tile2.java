package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.BYTES;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.spread;
import static dev.tendril.core.cpu.vector.Lanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Products with panels two vectors wide, four rows at a time.
final class Tile2 {
  private static final long WIDTH = 2 * BYTES;

  private Tile2() {}

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
    int whole = rows - rows % 4;
    if (whole > 0) {
      whole(whole, depth, a, at, aRow, b, bt, s, st, sRow, c, ct, cRow);
    }
    int i = whole;
    for (; i < rows; i++) {
      one(depth, a, at + i * aRow, aRow, b, bt, s, st + i * sRow, sRow, c, ct + i * cRow, cRow);
    }
  }

  /// As many rows as tiles have, several times.
  private static void whole(
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
    for (int i = 0; i < rows; i += 4) {
      long ai = at + i * aRow;
      long si = st + i * sRow;
      long ci = ct + i * cRow;
      long a1 = ai + 1 * aRow;
      long a2 = ai + 2 * aRow;
      long a3 = ai + 3 * aRow;
      FloatVector c00 = load(s, si);
      FloatVector c01 = load(s, si + BYTES);
      FloatVector c10 = load(s, si + sRow);
      FloatVector c11 = load(s, si + sRow + BYTES);
      FloatVector c20 = load(s, si + 2 * sRow);
      FloatVector c21 = load(s, si + 2 * sRow + BYTES);
      FloatVector c30 = load(s, si + 3 * sRow);
      FloatVector c31 = load(s, si + 3 * sRow + BYTES);
      int fence = Lanes.fence;
      for (int k = 0; k < depth; k++) {
        if (k == fence) {
          break;
        }
        FloatVector b0 = load(b, bt + (long) k * WIDTH);
        FloatVector b1 = load(b, bt + (long) k * WIDTH + BYTES);
        FloatVector x0 = spread(a, ai + 4L * k);
        c00 = x0.fma(b0, c00);
        c01 = x0.fma(b1, c01);
        FloatVector x1 = spread(a, a1 + 4L * k);
        c10 = x1.fma(b0, c10);
        c11 = x1.fma(b1, c11);
        FloatVector x2 = spread(a, a2 + 4L * k);
        c20 = x2.fma(b0, c20);
        c21 = x2.fma(b1, c21);
        FloatVector x3 = spread(a, a3 + 4L * k);
        c30 = x3.fma(b0, c30);
        c31 = x3.fma(b1, c31);
      }
      store(c00, c, ci);
      store(c01, c, ci + BYTES);
      store(c10, c, ci + cRow);
      store(c11, c, ci + cRow + BYTES);
      store(c20, c, ci + 2 * cRow);
      store(c21, c, ci + 2 * cRow + BYTES);
      store(c30, c, ci + 3 * cRow);
      store(c31, c, ci + 3 * cRow + BYTES);
    }
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
    int fence = Lanes.fence;
    for (int k = 0; k < depth; k++) {
      if (k == fence) {
        break;
      }
      FloatVector b0 = load(b, bt + (long) k * WIDTH);
      FloatVector b1 = load(b, bt + (long) k * WIDTH + BYTES);
      FloatVector x0 = spread(a, at + 4L * k);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
    }
    store(c00, c, ct);
    store(c01, c, ct + BYTES);
  }
}
