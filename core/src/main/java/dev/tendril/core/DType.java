package dev.tendril.core;

import java.util.Locale;

/// The type of a tensor's elements. Text has none: strings are columns of a table, not tensors.
public enum DType {
  /// IEEE 754 binary32.
  F32(32, Kind.FLOAT),
  /// IEEE 754 binary16; stored as such, computed in 32 bits.
  F16(16, Kind.FLOAT),
  /// The upper half of a binary32; stored as such, computed in 32 bits.
  BF16(16, Kind.FLOAT),
  /// IEEE 754 binary64.
  F64(64, Kind.FLOAT),
  /// Signed, two elements a byte, the first in the low bits.
  I4(4, Kind.SIGNED),
  I8(8, Kind.SIGNED),
  U8(8, Kind.UNSIGNED),
  I16(16, Kind.SIGNED),
  U16(16, Kind.UNSIGNED),
  I32(32, Kind.SIGNED),
  U32(32, Kind.UNSIGNED),
  I64(64, Kind.SIGNED),
  /// One byte, 0 or 1.
  BOOL(8, Kind.BOOL);

  private enum Kind {
    FLOAT,
    SIGNED,
    UNSIGNED,
    BOOL
  }

  private final int bits;
  private final Kind kind;

  DType(int bits, Kind kind) {
    this.bits = bits;
    this.kind = kind;
  }

  /// The size of an element in memory.
  public int bits() {
    return bits;
  }

  /// The bytes that a number of elements take; half bytes are rounded up.
  public long bytes(long elements) {
    return Math.addExact(Math.multiplyExact(elements, bits), 7) / 8;
  }

  public boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  /// Whether it holds whole numbers, signed or not; booleans are none.
  public boolean isInteger() {
    return kind == Kind.SIGNED || kind == Kind.UNSIGNED;
  }

  public boolean isSigned() {
    return kind == Kind.FLOAT || kind == Kind.SIGNED;
  }

  /// The least value of an integer type.
  public long min() {
    return switch (kind) {
      case SIGNED -> -1L << (bits - 1);
      case UNSIGNED, BOOL -> 0;
      case FLOAT -> throw new DTypeException("the least integer of " + text());
    };
  }

  /// The greatest value of an integer type.
  public long max() {
    return switch (kind) {
      case SIGNED -> ~(-1L << (bits - 1));
      case UNSIGNED -> ~(-1L << bits);
      case BOOL -> 1;
      case FLOAT -> throw new DTypeException("the greatest integer of " + text());
    };
  }

  /// The name in texts of graphs and in messages, such as `f32`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
