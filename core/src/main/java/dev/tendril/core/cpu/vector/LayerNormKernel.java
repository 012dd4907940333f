package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.COUNT;
import static dev.tendril.core.cpu.vector.Lanes.FLOATS;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.store;

import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/// Rows brought to mean 0 and variance 1, then scaled and shifted element by element. The variance
/// is that of the differences from the mean, in a pass of its own.
final class LayerNormKernel extends RowKernel {
  private final float epsilon;

  LayerNormKernel(long rows, int width, float epsilon, int threads) {
    super(rows, width, threads);
    this.epsilon = epsilon;
  }

  @Override
  float filling() {
    return 0;
  }

  @Override
  void row(List<MemorySegment> inputs, MemorySegment work, long at) {
    long sums = at + 4L * padded;
    for (int lane = 0; lane < LANES; lane += COUNT) {
      sum(work, at, lane, sums);
    }
    float mean = sumOfLanes(work, sums) / width;
    subtract(work, at, mean);
    for (int j = width; j < padded; j++) {
      work.set(Lanes.FLOAT, at + 4L * j, 0);
    }
    for (int lane = 0; lane < LANES; lane += COUNT) {
      sumOfSquares(work, at, lane, sums);
    }
    float variance = sumOfLanes(work, sums) / width;
    float scale = (float) (1 / Math.sqrt(variance + (double) epsilon));
    finish(inputs.get(1), inputs.get(2), work, at, scale);
  }

  private void sum(MemorySegment work, long at, int lane, long sums) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int j = lane; j < padded; j += LANES) {
      sum = sum.add(load(work, at + 4L * j));
    }
    store(sum, work, sums + 4L * lane);
  }

  private void sumOfSquares(MemorySegment work, long at, int lane, long sums) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int j = lane; j < padded; j += LANES) {
      FloatVector x = load(work, at + 4L * j);
      sum = x.fma(x, sum);
    }
    store(sum, work, sums + 4L * lane);
  }

  private void subtract(MemorySegment work, long at, float mean) {
    for (int j = 0; j < padded; j += COUNT) {
      store(load(work, at + 4L * j).sub(mean), work, at + 4L * j);
    }
  }

  private void finish(
      MemorySegment gamma, MemorySegment beta, MemorySegment work, long at, float scale) {
    int whole = width / COUNT * COUNT;
    for (int j = 0; j < whole; j += COUNT) {
      FloatVector x = load(work, at + 4L * j).mul(scale);
      store(x.fma(load(gamma, 4L * j), load(beta, 4L * j)), work, at + 4L * j);
    }
    for (int j = whole; j < width; j++) {
      float x = work.get(Lanes.FLOAT, at + 4L * j) * scale;
      float y = Math.fma(x, gamma.get(Lanes.FLOAT, 4L * j), beta.get(Lanes.FLOAT, 4L * j));
      work.set(Lanes.FLOAT, at + 4L * j, y);
    }
  }
}
