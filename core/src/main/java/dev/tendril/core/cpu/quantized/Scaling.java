package dev.tendril.core.cpu.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.tendril.core.kernel.FixedPoint;
import dev.tendril.core.kernel.Requantization;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// How sums are brought to the scale of a result: exactly, and by a product of floats together with
/// the news whether that may be relied upon.
///
/// The exact way multiplies by a number of 31 bits, rounds, divides by `2^e` and rounds again. The
/// first rounding moves the number by no more than half a step, after the division `2^-e / 2`, and
/// so it matters only where the real product is that near to the middle between two integers:
/// everywhere else, one rounding of the product in floats gives the same. By a float the product is
/// off by [#SLACK] at most where it is of use, within the range of 8 bits.
///
/// @param factors for each channel the real multiplier
/// @param trusted for each channel how far the product may be from an integer; less than 0 where it
///     is never to be relied upon
record Scaling(Requantization exact, int columns, MemorySegment factors, MemorySegment trusted) {
  private static final double SLACK = 0x1p-13;

  static Scaling of(Requantization exact, int columns) {
    Arena arena = Arena.ofAuto();
    MemorySegment factors = arena.allocate(Math.max(1, columns) * 4L, 64);
    MemorySegment trusted = arena.allocate(Math.max(1, columns) * 4L, 64);
    FixedPoint.Multiplier[] all = exact.multipliers();
    for (int i = 0; i < columns; i++) {
      FixedPoint.Multiplier multiplier = all[all.length == 1 ? 0 : i];
      int shift = multiplier.shift();
      factors.set(
          JAVA_FLOAT_UNALIGNED,
          4L * i,
          (float) Math.scalb((double) multiplier.factor(), shift - 31));
      trusted.set(
          JAVA_FLOAT_UNALIGNED,
          4L * i,
          shift > 0 ? -1 : (float) (0.5 - Math.scalb(0.5, shift) - SLACK));
    }
    return new Scaling(exact, columns, factors, trusted);
  }

  /// Some sums of a row.
  ///
  /// @param first the row's first element
  void exactly(MemorySegment from, MemorySegment to, long first, int begin, int end) {
    for (int column = begin; column < end; column++) {
      int sum = (int) from.get(JAVA_FLOAT_UNALIGNED, 4 * (first + column));
      to.set(JAVA_BYTE, first + column, (byte) exact.apply(sum, column));
    }
  }
}
