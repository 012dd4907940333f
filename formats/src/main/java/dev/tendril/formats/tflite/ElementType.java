package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.formats.FormatException;
import org.jspecify.annotations.Nullable;

/// Element types of the format, in the order of their codes.
enum ElementType {
  FLOAT32(0, DType.F32, 32),
  FLOAT16(1, DType.F16, 16),
  INT32(2, DType.I32, 32),
  UINT8(3, DType.U8, 8),
  INT64(4, DType.I64, 64),
  STRING(5, null, 0),
  BOOL(6, DType.BOOL, 8),
  INT16(7, DType.I16, 16),
  COMPLEX64(8, null, 64),
  INT8(9, DType.I8, 8),
  FLOAT64(10, DType.F64, 64),
  COMPLEX128(11, null, 128),
  UINT64(12, null, 64),
  RESOURCE(13, null, 0),
  VARIANT(14, null, 0),
  UINT32(15, DType.U32, 32),
  UINT16(16, DType.U16, 16),
  INT4(17, DType.I4, 4),
  BFLOAT16(18, DType.BF16, 16),
  INT2(19, null, 2),
  UINT4(20, null, 4),
  FLOAT8_E4M3FN(21, null, 8),
  FLOAT8_E5M2(22, null, 8);

  private final int code;
  private final @Nullable DType dtype;
  private final int bits;

  ElementType(int code, @Nullable DType dtype, int bits) {
    this.code = code;
    this.dtype = dtype;
    this.bits = bits;
  }

  static ElementType of(long code, String what) {
    for (ElementType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new FormatException(what + " of element type " + code + "; expected 0 to 22");
  }

  static ElementType of(DType dtype) {
    for (ElementType type : values()) {
      if (type.dtype == dtype) {
        return type;
      }
    }
    throw new FormatException("elements of type " + dtype.text() + ", which the format has not");
  }

  /// Tendril's type; null where it has none.
  @Nullable DType dtypeOrNull() {
    return dtype;
  }

  DType dtype() {
    if (dtype == null) {
      throw new FormatException(
          "elements of type " + name() + ", which Tendril does not compute with");
    }
    return dtype;
  }

  /// The size of an element; 0 where it varies.
  int bits() {
    return bits;
  }

  int code() {
    return code;
  }
}
