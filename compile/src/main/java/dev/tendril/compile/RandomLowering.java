package dev.tendril.compile;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.op.Structured;

/// Random numbers in StableHLO: the same bits as [Structured.Random] says, by 64-bit integers.
final class RandomLowering {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private RandomLowering() {}

  static Hlo random(
      HloBuilder b, Structured.Random.Distribution distribution, Hlo key, Shape shape) {
    Hlo seed = b.at(key, 0, 0);
    Hlo stream = bits(b, seed, b.at(key, 0, 1));
    Hlo place = b.reshape(b.iota(Shape.of((int) shape.size()), 0, DType.I64), shape);
    Hlo bits = bits(b, stream, place);
    return switch (distribution) {
      case BITS -> b.convert(b.binary("shift_right_arithmetic", bits, b.whole(32)), DType.I32);
      case UNIFORM -> {
        Hlo upper = b.binary("shift_right_logical", bits, b.whole(40));
        yield b.mul(b.convert(upper, DType.F32), 0x1p-24);
      }
      case NORMAL -> {
        Hlo upper = b.add(b.binary("shift_right_logical", bits, b.whole(32)), b.whole(1));
        Hlo lower = b.and(bits, b.whole(0xFFFF_FFFFL));
        Hlo u = b.mul(b.convert(upper, DType.F64), 0x1p-32);
        Hlo v = b.mul(b.convert(lower, DType.F64), 0x1p-32);
        Hlo size = b.unary("sqrt", b.mul(b.unary("log", u), -2));
        yield b.convert(b.mul(size, b.unary("cosine", b.mul(v, 2 * Math.PI))), DType.F32);
      }
    };
  }

  private static Hlo bits(HloBuilder b, Hlo seed, Hlo counter) {
    Hlo start = mix(b, b.add(seed, b.whole(GOLDEN)));
    Hlo step = b.mul(b.add(counter, b.whole(1)), b.whole(GOLDEN));
    return mix(b, b.add(start, step));
  }

  private static Hlo mix(HloBuilder b, Hlo z) {
    Hlo x = b.mul(fold(b, z, 30), b.whole(0xBF58476D1CE4E5B9L));
    Hlo y = b.mul(fold(b, x, 27), b.whole(0x94D049BB133111EBL));
    return fold(b, y, 31);
  }

  /// `z ^ (z >>> distance)`.
  private static Hlo fold(HloBuilder b, Hlo z, int distance) {
    return b.binary("xor", z, b.binary("shift_right_logical", z, b.whole(distance)));
  }
}
