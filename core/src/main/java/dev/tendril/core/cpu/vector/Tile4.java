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
    int whole = rows - rows % 2;
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
    for (int i = 0; i < rows; i += 2) {
      long ai = at + i * aRow;
      long si = st + i * sRow;
      long ci = ct + i * cRow;
      long a1 = ai + 1 * aRow;
      FloatVector c00 = load(s, si);
      FloatVector c01 = load(s, si + BYTES);
      FloatVector c02 = load(s, si + 2 * BYTES);
      FloatVector c03 = load(s, si + 3 * BYTES);
      FloatVector c10 = load(s, si + sRow);
      FloatVector c11 = load(s, si + sRow + BYTES);
      FloatVector c12 = load(s, si + sRow + 2 * BYTES);
      FloatVector c13 = load(s, si + sRow + 3 * BYTES);
      int fence = Lanes.fence;
      for (int k = 0; k < depth; k++) {
        if (k == fence) {
          break;
        }
        FloatVector b0 = load(b, bt + (long) k * WIDTH);
        FloatVector b1 = load(b, bt + (long) k * WIDTH + BYTES);
        FloatVector b2 = load(b, bt + (long) k * WIDTH + 2 * BYTES);
        FloatVector b3 = load(b, bt + (long) k * WIDTH + 3 * BYTES);
        FloatVector x0 = spread(a, ai + 4L * k);
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
      store(c00, c, ci);
      store(c01, c, ci + BYTES);
      store(c02, c, ci + 2 * BYTES);
      store(c03, c, ci + 3 * BYTES);
      store(c10, c, ci + cRow);
      store(c11, c, ci + cRow + BYTES);
      store(c12, c, ci + cRow + 2 * BYTES);
      store(c13, c, ci + cRow + 3 * BYTES);
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
