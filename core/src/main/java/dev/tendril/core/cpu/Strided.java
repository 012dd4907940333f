package dev.tendril.core.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.tendril.core.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// A copy from one arrangement of elements to another: for each axis an extent, and how far apart
/// neighbors are before and after. Transposes, slices, broadcasts, reversals, tiles and the inside
/// of pads are that, each with other distances.
///
/// Axes that lie next to each other on both sides are joined. The innermost axis is then a run of
/// bytes, or, where only the axis along which operands are next to each other is another one, both
/// are gone through in blocks, so that lines of a cache are used whole.
final class Strided {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final long PART_BYTES = 1 << 16;
  private static final int BLOCK = 16;

  /// From this many bytes on the library's copy is faster than a loop.
  private static final int RUN = 64;

  private final int width;
  private final int[] extents;
  private final long[] from;
  private final long[] to;
  private final long fromAt;
  private final long toAt;
  private final int parts;

  /// @param width the bytes of an element: 1, 2, 4 or 8
  /// @param dims the extents of what is copied
  /// @param from for each axis from one element to the next before, in elements
  /// @param to the same after
  /// @param fromAt the first element before
  /// @param toAt the first element after
  Strided(int width, int[] dims, long[] from, long[] to, long fromAt, long toAt, int threads) {
    this.width = width;
    this.fromAt = fromAt * width;
    this.toAt = toAt * width;
    List<long[]> axes = new ArrayList<>();
    long size = 1;
    for (int i = 0; i < dims.length; i++) {
      size *= dims[i];
      if (dims[i] == 1) {
        continue;
      }
      long[] axis = {dims[i], from[i] * width, to[i] * width};
      boolean first = axes.isEmpty();
      long[] before = first ? axis : axes.getLast();
      if (!first && before[1] == axis[0] * axis[1] && before[2] == axis[0] * axis[2]) {
        axes.set(axes.size() - 1, new long[] {before[0] * axis[0], axis[1], axis[2]});
      } else {
        axes.add(axis);
      }
    }
    if (axes.isEmpty()) {
      axes.add(new long[] {1, width, width});
    }
    toFront(axes);
    extents = axes.stream().mapToInt(axis -> Math.toIntExact(axis[0])).toArray();
    this.from = axes.stream().mapToLong(axis -> axis[1]).toArray();
    this.to = axes.stream().mapToLong(axis -> axis[2]).toArray();
    parts =
        size == 0
            ? 0
            : Math.clamp(size * width / PART_BYTES, 1, Math.clamp(extents[0], 1, threads));
  }

  /// Puts the axis along which operands are next to each other before the innermost one.
  private void toFront(List<long[]> axes) {
    int last = axes.size() - 1;
    if (axes.get(last)[1] == width) {
      return;
    }
    for (int i = 0; i < last - 1; i++) {
      if (axes.get(i)[1] == width) {
        axes.add(last - 1, axes.remove(i));
        return;
      }
    }
  }

  /// The copy between two pieces of memory.
  Runnable bind(MemorySegment x, MemorySegment y) {
    IntConsumer part =
        number -> {
          int begin = (int) ((long) extents[0] * number / parts);
          int end = (int) ((long) extents[0] * (number + 1) / parts);
          axis(0, x, fromAt, y, toAt, begin, end);
        };
    return () -> Workers.run(parts, part);
  }

  private void axis(
      int axis, MemorySegment x, long xt, MemorySegment y, long yt, int begin, int end) {
    int left = extents.length - axis;
    if (left == 1) {
      line(x, xt + begin * from[axis], from[axis], y, yt + begin * to[axis], to[axis], end - begin);
    } else if (left == 2 && from[axis] == width && from[axis + 1] != width) {
      plane(axis, x, xt, y, yt, begin, end);
    } else {
      for (int i = begin; i < end; i++) {
        axis(axis + 1, x, xt + i * from[axis], y, yt + i * to[axis], 0, extents[axis + 1]);
      }
    }
  }

  /// Two axes, of which the outer one is next to each other before, the inner one after.
  private void plane(
      int axis, MemorySegment x, long xt, MemorySegment y, long yt, int begin, int end) {
    for (int block = begin; block < end; block += BLOCK) {
      int stop = Math.min(end, block + BLOCK);
      for (int j = 0; j < extents[axis + 1]; j++) {
        long source = xt + j * from[axis + 1];
        long target = yt + j * to[axis + 1];
        line(
            x,
            source + block * from[axis],
            from[axis],
            y,
            target + block * to[axis],
            to[axis],
            stop - block);
      }
    }
  }

  private void line(
      MemorySegment x, long xt, long xStep, MemorySegment y, long yt, long yStep, int count) {
    if (xStep == width && yStep == width && (long) count * width >= RUN) {
      MemorySegment.copy(x, xt, y, yt, (long) count * width);
      return;
    }
    switch (width) {
      case 1 -> {
        for (int i = 0; i < count; i++) {
          y.set(JAVA_BYTE, yt + i * yStep, x.get(JAVA_BYTE, xt + i * xStep));
        }
      }
      case 2 -> {
        for (int i = 0; i < count; i++) {
          y.set(SHORT, yt + i * yStep, x.get(SHORT, xt + i * xStep));
        }
      }
      case 4 -> {
        for (int i = 0; i < count; i++) {
          y.set(INT, yt + i * yStep, x.get(INT, xt + i * xStep));
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          y.set(LONG, yt + i * yStep, x.get(LONG, xt + i * xStep));
        }
      }
    }
  }
}
