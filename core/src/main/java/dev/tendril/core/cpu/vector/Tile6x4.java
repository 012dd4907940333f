package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.BYTES;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.spread;
import static dev.tendril.core.cpu.vector.Lanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Products with panels four vectors wide, six rows at a time: what suits 32 registers.
final class Tile6x4 {
  private static final long WIDTH = 4 * BYTES;

  private Tile6x4() {}

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
    for (; i + 2 <= rows; i += 2) {
      two(depth, a, at + i * aRow, aRow, b, bt, s, st + i * sRow, sRow, c, ct + i * cRow, cRow);
    }
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
      FloatVector c01 = load(s, si + BYTES);
      FloatVector c02 = load(s, si + 2 * BYTES);
      FloatVector c03 = load(s, si + 3 * BYTES);
      FloatVector c10 = load(s, si + sRow);
      FloatVector c11 = load(s, si + sRow + BYTES);
      FloatVector c12 = load(s, si + sRow + 2 * BYTES);
      FloatVector c13 = load(s, si + sRow + 3 * BYTES);
      FloatVector c20 = load(s, si + 2 * sRow);
      FloatVector c21 = load(s, si + 2 * sRow + BYTES);
      FloatVector c22 = load(s, si + 2 * sRow + 2 * BYTES);
      FloatVector c23 = load(s, si + 2 * sRow + 3 * BYTES);
      FloatVector c30 = load(s, si + 3 * sRow);
      FloatVector c31 = load(s, si + 3 * sRow + BYTES);
      FloatVector c32 = load(s, si + 3 * sRow + 2 * BYTES);
      FloatVector c33 = load(s, si + 3 * sRow + 3 * BYTES);
      FloatVector c40 = load(s, si + 4 * sRow);
      FloatVector c41 = load(s, si + 4 * sRow + BYTES);
      FloatVector c42 = load(s, si + 4 * sRow + 2 * BYTES);
      FloatVector c43 = load(s, si + 4 * sRow + 3 * BYTES);
      FloatVector c50 = load(s, si + 5 * sRow);
      FloatVector c51 = load(s, si + 5 * sRow + BYTES);
      FloatVector c52 = load(s, si + 5 * sRow + 2 * BYTES);
      FloatVector c53 = load(s, si + 5 * sRow + 3 * BYTES);
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
        FloatVector x2 = spread(a, a2 + 4L * k);
        c20 = x2.fma(b0, c20);
        c21 = x2.fma(b1, c21);
        c22 = x2.fma(b2, c22);
        c23 = x2.fma(b3, c23);
        FloatVector x3 = spread(a, a3 + 4L * k);
        c30 = x3.fma(b0, c30);
        c31 = x3.fma(b1, c31);
        c32 = x3.fma(b2, c32);
        c33 = x3.fma(b3, c33);
        FloatVector x4 = spread(a, a4 + 4L * k);
        c40 = x4.fma(b0, c40);
        c41 = x4.fma(b1, c41);
        c42 = x4.fma(b2, c42);
        c43 = x4.fma(b3, c43);
        FloatVector x5 = spread(a, a5 + 4L * k);
        c50 = x5.fma(b0, c50);
        c51 = x5.fma(b1, c51);
        c52 = x5.fma(b2, c52);
        c53 = x5.fma(b3, c53);
      }
      store(c00, c, ci);
      store(c01, c, ci + BYTES);
      store(c02, c, ci + 2 * BYTES);
      store(c03, c, ci + 3 * BYTES);
      store(c10, c, ci + cRow);
      store(c11, c, ci + cRow + BYTES);
      store(c12, c, ci + cRow + 2 * BYTES);
      store(c13, c, ci + cRow + 3 * BYTES);
      store(c20, c, ci + 2 * cRow);
      store(c21, c, ci + 2 * cRow + BYTES);
      store(c22, c, ci + 2 * cRow + 2 * BYTES);
      store(c23, c, ci + 2 * cRow + 3 * BYTES);
      store(c30, c, ci + 3 * cRow);
      store(c31, c, ci + 3 * cRow + BYTES);
      store(c32, c, ci + 3 * cRow + 2 * BYTES);
      store(c33, c, ci + 3 * cRow + 3 * BYTES);
      store(c40, c, ci + 4 * cRow);
      store(c41, c, ci + 4 * cRow + BYTES);
      store(c42, c, ci + 4 * cRow + 2 * BYTES);
      store(c43, c, ci + 4 * cRow + 3 * BYTES);
      store(c50, c, ci + 5 * cRow);
      store(c51, c, ci + 5 * cRow + BYTES);
      store(c52, c, ci + 5 * cRow + 2 * BYTES);
      store(c53, c, ci + 5 * cRow + 3 * BYTES);
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
