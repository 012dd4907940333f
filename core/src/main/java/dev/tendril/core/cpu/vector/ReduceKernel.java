package dev.tendril.core.cpu.vector;

import static dev.tendril.core.cpu.vector.Lanes.COUNT;
import static dev.tendril.core.cpu.vector.Lanes.FLOAT;
import static dev.tendril.core.cpu.vector.Lanes.FLOATS;
import static dev.tendril.core.cpu.vector.Lanes.load;
import static dev.tendril.core.cpu.vector.Lanes.store;

import dev.tendril.core.Shape;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.TreeSet;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/// Sums, means and extremes along axes that are next to each other: `[outer, reduced, inner]`.
///
/// With several numbers within, vectors go along those, a vector a step of the reduced axis. With
/// none within, sixteen sums are taken at once on every processor and then added in pairs. Both add
/// up [#BLOCK] steps before they add to the whole, so that many small numbers are not lost in a
/// large sum.
final class ReduceKernel implements Kernel {
  private static final int BLOCK = 512;
  private static final int LANES = RowKernel.LANES;
  private static final long PART_WORK = 1 << 15;

  private final Reduce.Kind kind;
  private final long outer;
  private final int reduced;
  private final int inner;
  private final int parts;

  private ReduceKernel(Reduce.Kind kind, long outer, int reduced, int inner, int threads) {
    this.kind = kind;
    this.outer = outer;
    this.reduced = reduced;
    this.inner = inner;
    long work = outer * reduced * inner / PART_WORK;
    this.parts = threads == 1 ? 1 : (int) Math.clamp(work, 1, Math.clamp(outer, 1, 4L * threads));
  }

  /// The kernel of a reduction, or null when its axes are not next to each other or are empty.
  static @Nullable ReduceKernel of(Reduce.Reduction op, Shape x, int threads) {
    boolean known =
        switch (op.kind()) {
          case SUM, MEAN, MIN, MAX -> true;
          case PROD, ALL, ANY -> false;
        };
    TreeSet<Integer> axes = new TreeSet<>();
    op.axes().forEach(axis -> axes.add(x.axis(axis)));
    int first = axes.isEmpty() ? 0 : axes.first();
    int end = axes.isEmpty() ? x.rank() : axes.last() + 1;
    boolean adjacent = axes.isEmpty() || end - first == axes.size();
    if (!known || !adjacent || x.size() == 0 || x.size(first, x.rank()) > Integer.MAX_VALUE / 8) {
      return null;
    }
    return new ReduceKernel(
        op.kind(),
        x.size(0, first),
        (int) x.size(first, end),
        (int) x.size(end, x.rank()),
        threads);
  }

  @Override
  public long scratchBytes() {
    return 4L * 2 * LANES * parts;
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    MemorySegment x = inputs.getFirst();
    MemorySegment y = outputs.getFirst();
    return parts == 1
        ? () -> part(x, y, scratch, 0)
        : () -> Workers.run(parts, number -> part(x, y, scratch, number));
  }

  private void part(MemorySegment x, MemorySegment y, MemorySegment scratch, int part) {
    long work = 4L * 2 * LANES * part;
    for (long i = outer * part / parts; i < outer * (part + 1) / parts; i++) {
      long from = 4 * i * reduced * inner;
      if (inner == 1) {
        y.set(FLOAT, 4 * i, finished(row(x, from, scratch, work)));
      } else {
        columns(x, from, y, 4 * i * inner);
      }
    }
  }

  private float finished(float value) {
    return kind == Reduce.Kind.MEAN ? value / reduced : value;
  }

  private float start() {
    return switch (kind) {
      case MIN -> Float.POSITIVE_INFINITY;
      case MAX -> Float.NEGATIVE_INFINITY;
      case SUM, MEAN, PROD, ALL, ANY -> 0;
    };
  }

  private float join(float a, float b) {
    return switch (kind) {
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case SUM, MEAN, PROD, ALL, ANY -> a + b;
    };
  }

  /// Numbers next to each other.
  private float row(MemorySegment x, long from, MemorySegment scratch, long work) {
    float whole = start();
    int step = BLOCK * LANES;
    int vectors = reduced / LANES * LANES;
    for (int begin = 0; begin < vectors; begin += step) {
      int end = Math.min(vectors, begin + step);
      for (int lane = 0; lane < LANES; lane += COUNT) {
        FloatVector some =
            switch (kind) {
              case MIN -> least(x, from, begin + lane, end, LANES);
              case MAX -> greatest(x, from, begin + lane, end, LANES);
              case SUM, MEAN, PROD, ALL, ANY -> sum(x, from, begin + lane, end, LANES);
            };
        store(some, scratch, work + 4L * lane);
      }
      for (int half = LANES / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
          float a = scratch.get(FLOAT, work + 4L * i);
          float b = scratch.get(FLOAT, work + 4L * (i + half));
          scratch.set(FLOAT, work + 4L * i, join(a, b));
        }
      }
      whole = join(whole, scratch.get(FLOAT, work));
    }
    for (int i = vectors; i < reduced; i++) {
      whole = join(whole, x.get(FLOAT, from + 4L * i));
    }
    return whole;
  }

  /// Numbers that are `inner` apart, for all of those within.
  private void columns(MemorySegment x, long from, MemorySegment y, long to) {
    int column = 0;
    for (; column + COUNT <= inner; column += COUNT) {
      FloatVector whole = FloatVector.broadcast(FLOATS, start());
      for (int begin = 0; begin < reduced; begin += BLOCK) {
        int first = begin * inner + column;
        int end = Math.min(reduced, begin + BLOCK) * inner;
        whole =
            switch (kind) {
              case MIN -> whole.min(least(x, from, first, end, inner));
              case MAX -> whole.max(greatest(x, from, first, end, inner));
              case SUM, MEAN, PROD, ALL, ANY -> whole.add(sum(x, from, first, end, inner));
            };
      }
      store(kind == Reduce.Kind.MEAN ? whole.div(reduced) : whole, y, to + 4L * column);
    }
    for (; column < inner; column++) {
      float whole = start();
      for (int begin = 0; begin < reduced; begin += BLOCK) {
        float some = start();
        for (int i = begin; i < Math.min(reduced, begin + BLOCK); i++) {
          some = join(some, x.get(FLOAT, from + 4 * ((long) i * inner + column)));
        }
        whole = join(whole, some);
      }
      y.set(FLOAT, to + 4L * column, finished(whole));
    }
  }

  private static FloatVector sum(MemorySegment x, long from, int begin, int end, int step) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = begin; i < end; i += step) {
      sum = sum.add(load(x, from + 4L * i));
    }
    return sum;
  }

  private static FloatVector least(MemorySegment x, long from, int begin, int end, int step) {
    FloatVector least = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
    for (int i = begin; i < end; i += step) {
      least = least.min(load(x, from + 4L * i));
    }
    return least;
  }

  private static FloatVector greatest(MemorySegment x, long from, int begin, int end, int step) {
    FloatVector greatest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = begin; i < end; i += step) {
      greatest = greatest.max(load(x, from + 4L * i));
    }
    return greatest;
  }
}
