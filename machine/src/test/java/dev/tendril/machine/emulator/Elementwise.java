package dev.tendril.machine.emulator;

import static dev.tendril.machine.emulator.Bits.f;

import dev.tendril.machine.asm.Op;
import org.jspecify.annotations.Nullable;

/// Instructions whose every element comes from the elements at the same place.
///
/// @param size of an element in bytes
/// @param function of destination, first and last operand, as bits with sign
record Elementwise(int size, Function function) {
  interface Function {
    long of(long d, long a, long b);
  }

  private interface Floats {
    float of(float d, float a, float b);
  }

  private static Elementwise floats(Floats function) {
    return new Elementwise(4, (d, a, b) -> f(function.of(f(d), f(a), f(b))));
  }

  private static Elementwise of(int size, Function function) {
    return new Elementwise(size, function);
  }

  /// That of an instruction; null when it is not of this kind.
  static @Nullable Elementwise of(Op op) {
    return switch (op) {
      case VMOVUPS, VMOVAPS, VMOVDQU32, VMOVDQA32 -> of(4, (_, _, b) -> b);
      case VMOVDQU, VMOVDQU8 -> of(1, (_, _, b) -> b);
      case VADDPS -> floats((_, a, b) -> a + b);
      case VSUBPS -> floats((_, a, b) -> a - b);
      case VMULPS -> floats((_, a, b) -> a * b);
      case VDIVPS -> floats((_, a, b) -> a / b);
      case VMINPS -> floats((_, a, b) -> a < b ? a : b);
      case VMAXPS -> floats((_, a, b) -> a > b ? a : b);
      case VSQRTPS -> floats((_, _, b) -> (float) Math.sqrt(b));
      case VFMADD132PS -> floats((d, a, b) -> Math.fma(d, b, a));
      case VFMADD213PS -> floats((d, a, b) -> Math.fma(a, d, b));
      case VFMADD231PS -> floats((d, a, b) -> Math.fma(a, b, d));
      case VFNMADD213PS -> floats((d, a, b) -> Math.fma(-a, d, b));
      case VFNMADD231PS -> floats((d, a, b) -> Math.fma(-a, b, d));
      case VCVTDQ2PS -> of(4, (_, _, b) -> f((float) (int) b));
      case VCVTPS2DQ -> of(4, (_, _, b) -> whole(Math.rint(f(b))));
      case VCVTTPS2DQ -> of(4, (_, _, b) -> whole(f(b)));
      case VANDPS, VPAND, VPANDD -> of(4, (_, a, b) -> a & b);
      case VANDNPS, VPANDN -> of(4, (_, a, b) -> ~a & b);
      case VORPS, VPOR, VPORD -> of(4, (_, a, b) -> a | b);
      case VXORPS, VPXOR, VPXORD -> of(4, (_, a, b) -> a ^ b);
      case VPADDB -> of(1, (_, a, b) -> a + b);
      case VPADDW -> of(2, (_, a, b) -> a + b);
      case VPADDD -> of(4, (_, a, b) -> a + b);
      case VPADDQ -> of(8, (_, a, b) -> a + b);
      case VPADDSW -> of(2, (_, a, b) -> Math.clamp(a + b, -32768, 32767));
      case VPSUBB -> of(1, (_, a, b) -> a - b);
      case VPSUBW -> of(2, (_, a, b) -> a - b);
      case VPSUBD -> of(4, (_, a, b) -> a - b);
      case VPSUBQ -> of(8, (_, a, b) -> a - b);
      case VPMULLD -> of(4, (_, a, b) -> a * b);
      case VPMULLW -> of(2, (_, a, b) -> a * b);
      case VPMULDQ -> of(8, (_, a, b) -> (long) (int) a * (int) b);
      case VPMADDWD -> of(4, (_, a, b) -> pairs(a, b));
      case VPMADDUBSW -> of(2, (_, a, b) -> bytes(a, b));
      case VPDPWSSD, VEX_VPDPWSSD -> of(4, (d, a, b) -> d + pairs(a, b));
      case VPDPBUSD, VEX_VPDPBUSD -> of(4, Elementwise::quads);
      case VPABSD -> of(4, (_, _, b) -> Math.abs((int) b));
      case VPMAXSD -> of(4, (_, a, b) -> Math.max(a, b));
      case VPMINSD -> of(4, (_, a, b) -> Math.min(a, b));
      case VPMAXSB -> of(1, (_, a, b) -> Math.max(a, b));
      case VPMINSB -> of(1, (_, a, b) -> Math.min(a, b));
      case VPMAXUB -> of(1, (_, a, b) -> Math.max(a & 0xff, b & 0xff));
      case VPMINUB -> of(1, (_, a, b) -> Math.min(a & 0xff, b & 0xff));
      case VPSRAVD -> of(4, (_, a, b) -> a >> Math.min(b & 0xffff_ffffL, 31));
      case VPSRLVD -> of(4, (_, a, b) -> beyond(b) ? 0 : (int) a >>> b);
      case VPSLLVD -> of(4, (_, a, b) -> beyond(b) ? 0 : a << b);
      case VPSRLVQ -> of(8, (_, a, b) -> b < 0 || b > 63 ? 0 : a >>> b);
      case VPSIGND -> of(4, (_, a, b) -> a * Long.signum(b));
      case VPSRAVQ -> of(8, (_, a, b) -> a >> (b < 0 || b > 63 ? 63 : b));
      case VPCMPEQD -> of(4, (_, a, b) -> a == b ? -1 : 0);
      case VPCMPGTD -> of(4, (_, a, b) -> a > b ? -1 : 0);
      default -> null;
    };
  }

