package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.COUNT;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.store;

import dev.tendril.core.cpu.scalar.Window;
import dev.tendril.core.op.Activation;
import dev.tendril.core.spi.Epilogue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/// Convolutions of each channel alone, with one filter for each.
final class DepthwiseKernel extends ChannelwiseKernel {
  private final MemorySegment none;

  DepthwiseKernel(Epilogue epilogue, Activation activation, Window window, int threads) {
    super(epilogue, activation, window, threads);
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
      store(c, y, yt + lane);
    }
  }

  @Override
  void four(
      List<MemorySegment> inputs, long xt, MemorySegment y, long yt, int rowBegin, int rowEnd) {
    MemorySegment x = inputs.get(0);
    MemorySegment w = inputs.get(1);
    MemorySegment bias = inputs.size() > 2 ? inputs.get(2) : none;
    int taps = window.columns();
    if (taps == 3 && placeStep == tapStep) {
      fourOfThree(x, xt, w, bias, y, yt, rowBegin, rowEnd);
    } else if (taps == 3) {
      fourApart(x, xt, w, bias, y, yt, rowBegin, rowEnd);
    } else {
      fourAny(x, xt, w, bias, y, yt, rowBegin, rowEnd);
    }
  }

  private void fourAny(
      MemorySegment x,
      long xt,
      MemorySegment w,
      MemorySegment bias,
      MemorySegment y,
      long yt,
      int rowBegin,
      int rowEnd) {
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
      store(c0, y, yt + lane);
      store(c1, y, yt + outStep + lane);
      store(c2, y, yt + 2 * outStep + lane);
      store(c3, y, yt + 3 * outStep + lane);
    }
  }

  /// Windows of three columns, a column apart: six columns for four windows.
  private void fourOfThree(
      MemorySegment x,
      long xt,
      MemorySegment w,
      MemorySegment bias,
      MemorySegment y,
      long yt,
      int rowBegin,
      int rowEnd) {
    long step = outStep;
    long across = tapStep;
    for (int j = 0; j < channels; j += COUNT) {
      long lane = 4L * Math.min(j, channels - COUNT);
      FloatVector c0 = load(bias, lane);
      FloatVector c1 = c0;
      FloatVector c2 = c0;
      FloatVector c3 = c0;
      int fence = Lanes.fence;
      for (int r = rowBegin; r < rowEnd; r++) {
        if (r == fence) {
          break;
        }
        long at = xt + r * rowStep + lane;
        long wt = 3L * r * step + lane;
        FloatVector f0 = load(w, wt);
        FloatVector f1 = load(w, wt + step);
        FloatVector f2 = load(w, wt + 2 * step);
        FloatVector x0 = load(x, at);
        c0 = x0.fma(f0, c0);
        FloatVector x1 = load(x, at + across);
        c0 = x1.fma(f1, c0);
        c1 = x1.fma(f0, c1);
        FloatVector x2 = load(x, at + 2 * across);
        c0 = x2.fma(f2, c0);
        c1 = x2.fma(f1, c1);
        c2 = x2.fma(f0, c2);
        FloatVector x3 = load(x, at + 3 * across);
        c1 = x3.fma(f2, c1);
        c2 = x3.fma(f1, c2);
        c3 = x3.fma(f0, c3);
        FloatVector x4 = load(x, at + 4 * across);
        c2 = x4.fma(f2, c2);
        c3 = x4.fma(f1, c3);
        FloatVector x5 = load(x, at + 5 * across);
        c3 = x5.fma(f2, c3);
      }
      store(c0, y, yt + lane);
      store(c1, y, yt + step + lane);
      store(c2, y, yt + 2 * step + lane);
      store(c3, y, yt + 3 * step + lane);
    }
  }

  /// Windows of three columns at any distance.
  private void fourApart(
      MemorySegment x,
      long xt,
      MemorySegment w,
      MemorySegment bias,
      MemorySegment y,
      long yt,
      int rowBegin,
      int rowEnd) {
    long step = outStep;
    long across = tapStep;
    long place = placeStep;
    for (int j = 0; j < channels; j += COUNT) {
      long lane = 4L * Math.min(j, channels - COUNT);
      FloatVector c0 = load(bias, lane);
      FloatVector c1 = c0;
      FloatVector c2 = c0;
      FloatVector c3 = c0;
      int fence = Lanes.fence;
      for (int r = rowBegin; r < rowEnd; r++) {
        if (r == fence) {
          break;
        }
        long at = xt + r * rowStep + lane;
        long wt = 3L * r * step + lane;
        FloatVector f0 = load(w, wt);
        FloatVector f1 = load(w, wt + step);
        FloatVector f2 = load(w, wt + 2 * step);
        c0 = load(x, at).fma(f0, c0);
        c0 = load(x, at + across).fma(f1, c0);
        c0 = load(x, at + 2 * across).fma(f2, c0);
        c1 = load(x, at + place).fma(f0, c1);
        c1 = load(x, at + place + across).fma(f1, c1);
        c1 = load(x, at + place + 2 * across).fma(f2, c1);
        c2 = load(x, at + 2 * place).fma(f0, c2);
        c2 = load(x, at + 2 * place + across).fma(f1, c2);
        c2 = load(x, at + 2 * place + 2 * across).fma(f2, c2);
        c3 = load(x, at + 3 * place).fma(f0, c3);
        c3 = load(x, at + 3 * place + across).fma(f1, c3);
        c3 = load(x, at + 3 * place + 2 * across).fma(f2, c3);
      }
      store(c0, y, yt + lane);
      store(c1, y, yt + step + lane);
      store(c2, y, yt + 2 * step + lane);
      store(c3, y, yt + 3 * step + lane);
    }
  }
}
