package dev.tendril.core.cpu.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// The innermost product: some rows of `a` by one [panel][Panels] of packed `b`, in registers.
///
/// A tile is a block of rows by a whole panel, whose sums are in registers all the way. How many
/// rows go with how many vectors of columns was measured: on processors with 16 vector registers 2
/// by 4 reaches the peak, 3 by 3 97 % and 4 by 2 93 % of it; more accumulators than nine do not fit
/// what HotSpot's compiler makes of it. With 32 registers it is 6 by 4. Every sum is taken in the
/// order of the depth, whatever the tile: results do not depend on how rows were divided.
final class Tiles {
  /// The most vectors in a row of a panel.
  static final int MOST = 4;

  private static final boolean MANY_REGISTERS =
      Lanes.BYTES == 64 || "aarch64".equals(System.getProperty("os.arch"));

  private Tiles() {}

  /// Computes `c = s + a · b`.
  ///
  /// @param vectors the width of the panel
  /// @param depth the number of products in a sum, which are next to each other in a row of `a`
  /// @param at where `a` begins, in bytes, as all offsets
  /// @param aRow from one row of `a` to the next
  /// @param s where the sums begin: the bias, or `c` itself to go on
  /// @param sRow from one row of `s` to the next; 0 where all are the same
  static void panel(
      int vectors,
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
    switch (vectors) {
      case 4 -> {
        if (MANY_REGISTERS) {
          Tile6x4.rows(rows, depth, a, at, aRow, b, bt, s, st, sRow, c, ct, cRow);
        } else {
          Tile4.rows(rows, depth, a, at, aRow, b, bt, s, st, sRow, c, ct, cRow);
        }
      }
      case 3 -> Tile3.rows(rows, depth, a, at, aRow, b, bt, s, st, sRow, c, ct, cRow);
      case 2 -> Tile2.rows(rows, depth, a, at, aRow, b, bt, s, st, sRow, c, ct, cRow);
      default -> Tile1.rows(rows, depth, a, at, aRow, b, bt, s, st, sRow, c, ct, cRow);
    }
  }

  /// Keeps a panel of results to a range. Apart from the product, since one method of all that
  /// would be more than HotSpot's compiler is willing to look at as a whole: vectors would be
  /// objects.
  static void cut(
      int vectors, int rows, MemorySegment c, long ct, long cRow, float low, float high) {
    FloatVector lo = FloatVector.broadcast(Lanes.FLOATS, low);
    FloatVector hi = FloatVector.broadcast(Lanes.FLOATS, high);
    for (int i = 0; i < rows; i++) {
      long at = ct + i * cRow;
      for (int j = 0; j < vectors; j++) {
        long here = at + j * Lanes.BYTES;
        Lanes.store(Lanes.cut(Lanes.load(c, here), lo, hi), c, here);
      }
    }
  }

  /// Adds what lies in `residual` where a panel of results lies in `c`, and keeps the sums to a
  /// range. In a method of its own for the same reason.
  static void add(
      int vectors,
      int rows,
      MemorySegment residual,
      MemorySegment c,
      long ct,
      long cRow,
      float low,
      float high) {
    FloatVector lo = FloatVector.broadcast(Lanes.FLOATS, low);
    FloatVector hi = FloatVector.broadcast(Lanes.FLOATS, high);
    for (int i = 0; i < rows; i++) {
      long at = ct + i * cRow;
      for (int j = 0; j < vectors; j++) {
        long here = at + j * Lanes.BYTES;
        FloatVector sum = Lanes.load(c, here).add(Lanes.load(residual, here));
        Lanes.store(Lanes.cut(sum, lo, hi), c, here);
      }
    }
  }
}
