package dev.tendril.core.cpu.scalar;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.kernel.ResizePlace;
import dev.tendril.core.op.Structured;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Support;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;

/// Resized images, line by line of the result: where pixels come from is known before, channels are
/// next to each other.
final class ResizeKernel implements Kernel {
  private static final long PART_WORK = 20_000;
  private static final int ONE = ResizePlace.ONE;

  /// Half of the square of [#ONE], and its logarithm.
  private static final int HALF = 1 << 19;

  private final boolean nearest;
  private final boolean real;
  private final int height;
  private final int width;
  private final int channels;
  private final int pixel;
  private final ResizePlace[] rows;
  private final ResizePlace[] columns;
  private final int lines;
  private final int parts;

  ResizeKernel(Node node, Structured.Resize op, int threads) {
    TensorType type = node.inputs().getFirst().type();
    Shape x = type.shape();
    nearest = op.method() == Structured.Resize.Method.NEAREST;
    real = type.dtype() == DType.F32;
    height = x.dim(1);
    width = x.dim(2);
    channels = x.dim(3);
    pixel = channels * type.dtype().bits() / 8;
    rows = places(op, type.dtype(), height, op.height());
    columns = places(op, type.dtype(), width, op.width());
    lines = x.dim(0) * op.height();
    long work = (long) lines * op.width() * channels;
    parts = Math.clamp(work / PART_WORK, 1, Math.clamp(lines, 1, 4 * threads));
  }

  static Support supports(Node node, Structured.Resize op) {
    TensorType x = node.inputs().getFirst().type();
    TensorType y = node.outputs().getFirst();
    boolean byPixels =
        op.method() == Structured.Resize.Method.NEAREST
            ? x.dtype().bits() >= 8
            : x.dtype() == DType.F32 || x.dtype() == DType.I8;
    if (!byPixels) {
      return Support.no("between pixels of " + x.dtype().text());
    }
    return Objects.equals(x.quant(), y.quant())
        ? Support.YES
        : Support.no("another quantization of the result");
  }

  private static ResizePlace[] places(Structured.Resize op, DType dtype, int extent, int wanted) {
    if (op.method() == Structured.Resize.Method.BILINEAR) {
      return ResizePlace.between(op, dtype, extent, wanted);
    }
    ResizePlace[] places = new ResizePlace[wanted];
    for (int i = 0; i < wanted; i++) {
      int at = ResizePlace.nearest(op, i, extent, wanted);
      places[i] = new ResizePlace(at, at, 0);
    }
    return places;
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    MemorySegment x = inputs.getFirst();
    MemorySegment y = outputs.getFirst();
    IntConsumer part =
        number -> {
          int end = (int) ((long) lines * (number + 1) / parts);
          for (int line = (int) ((long) lines * number / parts); line < end; line++) {
            line(x, y, line);
          }
        };
    return parts == 1 ? () -> part.accept(0) : () -> Workers.run(parts, part);
  }

  private void line(MemorySegment x, MemorySegment y, int line) {
    ResizePlace row = rows[line % rows.length];
    long image = (long) line / rows.length * height;
    long low = (image + row.low()) * width * pixel;
    long high = (image + row.high()) * width * pixel;
    long to = (long) line * columns.length * pixel;
    for (ResizePlace column : columns) {
      long left = (long) column.low() * pixel;
      long right = (long) column.high() * pixel;
      if (nearest) {
        MemorySegment.copy(x, low + left, y, to, pixel);
      } else if (real) {
        mix(
            x,
            low + left,
            high + left,
            low + right,
            high + right,
            row.part(),
            column.part(),
            y,
            to);
      } else {
        fixed(
            x,
            low + left,
            high + left,
            low + right,
            high + right,
            (int) row.part(),
            (int) column.part(),
            y,
            to);
      }
      to += pixel;
    }
  }

  private void mix(
      MemorySegment x,
      long a,
      long b,
      long c,
      long d,
      float down,
      float across,
      MemorySegment y,
      long to) {
    float wa = (1 - down) * (1 - across);
    float wb = down * (1 - across);
    float wc = (1 - down) * across;
    float wd = down * across;
    for (int i = 0; i < channels; i++) {
      long at = 4L * i;
      float sum =
          x.get(Rows.FLOAT, a + at) * wa
              + x.get(Rows.FLOAT, b + at) * wb
              + x.get(Rows.FLOAT, c + at) * wc
              + x.get(Rows.FLOAT, d + at) * wd;
      y.set(Rows.FLOAT, to + at, sum);
    }
  }

  private void fixed(
      MemorySegment x,
      long a,
      long b,
      long c,
      long d,
      int down,
      int across,
      MemorySegment y,
      long to) {
    int wa = (ONE - down) * (ONE - across);
    int wb = down * (ONE - across);
    int wc = (ONE - down) * across;
    int wd = down * across;
    for (int i = 0; i < channels; i++) {
      int sum =
          x.get(JAVA_BYTE, a + i) * wa
              + x.get(JAVA_BYTE, b + i) * wb
              + x.get(JAVA_BYTE, c + i) * wc
              + x.get(JAVA_BYTE, d + i) * wd;
      y.set(JAVA_BYTE, to + i, (byte) ((sum + (sum > 0 ? HALF : -HALF)) / (2 * HALF)));
    }
  }
}
