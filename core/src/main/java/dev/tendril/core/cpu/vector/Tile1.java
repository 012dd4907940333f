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
    int i = 0;
    for (; i + 6 <= rows; i += 6) {
      six(depth, a, at + i * aRow, aRow, b, bt, s, st + i * sRow, sRow, c, ct + i * cRow, cRow);
    }
    for (; i < rows; i++) {
      one(depth, a, at + i * aRow, aRow, b, bt, s, st + i * sRow, sRow, c, ct + i * cRow, cRow);
    }
  }

  /// Six rows of the panel.
  static void six(
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
    long a2 = at + 2 * aRow;
    long a3 = at + 3 * aRow;
    long a4 = at + 4 * aRow;
    long a5 = at + 5 * aRow;
    FloatVector c00 = load(s, st);
    FloatVector c10 = load(s, st + sRow);
    FloatVector c20 = load(s, st + 2 * sRow);
    FloatVector c30 = load(s, st + 3 * sRow);
    FloatVector c40 = load(s, st + 4 * sRow);
    FloatVector c50 = load(s, st + 5 * sRow);
    int fence = Lanes.fence;
    for (int k = 0; k < depth; k++) {
      if (k == fence) {
        break;
      }
      FloatVector b0 = load(b, bt + (long) k * WIDTH);
      FloatVector x0 = spread(a, at + 4L * k);
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
    store(c00, c, ct);
    store(c10, c, ct + cRow);
    store(c20, c, ct + 2 * cRow);
    store(c30, c, ct + 3 * cRow);
    store(c40, c, ct + 4 * cRow);
    store(c50, c, ct + 5 * cRow);
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
