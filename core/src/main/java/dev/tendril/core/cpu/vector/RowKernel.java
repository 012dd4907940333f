package dev.tendril.core.cpu.vector;

import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;

/// What treats each row of numbers next to each other alone: softmax, normalization. Each row is
/// copied to working memory and filled up to whole vectors first.
///
/// Sums are taken over sixteen numbers at once on every processor ([#LANES]), and those sixteen
/// sums in pairs: results are the same whatever the width of its vectors.
abstract class RowKernel implements Kernel {
  /// The numbers that sums are taken over at once.
  static final int LANES = 16;

  private static final long PART_WORK = 1 << 14;

  final int width;

  /// The width, filled up to a multiple of [#LANES].
  final int padded;

  private final long rows;
  private final int parts;

  RowKernel(long rows, int width, int threads) {
    this.rows = rows;
    this.width = width;
    padded = Math.ceilDiv(width, LANES) * LANES;
    long most = Math.min(4L * threads, Math.max(1, rows));
    parts = threads == 1 ? 1 : (int) Math.clamp(rows * width / PART_WORK, 1, most);
  }

  /// What fills a row up.
  abstract float filling();

  /// Computes a row in place.
  ///
  /// @param work a row, filled up; then twice [#LANES] numbers for sums
  abstract void row(List<MemorySegment> inputs, MemorySegment work, long at);

  @Override
  public boolean inPlace(int operand) {
    return operand == 0;
  }

  private long partBytes() {
    return 4L * (padded + 2 * LANES);
  }

  @Override
  public long scratchBytes() {
    return partBytes() * parts;
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    List<MemorySegment> operands = List.copyOf(inputs);
    MemorySegment y = outputs.getFirst();
    IntConsumer part = number -> part(operands, y, scratch, number);
    return parts == 1 ? () -> part.accept(0) : () -> Workers.run(parts, part);
  }

  private void part(List<MemorySegment> inputs, MemorySegment y, MemorySegment scratch, int part) {
    if (width == 0) {
      return;
    }
    long work = part * partBytes();
    long end = rows * (part + 1) / parts;
    for (long i = rows * part / parts; i < end; i++) {
      Copies.floats(inputs.getFirst(), 4 * i * width, scratch, work, width);
      for (int j = width; j < padded; j++) {
        scratch.set(Lanes.FLOAT, work + 4L * j, filling());
      }
      row(inputs, scratch, work);
      Copies.floats(scratch, work, y, 4 * i * width, width);
    }
  }

  /// The sum of [#LANES] numbers, in pairs.
  static float sumOfLanes(MemorySegment memory, long at) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        float a = memory.get(Lanes.FLOAT, at + 4L * i);
        float b = memory.get(Lanes.FLOAT, at + 4L * (i + half));
        memory.set(Lanes.FLOAT, at + 4L * i, a + b);
      }
    }
    return memory.get(Lanes.FLOAT, at);
  }
}
