package dev.tendril.core.cpu.vector;

import dev.tendril.core.cpu.scalar.Window;
import dev.tendril.core.op.Activation;
import dev.tendril.core.spi.Epilogue;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;

/// What slides a window over images and treats each channel alone, so that a vector is some
/// channels of a pixel. Four places side by side are computed together; at the border windows are
/// cut to what is inside. Where channels do not fill the last vector, it overlaps the one before.
abstract class ChannelwiseKernel implements Kernel {
  private static final long PART_WORK = 100_000;

  final Window window;
  final int channels;

  /// From one row of an image to the next, in bytes.
  final long rowStep;

  /// From one element of a window's row to the next.
  final long tapStep;

  /// From a place of the window to the next.
  final long placeStep;

  /// From one pixel of the result to the next.
  final long outStep;

  private final Epilogue epilogue;
  private final Ending ending;
  private final long downStep;
  private final int innerBegin;
  private final int innerEnd;
  private final int parts;

  ChannelwiseKernel(Epilogue epilogue, Activation activation, Window window, int threads) {
    this.epilogue = epilogue;
    this.ending = Ending.of(epilogue, activation);
    this.window = window;
    channels = window.channels();
    rowStep = 4L * window.width() * channels * window.dilationDown();
    downStep = 4L * window.width() * channels;
    tapStep = 4L * channels * window.dilationAcross();
    placeStep = 4L * channels * window.strideAcross();
    outStep = 4L * channels;
    innerBegin = Math.min(Math.ceilDiv(window.left(), window.strideAcross()), window.outWidth());
    int reach = (window.columns() - 1) * window.dilationAcross() + 1;
    int last = Math.floorDiv(window.width() + window.left() - reach, window.strideAcross());
    innerEnd = Math.clamp(last + 1, innerBegin, window.outWidth());
    long work = (long) window.places() * window.rows() * window.columns() * channels;
    int lines = window.batch() * window.outHeight();
    parts =
        threads == 1
            ? 1
            : (int) Math.clamp(work / PART_WORK, 1, Math.min(4L * threads, Math.max(1, lines)));
  }

  /// Whether channels fill a vector.
  static boolean fits(Window window) {
    return window.channels() >= Lanes.COUNT;
  }

  /// Computes one place.
  ///
  /// @param xt where the first element of the window would be, inside or not
  /// @param yt where the result goes
  /// @param rowBegin the rows of the window that are inside, to `rowEnd` exclusively
  /// @param columnBegin the columns of the window that are inside
  abstract void one(
      List<MemorySegment> inputs,
      long xt,
      MemorySegment y,
      long yt,
      int rowBegin,
      int rowEnd,
      int columnBegin,
      int columnEnd);

  /// Computes four places side by side, whose columns are all inside.
  abstract void four(
      List<MemorySegment> inputs, long xt, MemorySegment y, long yt, int rowBegin, int rowEnd);

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    List<MemorySegment> operands = epilogue.pick(inputs);
    MemorySegment residual = ending.residual(inputs);
    MemorySegment y = outputs.getFirst();
    IntConsumer part = number -> part(operands, residual, y, number);
    return parts == 1 ? () -> part.accept(0) : () -> Workers.run(parts, part);
  }

  private void part(List<MemorySegment> inputs, MemorySegment residual, MemorySegment y, int part) {
    long lines = (long) window.batch() * window.outHeight();
    int end = (int) (lines * (part + 1) / parts);
    for (int line = (int) (lines * part / parts); line < end; line++) {
      line(inputs, residual, y, line);
    }
  }

  private void line(List<MemorySegment> inputs, MemorySegment residual, MemorySegment y, int line) {
    int image = line / window.outHeight();
    int top = line % window.outHeight() * window.strideDown() - window.top();
    int rowBegin = begin(top, window.dilationDown());
    int rowEnd = end(top, window.height(), window.rows(), window.dilationDown());
    long at = ((long) image * window.height() + top) * downStep - (long) window.left() * outStep;
    long to = (long) line * window.outWidth() * outStep;
    for (int i = 0; i < window.outWidth(); ) {
      if (i >= innerBegin && i + 4 <= innerEnd) {
        four(inputs, at + i * placeStep, y, to + i * outStep, rowBegin, rowEnd);
        i += 4;
      } else {
        int left = i * window.strideAcross() - window.left();
        one(
            inputs,
            at + i * placeStep,
            y,
            to + i * outStep,
            rowBegin,
            rowEnd,
            begin(left, window.dilationAcross()),
            end(left, window.width(), window.columns(), window.dilationAcross()));
        i++;
      }
    }
    if (window.outWidth() > 0) {
      ending.finish(residual, y, to, window.outWidth() * channels);
    }
  }

  private static int begin(int first, int dilation) {
    return first >= 0 ? 0 : Math.ceilDiv(-first, dilation);
  }

  private static int end(int first, int extent, int taps, int dilation) {
    return Math.clamp(Math.ceilDiv(extent - first, dilation), 0, taps);
  }
}
