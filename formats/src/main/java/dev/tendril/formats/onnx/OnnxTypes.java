package dev.tendril.formats.onnx;

import dev.tendril.core.DType;
import dev.tendril.formats.FormatException;
import java.util.Map;

/// The numbers that ONNX has for types of elements.
final class OnnxTypes {
  private static final Map<Integer, DType> TYPES =
      Map.ofEntries(
          Map.entry(1, DType.F32),
          Map.entry(2, DType.U8),
          Map.entry(3, DType.I8),
          Map.entry(4, DType.U16),
          Map.entry(5, DType.I16),
          Map.entry(6, DType.I32),
          Map.entry(7, DType.I64),
          Map.entry(9, DType.BOOL),
          Map.entry(10, DType.F16),
          Map.entry(11, DType.F64),
          Map.entry(12, DType.U32),
          Map.entry(16, DType.BF16),
          Map.entry(22, DType.I4));

  private OnnxTypes() {}

  static DType dtype(long number, String what) {
    DType dtype = number == (int) number ? TYPES.get((int) number) : null;
    if (dtype == null) {
      throw new FormatException(
          what
              + ": the element type "
              + number
              + "; expected floats of 16 to 64 bits, integers (unsigned ones up to 32 bits) or"
              + " truth values");
    }
    return dtype;
  }

  static int number(DType dtype) {
    return switch (dtype) {
      case F32 -> 1;
      case U8 -> 2;
      case I8 -> 3;
      case U16 -> 4;
      case I16 -> 5;
      case I32 -> 6;
      case I64 -> 7;
      case BOOL -> 9;
      case F16 -> 10;
      case F64 -> 11;
      case U32 -> 12;
      case BF16 -> 16;
      case I4 -> 22;
    };
  }
}
