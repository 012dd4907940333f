package dev.tendril.core.cpu.vector;

import dev.tendril.core.spi.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;

/// A function of two numbers, of all elements; one operand may be spread over the other. What is
/// spread and short is written out several times first, so that the loop is always the same: two
/// rows of vectors. Blocks are of 1 to 4 KB and stay in the nearest cache.
final class PairingKernel implements Kernel {
  private static final int BLOCK = 512;

  private final Pairing pairing;
  private final Spread spread;
  private final boolean leftFull;
  private final boolean both;
  private final Pieces pieces;
  private final int period;
  private final int block;

  /// @param spread how the operand that is spread is; of two full ones, any
  /// @param leftFull whether the right operand is the one that is spread
  PairingKernel(Pairing pairing, Spread spread, boolean leftFull, int threads) {
    this.pairing = pairing;
    this.spread = spread;
    this.leftFull = leftFull;
    both = spread.isFull();
    long count = spread.first() * spread.middle() * spread.last();
    pieces = both ? Pieces.of(count, threads) : new Pieces(count, 1);
    period = (int) spread.last();
    block = both ? 0 : period >= BLOCK ? 0 : period * Math.ceilDiv(BLOCK, Math.max(1, period));
  }

  @Override
  public boolean inPlace(int operand) {
    return both || (operand == 0) == leftFull;
  }

  @Override
  public long scratchBytes() {
    return 2 * Lanes.BYTES + 4L * block + 64;
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    MemorySegment full = inputs.get(leftFull ? 0 : 1);
    MemorySegment other = inputs.get(leftFull ? 1 : 0);
    MemorySegment y = outputs.getFirst();
    if (!both) {
      return () -> spread(full, other, y, scratch);
    }
    IntConsumer part =
        number -> {
          long begin = pieces.begin(number);
          row(
              full,
              4 * begin,
              other,
              4 * begin,
              y,
              (int) (pieces.begin(number + 1) - begin),
              scratch);
        };
    return () -> pieces.run(part);
  }

  private void spread(
      MemorySegment full, MemorySegment other, MemorySegment y, MemorySegment work) {
    long blockAt = 2 * Lanes.BYTES;
    long inner = spread.middle() * spread.last();
    for (long i = 0; i < spread.first(); i++) {
      long at = 4 * i * inner;
      if (block == 0) {
        for (long j = 0; j < spread.middle(); j++) {
          row(full, at + 4 * j * period, other, 4 * i * period, y, period, work);
        }
      } else {
        int there = (int) Math.min(block, inner);
        fill(other, 4 * i * period, work, blockAt, there);
        for (long j = 0; j < inner; j += block) {
          row(full, at + 4 * j, work, blockAt, y, (int) Math.min(block, inner - j), work);
        }
      }
    }
  }

  private void fill(MemorySegment from, long at, MemorySegment to, long target, int count) {
    if (period == 1) {
      float value = from.get(Lanes.FLOAT, at);
      for (int j = 0; j < count; j++) {
        to.set(Lanes.FLOAT, target + 4L * j, value);
      }
    } else {
      for (int j = 0; j < count; j += period) {
        Copies.floats(from, at, to, target + 4L * j, Math.min(period, count - j));
      }
    }
  }

  private void row(
      MemorySegment full,
      long at,
      MemorySegment other,
      long bt,
      MemorySegment y,
      int count,
      MemorySegment work) {
    int vectors = count / Lanes.COUNT;
    int rest = count - vectors * Lanes.COUNT;
    if (leftFull) {
      pairing.run(full, at, other, bt, y, at, vectors);
    } else {
      pairing.run(other, bt, full, at, y, at, vectors);
    }
    if (rest > 0) {
      long done = vectors * Lanes.BYTES;
      Copies.floats(full, at + done, work, leftFull ? 0 : Lanes.BYTES, rest);
      Copies.floats(other, bt + done, work, leftFull ? Lanes.BYTES : 0, rest);
      pairing.run(work, 0, work, Lanes.BYTES, work, 0, 1);
      Copies.floats(work, 0, y, at + done, rest);
    }
  }
}
