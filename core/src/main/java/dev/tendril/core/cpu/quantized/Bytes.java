package dev.tendril.core.cpu.quantized;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/// From 8-bit numbers to 32-bit floats and back, in plain loops.
class Bytes {
  /// Writes numbers less their zero point as floats.
  ///
  /// @param unsigned whether they are from 0 to 255
  void widen(
      MemorySegment from, boolean unsigned, int zeroPoint, MemorySegment to, long begin, long end) {
    for (long i = begin; i < end; i++) {
      byte value = from.get(JAVA_BYTE, i);
      to.set(JAVA_FLOAT_UNALIGNED, 4 * i, (unsigned ? value & 0xff : value) - zeroPoint);
    }
  }

  /// Brings whole numbers in floats to the scale of a result.
  ///
  /// @param from rows of sums, as many as there are channels in each
  /// @param end exclusively, as `begin` a number of rows
  void narrow(MemorySegment from, Scaling scaling, MemorySegment to, long begin, long end) {
    for (long row = begin; row < end; row++) {
      scaling.exactly(from, to, row * scaling.columns(), 0, scaling.columns());
    }
  }
}
