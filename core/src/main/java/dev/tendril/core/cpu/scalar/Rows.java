package dev.tendril.core.cpu.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Loops over rows of floats. The sums are in an array of Java's heap, apart from all other memory,
/// so that HotSpot's compiler sees that writing one does not change the others, and makes vectors
/// of the loops.
final class Rows {
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Rows() {}

  /// Adds `a · b` to sums, `b` a row of numbers.
  static void add(float[] sums, int count, float a, MemorySegment b, long at) {
    for (int j = 0; j < count; j++) {
      sums[j] += a * b.get(FLOAT, at + 4L * j);
    }
  }

  /// Adds four such products in one pass.
  static void addFour(
      float[] sums,
      int count,
      float a0,
      float a1,
      float a2,
      float a3,
      MemorySegment b,
      long at,
      long row) {
    long at1 = at + row;
    long at2 = at + 2 * row;
    long at3 = at + 3 * row;
    for (int j = 0; j < count; j++) {
      sums[j] =
          sums[j]
              + a0 * b.get(FLOAT, at + 4L * j)
              + a1 * b.get(FLOAT, at1 + 4L * j)
              + a2 * b.get(FLOAT, at2 + 4L * j)
              + a3 * b.get(FLOAT, at3 + 4L * j);
    }
  }

  /// Adds products of two rows, number by number.
  static void addProducts(
      float[] sums, int count, MemorySegment a, long at, MemorySegment b, long bt) {
    for (int j = 0; j < count; j++) {
      sums[j] += a.get(FLOAT, at + 4L * j) * b.get(FLOAT, bt + 4L * j);
    }
  }

  /// Adds a row of `a`, `depth` long, times a matrix of rows of `count`.
  static void addProduct(
      float[] sums,
      int count,
      int depth,
      MemorySegment a,
      long at,
      long step,
      MemorySegment b,
      long bt,
      long row) {
    int k = 0;
    for (; k + 4 <= depth; k += 4) {
      addFour(
          sums,
          count,
          a.get(FLOAT, at + k * step),
          a.get(FLOAT, at + (k + 1) * step),
          a.get(FLOAT, at + (k + 2) * step),
          a.get(FLOAT, at + (k + 3) * step),
          b,
          bt + k * row,
          row);
    }
    for (; k < depth; k++) {
      add(sums, count, a.get(FLOAT, at + k * step), b, bt + k * row);
    }
  }

  static void load(float[] sums, int count, MemorySegment from, long at) {
    for (int j = 0; j < count; j++) {
      sums[j] = from.get(FLOAT, at + 4L * j);
    }
  }

  /// Writes sums, kept to a range; NaN stays.
  static void store(float[] sums, int count, MemorySegment to, long at, float low, float high) {
    for (int j = 0; j < count; j++) {
      to.set(FLOAT, at + 4L * j, Math.min(Math.max(sums[j], low), high));
    }
  }

  /// Writes `[rows, columns]` as `[columns, rows]`.
  static void turn(
      MemorySegment from, long at, int rows, int columns, MemorySegment to, long target) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        float value = from.get(FLOAT, at + 4 * ((long) i * columns + j));
        to.set(FLOAT, target + 4 * ((long) j * rows + i), value);
      }
    }
  }
}
