package dev.tendril.machine.asm;

import org.jspecify.annotations.Nullable;

/// A place in memory: `base + index · scale + displacement`, or, without a base, a place among the
/// constants that stand behind the code.
///
/// @param base null for the constants
/// @param scale 1, 2, 4 or 8
/// @param displacement in bytes; without a base, from the beginning of the constants
/// @param broadcast whether the one element there stands for all of a vector (AVX-512)
public record Mem(
    @Nullable Gpr base, @Nullable Gpr index, int scale, int displacement, boolean broadcast)
    implements Operand {
  public Mem {
    if (scale != 1 && scale != 2 && scale != 4 && scale != 8) {
      throw new AssemblyException("scale " + scale + "; expected 1, 2, 4 or 8");
    }
    if (index == Gpr.RSP) {
      throw new AssemblyException("rsp as an index");
    }
    if (base == null && index != null) {
      throw new AssemblyException("an index into the constants");
    }
  }

  public static Mem at(Gpr base) {
    return new Mem(base, null, 1, 0, false);
  }

  /// @throws AssemblyException when the displacement does not fit 32 bits
  public static Mem at(Gpr base, long displacement) {
    return at(base).plus(displacement);
  }

  public static Mem at(Gpr base, Gpr index, int scale, long displacement) {
    return new Mem(base, index, scale, 0, false).plus(displacement);
  }

  /// A place among the constants.
  static Mem constant(int offset) {
    return new Mem(null, null, 1, offset, false);
  }

  /// @throws AssemblyException when the displacement does not fit 32 bits
  public Mem plus(long bytes) {
    long sum = displacement + bytes;
    if (sum != (int) sum) {
      throw new AssemblyException("a displacement of " + sum + "; it must fit 32 bits");
    }
    return new Mem(base, index, scale, (int) sum, broadcast);
  }

  /// The one element there, as all elements of a vector.
  public Mem spread() {
    return new Mem(base, index, scale, displacement, true);
  }

  boolean isConstant() {
    return base == null;
  }
}
