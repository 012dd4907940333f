package dev.tendril.machine.asm;

/// How much of a vector the operand in register or memory is, which also scales the short
/// displacements of EVEX.
enum Tuple {
  FULL,
  HALF,
  QUARTER,
  EIGHTH,
  /// One element of 4 bytes.
  ONE4,
  /// One element of 8 bytes.
  ONE8,
  /// 16 bytes, whatever the vector.
  PART16,
  /// 32 bytes, whatever the vector.
  PART32;

  /// The bytes in memory.
  int bytes(int vector) {
    return switch (this) {
      case FULL -> vector;
      case HALF -> vector / 2;
      case QUARTER -> vector / 4;
      case EIGHTH -> vector / 8;
      case ONE4 -> 4;
      case ONE8 -> 8;
      case PART16 -> 16;
      case PART32 -> 32;
    };
  }

  /// The bytes of the register that holds it.
  int register(int vector) {
    return Math.max(16, bytes(vector));
  }
}
