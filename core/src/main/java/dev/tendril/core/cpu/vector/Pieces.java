package dev.tendril.core.cpu.vector;

import dev.tendril.core.spi.Workers;
import java.util.function.IntConsumer;

/// A row of numbers in pieces, one for each part of the work; all but the last are whole vectors.
///
/// @param count of numbers
/// @param parts of the work
record Pieces(long count, int parts) {
  private static final long LEAST = 1 << 14;
  private static final int WHOLE = 16;

  static Pieces of(long count, int threads) {
    return new Pieces(count, threads == 1 ? 1 : (int) Math.clamp(count / LEAST, 1, 4L * threads));
  }

  /// The first number of a piece; a multiple of 16, but for the end.
  long begin(int part) {
    return part == parts ? count : count / WHOLE * part / parts * WHOLE;
  }

  void run(IntConsumer part) {
    if (parts == 1) {
      part.accept(0);
    } else {
      Workers.run(parts, part);
    }
  }
}