  /// Shifts by a number.
  static @Nullable Elementwise shift(Op op, int by) {
    return switch (op) {
      case VPSRLD -> of(4, (_, _, b) -> (int) b >>> by);
      case VPSRAD -> of(4, (_, _, b) -> b >> by);
      case VPSLLD -> of(4, (_, _, b) -> b << by);
      case VPSRLQ -> of(8, (_, _, b) -> b >>> by);
      case VPSLLQ -> of(8, (_, _, b) -> b << by);
      case VPSRAQ -> of(8, (_, _, b) -> b >> by);
      case VPSRLW -> of(2, (_, _, b) -> (b & 0xffff) >>> by);
      case VPSRAW -> of(2, (_, _, b) -> b >> by);
      case VROUNDPS, VRNDSCALEPS -> floats((_, _, b) -> round(b, by));
      case VPTERNLOGD -> of(4, (d, a, b) -> ternary(d, a, b, by));
      default -> null;
    };
  }

  private static float round(float x, int mode) {
    return (float)
        switch ((mode & 4) != 0 ? 0 : mode & 3) {
          case 0 -> Math.rint(x);
          case 1 -> Math.floor(x);
          case 2 -> Math.ceil(x);
          default -> x < 0 ? Math.ceil(x) : Math.floor(x);
        };
  }

  private static long ternary(long d, long a, long b, int table) {
    long bits = 0;
    for (int i = 0; i < 32; i++) {
      long index = (d >> i & 1) << 2 | (a >> i & 1) << 1 | (b >> i & 1);
      bits |= (long) (table >> index & 1) << i;
    }
    return bits;
  }

  private static boolean beyond(long distance) {
    return distance < 0 || distance > 31;
  }

  private static long whole(double x) {
    return x >= Integer.MIN_VALUE && x <= Integer.MAX_VALUE ? (int) x : Integer.MIN_VALUE;
  }

  private static long pairs(long a, long b) {
    return (long) (short) a * (short) b + (long) (short) (a >> 16) * (short) (b >> 16);
  }

  private static long bytes(long a, long b) {
    long sum = (a & 0xff) * (byte) b + (a >> 8 & 0xff) * (byte) (b >> 8);
    return Math.clamp(sum, -32768, 32767);
  }

  private static long quads(long d, long a, long b) {
    long sum = d;
    for (int i = 0; i < 32; i += 8) {
      sum += (a >> i & 0xff) * (byte) (b >> i);
    }
    return sum;
  }
}
