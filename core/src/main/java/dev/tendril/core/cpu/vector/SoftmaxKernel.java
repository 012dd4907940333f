package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.COUNT;
import static dev.tendril.core.cpu.vector.Lanes.FLOATS;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.store;

import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Softmax over the last axis, or its logarithm; the greatest is subtracted first.
final class SoftmaxKernel extends RowKernel {
  private final float beta;
  private final boolean logarithm;

  SoftmaxKernel(long rows, int width, float beta, boolean logarithm, int threads) {
    super(rows, width, threads);
    this.beta = beta;
    this.logarithm = logarithm;
  }

  @Override
  float filling() {
    return beta < 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
  }

  @Override
  void row(List<MemorySegment> inputs, MemorySegment work, long at) {
    float most = scale(work, at);
    long sums = at + 4L * padded;
    for (int lane = 0; lane < LANES; lane += COUNT) {
      sum(work, at, most, lane, sums);
    }
    float sum = sumOfLanes(work, sums);
    if (logarithm) {
      add(work, at, -most - (float) Math.log(sum));
    } else {
      multiply(work, at, 1 / sum);
    }
  }

  /// Multiplies by beta; the greatest.
  private float scale(MemorySegment work, long at) {
    FloatVector most = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int j = 0; j < padded; j += COUNT) {
      FloatVector x = load(work, at + 4L * j).mul(beta);
      store(x, work, at + 4L * j);
      most = most.max(x);
    }
    return most.reduceLanes(VectorOperators.MAX);
  }

  /// The sums of powers at some of the lanes. Powers are stored, but for the logarithm.
  private void sum(MemorySegment work, long at, float most, int lane, long sums) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int j = lane; j < padded; j += LANES) {
      FloatVector power = Elementary.exp(load(work, at + 4L * j).sub(most));
      sum = sum.add(power);
      if (!logarithm) {
        store(power, work, at + 4L * j);
      }
    }
    store(sum, work, sums + 4L * lane);
  }

  private void add(MemorySegment work, long at, float value) {
    for (int j = 0; j < padded; j += COUNT) {
      store(load(work, at + 4L * j).add(value), work, at + 4L * j);
    }
  }

  private void multiply(MemorySegment work, long at, float value) {
    for (int j = 0; j < padded; j += COUNT) {
      store(load(work, at + 4L * j).mul(value), work, at + 4L * j);
    }
  }
}
