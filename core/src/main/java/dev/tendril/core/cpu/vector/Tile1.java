package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.BYTES;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.spread;
import static dev.tendril.core.cpu.vector.Lanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Products with panels one vector wide, six rows at a time.
final class Tile1 {
  private static final long WIDTH = 1 * BYTES;

  private Tile1() {}

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
    int whole = rows - rows % 6;
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
    for (int i = 0; i < rows; i += 6) {
      long ai = at + i * aRow;
      long si = st + i * sRow;
      long ci = ct + i * cRow;
      long a1 = ai + 1 * aRow;
      long a2 = ai + 2 * aRow;
      long a3 = ai + 3 * aRow;
      long a4 = ai + 4 * aRow;
      long a5 = ai + 5 * aRow;
      FloatVector c00 = load(s, si);
      FloatVector c10 = load(s, si + sRow);
      FloatVector c20 = load(s, si + 2 * sRow);
      FloatVector c30 = load(s, si + 3 * sRow);
      FloatVector c40 = load(s, si + 4 * sRow);
      FloatVector c50 = load(s, si + 5 * sRow);
      int fence = Lanes.fence;
      for (int k = 0; k < depth; k++) {
        if (k == fence) {
          break;
        }
        FloatVector b0 = load(b, bt + (long) k * WIDTH);
        FloatVector x0 = spread(a, ai + 4L * k);
        c00 = x0.fma(b0, c00);
        FloatVector x1 = spread(a, a1 + 4L * k);
        c10 = x1.fma(b0, c10);
        FloatVector x2 = spread(a, a2 + 4L * k);
        c20 = x2.fma(b0, c20);
        FloatVector x3 = spread(a, a3 + 4L * k);
        c30 = x3.fma(b0, c30);
        FloatVector x4 = spread(a, a4 + 4L * k);
        c40 = x4.fma(b0, c40);
        FloatVector x5 = spread(a, a5 + 4L * k);
        c50 = x5.fma(b0, c50);
      }
      store(c00, c, ci);
      store(c10, c, ci + cRow);
      store(c20, c, ci + 2 * cRow);
      store(c30, c, ci + 3 * cRow);
      store(c40, c, ci + 4 * cRow);
      store(c50, c, ci + 5 * cRow);
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
    int fence = Lanes.fence;
    for (int k = 0; k < depth; k++) {
      if (k == fence) {
        break;
      }
      FloatVector b0 = load(b, bt + (long) k * WIDTH);
      FloatVector x0 = spread(a, at + 4L * k);
      c00 = x0.fma(b0, c00);
    }
    store(c00, c, ct);
  }
}
