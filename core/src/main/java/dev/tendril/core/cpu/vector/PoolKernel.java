package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.COUNT;
import static dev.tendril.core.cpu.vector.Lanes.FLOATS;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.store;

import dev.tendril.core.cpu.scalar.Window;
import dev.tendril.core.op.Activation;
import dev.tendril.core.spi.Epilogue;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/// The mean or the greatest of windows.
final class PoolKernel extends ChannelwiseKernel {
  private final boolean mean;

  PoolKernel(Epilogue epilogue, Activation activation, Window window, boolean mean, int threads) {
    super(epilogue, activation, window, threads);
    this.mean = mean;
  }

  @Override
  void one(
      List<MemorySegment> inputs,
      long xt,
      MemorySegment y,
      long yt,
      int rowBegin,
      int rowEnd,
      int columnBegin,
      int columnEnd) {
    MemorySegment x = inputs.getFirst();
    float count = Math.max(0, rowEnd - rowBegin) * (float) Math.max(0, columnEnd - columnBegin);
    for (int j = 0; j < channels; j += COUNT) {
      long at = xt + 4L * Math.min(j, channels - COUNT);
      FloatVector c =
          mean
              ? sum(x, at, rowBegin, rowEnd, columnBegin, columnEnd)
              : greatest(x, at, rowBegin, rowEnd, columnBegin, columnEnd);
      store(mean ? c.div(count) : c, y, yt + at - xt);
    }
  }

  private FloatVector sum(
      MemorySegment x, long at, int rowBegin, int rowEnd, int columnBegin, int columnEnd) {
    FloatVector c = FloatVector.zero(FLOATS);
    for (int r = rowBegin; r < rowEnd; r++) {
      for (int q = columnBegin; q < columnEnd; q++) {
        c = c.add(load(x, at + r * rowStep + q * tapStep));
      }
    }
    return c;
  }

  private FloatVector greatest(
      MemorySegment x, long at, int rowBegin, int rowEnd, int columnBegin, int columnEnd) {
    FloatVector c = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int r = rowBegin; r < rowEnd; r++) {
      for (int q = columnBegin; q < columnEnd; q++) {
        c = c.max(load(x, at + r * rowStep + q * tapStep));
      }
    }
    return c;
  }

  @Override
  void four(
      List<MemorySegment> inputs, long xt, MemorySegment y, long yt, int rowBegin, int rowEnd) {
    for (int i = 0; i < 4; i++) {
      one(inputs, xt + i * placeStep, y, yt + i * outStep, rowBegin, rowEnd, 0, window.columns());
    }
  }
}
