package dev.tendril.machine.emulator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Elements of 1, 2, 4 or 8 bytes in an array of bytes, as their bits with their sign.
final class Bits {
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Bits() {}

  static long get(byte[] from, int size, int index) {
    return switch (size) {
      case 1 -> from[index];
      case 2 -> (short) SHORTS.get(from, 2 * index);
      case 4 -> (int) INTS.get(from, 4 * index);
      default -> (long) LONGS.get(from, 8 * index);
    };
  }

  static void set(byte[] to, int size, int index, long bits) {
    switch (size) {
      case 1 -> to[index] = (byte) bits;
      case 2 -> SHORTS.set(to, 2 * index, (short) bits);
      case 4 -> INTS.set(to, 4 * index, (int) bits);
      default -> LONGS.set(to, 8 * index, bits);
    }
  }

  static float f(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  static long f(float value) {
    return Float.floatToRawIntBits(value);
  }
}
