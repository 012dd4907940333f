package dev.tendril.core.cpu.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The vectors that all kernels use: as wide as the processor's, one species for the whole process.
///
/// What HotSpot's compiler makes of vector code depends on details; the kernels keep to these
/// rules. Species are static constants. Accumulators are local variables, never arrays or fields.
/// Memory is native everywhere: one place that sees both native and heap segments is slow for both.
/// Offsets are loop counters times constants, so that bounds are checked once before the loop.
/// Inner loops with more than a few vectors alive have a [#fence].
final class Lanes {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  /// The elements of a vector.
  static final int COUNT = FLOATS.length();

  /// The size of a vector in memory.
  static final long BYTES = 4L * COUNT;

  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

  /// A count that no loop reaches. A loop that leaves early when its counter is there is unrolled
  /// by the compiler as any other, but the copies of its body are not mixed: mixed, they need more
  /// registers than 16, and the accumulators go through memory (half the speed). Not final, so that
  /// the compiler does not know it.
  @SuppressWarnings("NonFinalStaticField")
  static int fence = -1;

  private Lanes() {}

  static FloatVector load(MemorySegment memory, long offset) {
    return FloatVector.fromMemorySegment(FLOATS, memory, offset, ORDER);
  }

  static void store(FloatVector vector, MemorySegment memory, long offset) {
    vector.intoMemorySegment(memory, offset, ORDER);
  }

  /// A vector of one element of memory.
  static FloatVector spread(MemorySegment memory, long offset) {
    return FloatVector.broadcast(FLOATS, memory.get(FLOAT, offset));
  }

  /// Keeps to a range; NaN stays.
  static FloatVector cut(FloatVector x, FloatVector low, FloatVector high) {
    FloatVector above = x.blend(low, x.compare(VectorOperators.LT, low));
    return above.blend(high, above.compare(VectorOperators.GT, high));
  }

  /// Keeps some elements to a range, no fewer than a vector has.
  static void cutAll(MemorySegment c, long at, int count, float low, float high) {
    FloatVector lo = FloatVector.broadcast(FLOATS, low);
    FloatVector hi = FloatVector.broadcast(FLOATS, high);
    for (int i = 0; i < count; i += COUNT) {
      long here = at + 4L * Math.min(i, count - COUNT);
      store(cut(load(c, here), lo, hi), c, here);
    }
  }
}
