package dev.tendril.core.cpu.quantized;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// From 8-bit numbers to 32-bit floats and back, on vectors. Loaded by name, and only where the
/// module `jdk.incubator.vector` is there.
final class LaneBytes extends Bytes {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int COUNT = FLOATS.length();
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(8 * Math.max(8, COUNT)));
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /// Adding and subtracting it rounds to whole numbers.
  private static final float ROUNDER = 12582912;

  /// Beyond what any result can be, and within what [#ROUNDER] is good for.
  private static final float FAR = 1000;

  LaneBytes() {}

  /// Whether there are vectors of as many bytes as floats.
  static boolean fits() {
    return COUNT >= 8;
  }

  @Override
  void widen(
      MemorySegment from, boolean unsigned, int zeroPoint, MemorySegment to, long begin, long end) {
    byte flip = (byte) (unsigned ? 0x80 : 0);
    float zero = unsigned ? zeroPoint - 128 : zeroPoint;
    int count = (int) (end - begin);
    int whole = count - count % COUNT;
    for (int i = 0; i < whole; i += COUNT) {
      ByteVector x =
          ByteVector.fromMemorySegment(BYTES, from, begin + i, ORDER)
              .lanewise(VectorOperators.XOR, flip);
      FloatVector wide = (FloatVector) x.convertShape(VectorOperators.B2F, FLOATS, 0);
      wide.sub(zero).intoMemorySegment(to, 4 * (begin + i), ORDER);
    }
    super.widen(from, unsigned, zeroPoint, to, begin + whole, end);
  }

  @Override
  void narrow(MemorySegment from, Scaling scaling, MemorySegment to, long begin, long end) {
    int columns = scaling.columns();
    int whole = columns - columns % COUNT;
    for (long row = begin; row < end; row++) {
      long first = row * columns;
      row(from, scaling, to, first, whole);
      scaling.exactly(from, to, first, whole, columns);
    }
  }

  private static void row(
      MemorySegment from, Scaling scaling, MemorySegment to, long first, int whole) {
    MemorySegment factors = scaling.factors();
    MemorySegment trusted = scaling.trusted();
    float zero = scaling.exact().zeroPoint();
    FloatVector low = FloatVector.broadcast(FLOATS, scaling.exact().low());
    FloatVector high = FloatVector.broadcast(FLOATS, scaling.exact().high());
    FloatVector far = FloatVector.broadcast(FLOATS, FAR);
    FloatVector near = FloatVector.broadcast(FLOATS, -FAR);
    for (int i = 0; i < whole; i += COUNT) {
      FloatVector real = cut(load(from, 4 * (first + i)).mul(load(factors, 4L * i)), near, far);
      FloatVector nearest = real.add(ROUNDER).sub(ROUNDER);
      VectorMask<Float> doubtful =
          real.sub(nearest).abs().compare(VectorOperators.GT, load(trusted, 4L * i));
      if (doubtful.anyTrue()) {
        scaling.exactly(from, to, first, i, i + COUNT);
      } else {
        IntVector whole32 =
            (IntVector)
                cut(nearest.add(zero), low, high).convertShape(VectorOperators.F2I, INTS, 0);
        ((ByteVector) whole32.convertShape(VectorOperators.I2B, BYTES, 0))
            .intoMemorySegment(to, first + i, ORDER);
      }
    }
  }

  private static FloatVector load(MemorySegment memory, long at) {
    return FloatVector.fromMemorySegment(FLOATS, memory, at, ORDER);
  }

  private static FloatVector cut(FloatVector x, FloatVector low, FloatVector high) {
    FloatVector above = x.blend(low, x.compare(VectorOperators.LT, low));
    return above.blend(high, above.compare(VectorOperators.GT, high));
  }
}
