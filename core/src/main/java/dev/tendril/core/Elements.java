package dev.tendril.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Reads and writes single elements of any type, as `double` or as `long`. The plain way, for
/// reference kernels and for looking at values; fast kernels read their one type themselves.
public final class Elements {
  private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(order());
  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(order());
  private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(order());
  private static final ValueLayout.OfFloat FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(order());
  private static final ValueLayout.OfDouble DOUBLE = JAVA_DOUBLE_UNALIGNED.withOrder(order());

  private Elements() {}

  private static ByteOrder order() {
    return ByteOrder.LITTLE_ENDIAN;
  }

  /// The element as a real number; 64-bit integers are rounded.
  public static double getDouble(MemorySegment memory, DType dtype, long index) {
    return switch (dtype) {
      case F32 -> memory.get(FLOAT, index * 4);
      case F64 -> memory.get(DOUBLE, index * 8);
      case F16 -> Float.float16ToFloat(memory.get(SHORT, index * 2));
      case BF16 -> Float.intBitsToFloat(memory.get(SHORT, index * 2) << 16);
      case I4, I8, U8, I16, U16, I32, U32, I64, BOOL -> (double) getLong(memory, dtype, index);
    };
  }

  /// The element as an integer; real numbers are cut toward zero, NaN is 0.
  public static long getLong(MemorySegment memory, DType dtype, long index) {
    return switch (dtype) {
      case I4 -> (memory.get(JAVA_BYTE, index / 2) << (index % 2 == 0 ? 28 : 24)) >> 28;
      case I8 -> memory.get(JAVA_BYTE, index);
      case U8 -> memory.get(JAVA_BYTE, index) & 0xFF;
      case BOOL -> memory.get(JAVA_BYTE, index) == 0 ? 0 : 1;
      case I16 -> memory.get(SHORT, index * 2);
      case U16 -> memory.get(SHORT, index * 2) & 0xFFFF;
      case I32 -> memory.get(INT, index * 4);
      case U32 -> memory.get(INT, index * 4) & 0xFFFF_FFFFL;
      case I64 -> memory.get(LONG, index * 8);
      case F32, F64, F16, BF16 -> (long) getDouble(memory, dtype, index);
    };
  }

  /// Stores a real number: rounded to the nearest for a float type; for integer types cut toward
  /// zero and kept within the type's range, NaN becoming 0; for booleans whether it is not 0.
  public static void setDouble(MemorySegment memory, DType dtype, long index, double value) {
    switch (dtype) {
      case F32 -> memory.set(FLOAT, index * 4, (float) value);
      case F64 -> memory.set(DOUBLE, index * 8, value);
      case F16 -> memory.set(SHORT, index * 2, Float.floatToFloat16(toOdd(value)));
      case BF16 -> memory.set(SHORT, index * 2, toBfloat16(toOdd(value)));
      case BOOL -> memory.set(JAVA_BYTE, index, (byte) (value != 0 ? 1 : 0));
      case I4, I8, U8, I16, U16, I32, U32, I64 ->
          setLong(memory, dtype, index, Math.clamp((long) value, dtype.min(), dtype.max()));
    }
  }

  /// Stores an integer: the low bits for integer types; for booleans whether it is not 0.
  public static void setLong(MemorySegment memory, DType dtype, long index, long value) {
    switch (dtype) {
      case I4 -> {
        int shift = index % 2 == 0 ? 0 : 4;
        int kept = memory.get(JAVA_BYTE, index / 2) & (0xF0 >> shift);
        memory.set(JAVA_BYTE, index / 2, (byte) (kept | (value & 15) << shift));
      }
      case I8, U8 -> memory.set(JAVA_BYTE, index, (byte) value);
      case BOOL -> memory.set(JAVA_BYTE, index, (byte) (value != 0 ? 1 : 0));
      case I16, U16 -> memory.set(SHORT, index * 2, (short) value);
      case I32, U32 -> memory.set(INT, index * 4, (int) value);
      case I64 -> memory.set(LONG, index * 8, value);
      case F32, F64, F16, BF16 -> setDouble(memory, dtype, index, (double) value);
    }
  }

  /// A float to be rounded further: what is lost sets its last bit, so that the second rounding
  /// gives what a single one would (Boldo, Melquiond 2008, "Emulation of FMA and correctly rounded
  /// sums: proved algorithms using rounding to odd").
  private static float toOdd(double value) {
    float rounded = (float) value;
    int bits = Float.floatToRawIntBits(rounded);
    if (rounded == value || Double.isNaN(value) || (bits & 1) != 0) {
      return rounded;
    }
    return Float.intBitsToFloat(Math.abs(value) > Math.abs((double) rounded) ? bits + 1 : bits - 1);
  }

  /// The upper half of a float, rounded to the nearest, ties to even.
  private static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }
}
