package dev.tendril.machine.emulator;

import dev.tendril.machine.asm.Op;

/// Instructions that bring elements to other places, and change their width.
final class Shuffles {
  private Shuffles() {}

  /// Computes one.
  ///
  /// @param a the first operand, or what the instruction has only one of
  /// @param b the last operand
  /// @param imm the number within the instruction
  /// @param bytes of a vector
  /// @return null when it is not of this kind
  static byte @org.jspecify.annotations.Nullable [] of(
      Op op, byte[] a, byte[] b, int imm, int bytes) {
    byte[] to = new byte[64];
    switch (op) {
      case VPUNPCKLBW -> unpack(to, a, b, 1, false, bytes);
      case VPUNPCKHBW -> unpack(to, a, b, 1, true, bytes);
      case VPUNPCKLWD -> unpack(to, a, b, 2, false, bytes);
      case VPUNPCKHWD -> unpack(to, a, b, 2, true, bytes);
      case VPUNPCKLDQ, VUNPCKLPS -> unpack(to, a, b, 4, false, bytes);
      case VPUNPCKHDQ, VUNPCKHPS -> unpack(to, a, b, 4, true, bytes);
      case VUNPCKLPD -> unpack(to, a, b, 8, false, bytes);
      case VUNPCKHPD -> unpack(to, a, b, 8, true, bytes);
      case VPACKSSDW -> pack(to, a, b, 4, -32768, 32767, bytes);
      case VPACKSSWB -> pack(to, a, b, 2, -128, 127, bytes);
      case VPACKUSWB -> pack(to, a, b, 2, 0, 255, bytes);
      case VSHUFPS -> {
        for (int i = 0; i < bytes / 4; i++) {
          byte[] from = i % 4 < 2 ? a : b;
          Bits.set(to, 4, i, Bits.get(from, 4, (i & -4) + (imm >> (2 * (i % 4)) & 3)));
        }
      }
      case VPSHUFD, VPERMILPS -> {
        for (int i = 0; i < bytes / 4; i++) {
          Bits.set(to, 4, i, Bits.get(b, 4, (i & -4) + (imm >> (2 * (i % 4)) & 3)));
        }
      }
      case VMOVSHDUP -> {
        for (int i = 0; i < bytes / 4; i++) {
          Bits.set(to, 4, i, Bits.get(b, 4, i | 1));
        }
      }
      case VPSHUFB -> {
        for (int i = 0; i < bytes; i++) {
          to[i] = b[i] < 0 ? 0 : a[(i & -16) + (b[i] & 15)];
        }
      }
      case VPERMD, VPERMPS -> {
        for (int i = 0; i < bytes / 4; i++) {
          Bits.set(to, 4, i, Bits.get(b, 4, (int) Bits.get(a, 4, i) & (bytes / 4 - 1)));
        }
      }
      case VPERMQ -> {
        for (int i = 0; i < bytes / 8; i++) {
          Bits.set(to, 8, i, Bits.get(b, 8, (i & -4) + (imm >> (2 * (i % 4)) & 3)));
        }
      }
      case VPERM2F128 -> {
        for (int i = 0; i < 2; i++) {
          int select = imm >> (4 * i);
          if ((select & 8) == 0) {
            System.arraycopy((select & 2) == 0 ? a : b, (select & 1) * 16, to, 16 * i, 16);
          }
        }
      }
      case VSHUFF32X4 -> {
        int parts = bytes / 16;
        for (int i = 0; i < parts; i++) {
          int width = parts == 4 ? 2 : 1;
          int select = imm >> (width * i) & (parts - 1);
          System.arraycopy(i < parts / 2 ? a : b, select * 16, to, 16 * i, 16);
        }
      }
      case VINSERTF128, VINSERTF32X4 -> {
        System.arraycopy(a, 0, to, 0, bytes);
        System.arraycopy(b, 0, to, 16 * (imm & (bytes / 16 - 1)), 16);
      }
      case VPMOVSXBW -> widen(to, b, 1, 2, true, bytes);
      case VPMOVZXBW -> widen(to, b, 1, 2, false, bytes);
      case VPMOVSXBD -> widen(to, b, 1, 4, true, bytes);
      case VPMOVZXBD -> widen(to, b, 1, 4, false, bytes);
      case VPMOVSXBQ -> widen(to, b, 1, 8, true, bytes);
      case VPMOVSXWD -> widen(to, b, 2, 4, true, bytes);
      case VPMOVZXWD -> widen(to, b, 2, 4, false, bytes);
      case VPMOVSXDQ -> widen(to, b, 4, 8, true, bytes);
      case VCVTPH2PS -> {
        for (int i = 0; i < bytes / 4; i++) {
          Bits.set(to, 4, i, Bits.f(Float.float16ToFloat((short) Bits.get(b, 2, i))));
        }
      }
      case VBROADCASTSS, VPBROADCASTD -> spread(to, b, 4, bytes);
      case VPBROADCASTB -> spread(to, b, 1, bytes);
      case VPBROADCASTW -> spread(to, b, 2, bytes);
      case VPBROADCASTQ -> spread(to, b, 8, bytes);
      case VBROADCASTF128 -> {
        System.arraycopy(b, 0, to, 0, 16);
        System.arraycopy(b, 0, to, 16, 16);
      }
      default -> {
        return null;
      }
    }
    return to;
  }

  private static void spread(byte[] to, byte[] from, int size, int bytes) {
    for (int i = 0; i < bytes / size; i++) {
      Bits.set(to, size, i, Bits.get(from, size, 0));
    }
  }

  private static void widen(byte[] to, byte[] from, int size, int wide, boolean sign, int bytes) {
    long mask = sign ? -1 : (1L << (8 * size)) - 1;
    for (int i = 0; i < bytes / wide; i++) {
      Bits.set(to, wide, i, Bits.get(from, size, i) & mask);
    }
  }

  private static void unpack(byte[] to, byte[] a, byte[] b, int size, boolean high, int bytes) {
    int half = 8 / size;
    for (int lane = 0; lane < bytes / 16; lane++) {
      for (int i = 0; i < half; i++) {
        int from = lane * 2 * half + (high ? half : 0) + i;
        Bits.set(to, size, lane * 2 * half + 2 * i, Bits.get(a, size, from));
        Bits.set(to, size, lane * 2 * half + 2 * i + 1, Bits.get(b, size, from));
      }
    }
  }

  private static void pack(
      byte[] to, byte[] a, byte[] b, int size, long low, long high, int bytes) {
    int count = 16 / size;
    for (int lane = 0; lane < bytes / 16; lane++) {
      for (int i = 0; i < 2 * count; i++) {
        long value = Bits.get(i < count ? a : b, size, lane * count + i % count);
        Bits.set(to, size / 2, lane * 2 * count + i, Math.clamp(value, low, high));
      }
    }
  }
}
