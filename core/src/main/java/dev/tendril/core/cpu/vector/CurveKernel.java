package dev.tendril.core.cpu.vector;

import dev.tendril.core.spi.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;

/// A function of one number, of every element.
final class CurveKernel implements Kernel {
  private final Curve curve;
  private final Pieces pieces;

  CurveKernel(Curve curve, long count, int threads) {
    this.curve = curve;
    pieces = Pieces.of(count, threads);
  }

  @Override
  public boolean inPlace(int operand) {
    return true;
  }

  @Override
  public long scratchBytes() {
    return Lanes.BYTES;
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    MemorySegment x = inputs.getFirst();
    MemorySegment y = outputs.getFirst();
    IntConsumer part = number -> part(x, y, scratch, number);
    return () -> pieces.run(part);
  }

  private void part(MemorySegment x, MemorySegment y, MemorySegment scratch, int part) {
    long begin = pieces.begin(part) * Float.BYTES;
    int count = (int) (pieces.begin(part + 1) - pieces.begin(part));
    int vectors = count / Lanes.COUNT;
    curve.run(x, begin, y, begin, vectors);
    int rest = count - vectors * Lanes.COUNT;
    if (rest > 0) {
      long at = begin + vectors * Lanes.BYTES;
      Copies.floats(x, at, scratch, 0, rest);
      curve.run(scratch, 0, scratch, 0, 1);
      Copies.floats(scratch, 0, y, at, rest);
    }
  }
}
