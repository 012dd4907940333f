package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.COUNT;
import static dev.tendril.core.cpu.vector.Lanes.FLOATS;
import static dev.tendril.core.cpu.vector.Lanes.cut;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.store;

import dev.tendril.core.cpu.scalar.Window;
import dev.tendril.core.op.Activation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/// Convolutions of each channel alone, with one filter for each.
final class DepthwiseKernel extends ChannelwiseKernel {
  private final boolean cut;
  private final float low;
  private final float high;
  private final MemorySegment none;

  DepthwiseKernel(Window window, Activation activation, int threads) {
    super(window, threads);
    cut = activation != Activation.NONE;
    low = activation.low();
    high = activation.high();
    none = Arena.ofAuto().allocate(outStep, 64);
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
    MemorySegment x = inputs.get(0);
    MemorySegment w = inputs.get(1);
    MemorySegment bias = inputs.size() > 2 ? inputs.get(2) : none;
    for (int j = 0; j < channels; j += COUNT) {
      long lane = 4L * Math.min(j, channels - COUNT);
      FloatVector c = load(bias, lane);
      for (int r = rowBegin; r < rowEnd; r++) {
        long wt = (long) r * window.columns() * outStep + lane;
        for (int q = columnBegin; q < columnEnd; q++) {
          c = load(x, xt + r * rowStep + q * tapStep + lane).fma(load(w, wt + q * outStep), c);
        }
      }
      store(range(c), y, yt + lane);
    }
  }

  @Override
  void four(
      List<MemorySegment> inputs, long xt, MemorySegment y, long yt, int rowBegin, int rowEnd) {
    MemorySegment x = inputs.get(0);
    MemorySegment w = inputs.get(1);
    MemorySegment bias = inputs.size() > 2 ? inputs.get(2) : none;
    int taps = window.columns();
    for (int j = 0; j < channels; j += COUNT) {
      long lane = 4L * Math.min(j, channels - COUNT);
      FloatVector c0 = load(bias, lane);
      FloatVector c1 = c0;
      FloatVector c2 = c0;
      FloatVector c3 = c0;
      int fence = Lanes.fence;
      for (int r = rowBegin; r < rowEnd; r++) {
        long at = xt + r * rowStep + lane;
        long wt = (long) r * taps * outStep + lane;
        for (int q = 0; q < taps; q++) {
          if (q == fence) {
            break;
          }
          FloatVector f = load(w, wt);
          c0 = load(x, at).fma(f, c0);
          c1 = load(x, at + placeStep).fma(f, c1);
          c2 = load(x, at + 2 * placeStep).fma(f, c2);
          c3 = load(x, at + 3 * placeStep).fma(f, c3);
          at += tapStep;
          wt += outStep;
        }
      }
      store(range(c0), y, yt + lane);
      store(range(c1), y, yt + outStep + lane);
      store(range(c2), y, yt + 2 * outStep + lane);
      store(range(c3), y, yt + 3 * outStep + lane);
    }
  }

  private FloatVector range(FloatVector c) {
    return cut
        ? cut(c, FloatVector.broadcast(FLOATS, low), FloatVector.broadcast(FLOATS, high))
        : c;
  }
}
