package dev.tendril.machine.asm;

/// A vector register.
///
/// @param number 0 to 31; those from 16 on need AVX-512
/// @param bytes its width: 16 (`xmm`), 32 (`ymm`) or 64 (`zmm`)
public record Vec(int number, int bytes) implements Operand {
  public Vec {
    if (number < 0 || number > 31) {
      throw new AssemblyException("vector register " + number + "; there are 0 to 31");
    }
    if (bytes != 16 && bytes != 32 && bytes != 64) {
      throw new AssemblyException("a vector register of " + bytes + " bytes; 16, 32 or 64");
    }
  }

  public static Vec xmm(int number) {
    return new Vec(number, 16);
  }

  public static Vec ymm(int number) {
    return new Vec(number, 32);
  }

  public static Vec zmm(int number) {
    return new Vec(number, 64);
  }

  /// The same register, of which another number of low bytes is used.
  public Vec as(int width) {
    return width == bytes ? this : new Vec(number, width);
  }

  @Override
  public String toString() {
    return (bytes == 16 ? "xmm" : bytes == 32 ? "ymm" : "zmm") + number;
  }
}
