package dev.tendril.plugin.pjrt;

import dev.tendril.core.DType;
import dev.tendril.core.TensorException;

/// The numbers of `PJRT_Buffer_Type`.
final class PjrtTypes {
  private PjrtTypes() {}

  static int number(DType dtype) {
    return switch (dtype) {
      case BOOL -> 1;
      case I8 -> 2;
      case I16 -> 3;
      case I32 -> 4;
      case I64 -> 5;
      case U8 -> 6;
      case U16 -> 7;
      case U32 -> 8;
      case F16 -> 10;
      case F32 -> 11;
      case F64 -> 12;
      case BF16 -> 13;
      case I4 ->
          throw new TensorException("i4 on a PJRT device; devices differ in how they pack it");
    };
  }
}
