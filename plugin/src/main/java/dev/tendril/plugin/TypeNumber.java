package dev.tendril.plugin;

import dev.tendril.core.DType;
import org.jspecify.annotations.Nullable;

/// The numbers of element types in the C interface, which stay as they are whatever Java does.
final class TypeNumber {
  private static final DType[] ALL = DType.values();

  private TypeNumber() {}

  static int of(DType type) {
    return switch (type) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 2;
      case F64 -> 3;
      case I4 -> 4;
      case I8 -> 5;
      case U8 -> 6;
      case I16 -> 7;
      case U16 -> 8;
      case I32 -> 9;
      case U32 -> 10;
      case I64 -> 11;
      case BOOL -> 12;
    };
  }

  /// Null where there is no such type.
  static @Nullable DType type(int number) {
    for (DType type : ALL) {
      if (of(type) == number) {
        return type;
      }
    }
    return null;
  }
}
