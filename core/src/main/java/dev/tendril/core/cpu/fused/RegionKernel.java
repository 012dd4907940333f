package dev.tendril.core.cpu.fused;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// A region over tensors that broadcast. The result is cut into rows: the last axes as far as each
/// operand either goes along with all of them or stays where it is. Within a row the loop runs;
/// where operands begin in each row is counted up axis by axis.
///
/// What is left at the end of a row, less than a step, is computed on copies.
final class RegionKernel implements Kernel {
  /// The least number of elements that is worth a thread.
  private static final long GRAIN = 1 << 14;

  private final Region region;
  private final int step;
  private final int threads;
  private final boolean[] spread;
  private final boolean[] whole;
  private final int rowLength;
  private final int[] extents;

  /// By operand and axis before the row: bytes to the next, 0 where the operand stays.
  private final long[][] strides;

  private final long rows;

  RegionKernel(
      Dialect dialect, Graph body, List<TensorType> operands, TensorType result, int threads) {
    Shape shape = result.shape();
    int rank = shape.rank();
    this.step = dialect.step();
    this.threads = threads;
    this.spread = new boolean[operands.size()];
    this.whole = new boolean[operands.size()];
    this.strides = new long[operands.size()][];
    long[][] all = new long[operands.size()][];
    for (int i = 0; i < operands.size(); i++) {
      all[i] = strides(operands.get(i).shape(), shape);
      whole[i] = operands.get(i).shape().equals(shape);
    }
    int begin = rowBegin(shape, all);
    this.rowLength = Math.toIntExact(shape.size(begin, rank));
    this.rows = shape.size(0, begin);
    this.extents = new int[begin];
    for (int axis = 0; axis < begin; axis++) {
      extents[axis] = shape.dim(axis);
    }
    for (int i = 0; i < operands.size(); i++) {
      strides[i] = Arrays.copyOf(all[i], begin);
      boolean moves = false;
      for (int axis = begin; axis < rank; axis++) {
        moves |= all[i][axis] != 0;
      }
      spread[i] = !moves;
    }
    this.region = RegionCode.make(dialect, body, spread);
  }

  /// The bytes from an element to its neighbor along each axis of the result; 0 where the operand
  /// has one element or the result no more than one.
  private static long[] strides(Shape operand, Shape result) {
    long[] own = operand.strides();
    long[] strides = new long[result.rank()];
    int before = result.rank() - operand.rank();
    for (int axis = before; axis < strides.length; axis++) {
      strides[axis] = operand.dim(axis - before) == 1 ? 0 : 4 * own[axis - before];
    }
    return strides;
  }

  /// The first axis of the row: from there on, each operand has no gap and no repetition, or stays.
  private static int rowBegin(Shape result, long[][] strides) {
    int begin = result.rank();
    long inner = 1;
    while (begin > 0) {
      int axis = begin - 1;
      int extent = result.dim(axis);
      if (extent != 1) {
        for (long[] operand : strides) {
          boolean dense = operand[axis] == 4 * inner && moves(operand, result, begin, inner);
          boolean still = operand[axis] == 0 && stays(operand, begin);
          if (!dense && !still) {
            return begin;
          }
        }
      }
      if (inner * extent > Integer.MAX_VALUE / 8) {
        return begin;
      }
      inner *= extent;
      begin = axis;
    }
    return begin;
  }

  /// Whether an operand goes along with all elements of the axes from `begin` on.
  private static boolean moves(long[] operand, Shape result, int begin, long inner) {
    if (inner == 1) {
      return true;
    }
    for (int axis = begin; axis < operand.length; axis++) {
      if (result.dim(axis) != 1 && operand[axis] == 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean stays(long[] operand, int begin) {
    for (int axis = begin; axis < operand.length; axis++) {
      if (operand[axis] != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean inPlace(int operand) {
    return whole[operand];
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    MemorySegment[] operands = inputs.toArray(MemorySegment[]::new);
    MemorySegment result = outputs.getFirst();
    long size = rows * rowLength;
    if (size == 0) {
      return () -> {};
    }
    int parts = Math.clamp(size / GRAIN, 1, threads);
    Part[] work = new Part[parts];
    for (int i = 0; i < parts; i++) {
      if (rows == 1) {
        int chunk = Math.ceilDiv(Math.ceilDiv(rowLength, parts), step) * step;
        int from = Math.min(rowLength, i * chunk);
        work[i] = new Part(operands, result, 0, 1, from, Math.min(rowLength, from + chunk));
      } else {
        work[i] =
            new Part(operands, result, i * rows / parts, (i + 1) * rows / parts, 0, rowLength);
      }
    }
    return parts == 1 ? work[0] : () -> Workers.run(parts, i -> work[i].run());
  }

  /// Some rows, or a part of the only one.
  private final class Part implements Runnable {
    private final MemorySegment[] operands;
    private final MemorySegment result;
    private final long fromRow;
    private final long toRow;
    private final int from;
    private final int to;
    private final long[] at;
    private final int[] index;
    private final MemorySegment[] ends;
    private final MemorySegment resultEnd;
    private final long[] zeros;

    Part(
        MemorySegment[] operands,
        MemorySegment result,
        long fromRow,
        long toRow,
        int from,
        int to) {
      this.operands = operands;
      this.result = result;
      this.fromRow = fromRow;
      this.toRow = toRow;
      this.from = from;
      this.to = to;
      this.at = new long[operands.length];
      this.index = new int[extents.length];
      this.zeros = new long[operands.length];
      MemorySegment memory = Arena.ofAuto().allocate(4L * step * (operands.length + 1), 64);
      this.ends = new MemorySegment[operands.length];
      for (int i = 0; i < ends.length; i++) {
        ends[i] = memory.asSlice(4L * step * i, 4L * step);
      }
      this.resultEnd = memory.asSlice(4L * step * ends.length, 4L * step);
    }

    @Override
    public void run() {
      begin();
      for (long row = fromRow; row < toRow; row++) {
        row(4 * (row * rowLength + from));
        next();
      }
    }

    private void begin() {
      long rest = fromRow;
      for (int axis = extents.length - 1; axis >= 0; axis--) {
        index[axis] = (int) (rest % extents[axis]);
        rest /= extents[axis];
      }
      for (int i = 0; i < at.length; i++) {
        at[i] = spread[i] ? 0 : 4L * from;
        for (int axis = 0; axis < index.length; axis++) {
          at[i] += index[axis] * strides[i][axis];
        }
      }
    }

    private void next() {
      for (int axis = index.length - 1; axis >= 0; axis--) {
        boolean carry = ++index[axis] == extents[axis];
        for (int i = 0; i < at.length; i++) {
          at[i] += carry ? -strides[i][axis] * (extents[axis] - 1L) : strides[i][axis];
        }
        if (!carry) {
          return;
        }
        index[axis] = 0;
      }
    }

    private void row(long target) {
      int main = (to - from) / step * step;
      if (main > 0) {
        region.run(operands, at, result, target, main);
      }
      int left = to - from - main;
      if (left > 0) {
        for (int i = 0; i < ends.length; i++) {
          MemorySegment.copy(
              operands[i],
              at[i] + (spread[i] ? 0 : 4L * main),
              ends[i],
              0,
              spread[i] ? 4 : 4L * left);
        }
        region.run(ends, zeros, resultEnd, 0, step);
        MemorySegment.copy(resultEnd, 0, result, target + 4L * main, 4L * left);
      }
    }
  }
}
