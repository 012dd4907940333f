package dev.tendril.machine.gen;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Operand;
import dev.tendril.machine.asm.Vec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A processor's vectors of 32-bit floats, as kernels are written against them: how many elements a
/// vector has, how many registers there are, and what differs between sets of instructions. Kernels
/// ask for the numbers and are written once.
///
/// One target belongs to one routine, whose [#code] it adds to.
public abstract class Target {
  private final Assembler code;
  private final int bytes;
  private final int registers;

  Target(Assembler code, int bytes, int registers) {
    this.code = code;
    this.bytes = bytes;
    this.registers = registers;
  }

  /// What instructions are added to.
  public Assembler code() {
    return code;
  }

  /// The bytes of a vector.
  public int bytes() {
    return bytes;
  }

  /// The floats of a vector.
  public int lanes() {
    return bytes / Float.BYTES;
  }

  /// The number of vector registers.
  public int registers() {
    return registers;
  }

  /// The vector register of a number below [#registers].
  public Vec vec(int number) {
    if (number >= registers) {
      throw new IllegalArgumentException("vector register " + number + " of " + registers);
    }
    return new Vec(number, bytes);
  }

  public void load(Vec to, Mem from) {
    code.add(Op.VMOVUPS, to, from);
  }

  public void store(Mem to, Vec from) {
    code.add(Op.VMOVUPS, to, from);
  }

  public void copy(Vec to, Vec from) {
    if (to.number() != from.number()) {
      code.add(Op.VMOVAPS, to, from);
    }
  }

  public void zero(Vec to) {
    code.add(Op.VXORPS, to.as(16), to.as(16), to.as(16));
  }

  /// One float of memory to all elements.
  public void spread(Vec to, Mem from) {
    code.add(Op.VBROADCASTSS, to, from);
  }

  /// One number to all elements.
  public void spread(Vec to, float value) {
    if (Float.floatToRawIntBits(value) == 0) {
      zero(to);
    } else {
      spread(to, code.floats(value));
    }
  }

  /// `sum += a · b`, rounded once.
  public void fma(Vec sum, Vec a, Operand b) {
    code.add(Op.VFMADD231PS, sum, a, b);
  }

  /// A number in all elements, as an operand.
  public Mem everywhere(float value) {
    float[] all = new float[lanes()];
    Arrays.fill(all, value);
    return code.floats(all);
  }

  /// Bits in all elements, as an operand.
  public Mem everywhere(int bits) {
    int[] all = new int[lanes()];
    Arrays.fill(all, bits);
    return code.ints(all);
  }

  /// Says how many elements [#loadFirst] and [#storeFirst] are about, before the first of them; may
  /// use `rax`.
  public abstract void tail(int count);

  /// Loads as many elements as [#tail] said and reads no byte beyond; the others become 0.
  public abstract void loadFirst(Vec to, Mem from);

  /// Stores as many elements as [#tail] said and writes no byte beyond; the register is of no use
  /// afterwards.
  public abstract void storeFirst(Mem to, Vec from);

  /// `greatest = max(greatest, x)`, where what is not a number is the greatest.
  ///
  /// @param free a register that may be used
  public abstract void greater(Vec greatest, Vec x, Vec free);

  /// Combines all elements by an operation; the result is in all of them.
  ///
  /// @param free a register that may be used
  public void across(Op operation, Vec value, Vec free) {
    if (bytes == 64) {
      code.add(Op.VSHUFF32X4, free, value, value, new Imm(0x4e));
      code.add(operation, value, value, free);
      code.add(Op.VSHUFF32X4, free, value, value, new Imm(0xb1));
    } else {
      code.add(Op.VPERMQ, free, value, new Imm(0x4e));
    }
    code.add(operation, value, value, free);
    for (int order : new int[] {0x4e, 0xb1}) {
      code.add(Op.VPERMILPS, free, value, new Imm(order));
      code.add(operation, value, value, free);
    }
  }

  /// The last elements of a vector as numbers, the first ones as bits of 0.
  ///
  /// @param first the number of first elements
  public Mem rest(int first, float value) {
    float[] all = new float[lanes()];
    Arrays.fill(all, first, lanes(), value);
    return code.floats(all);
  }

  /// All bits of the first elements.
  public Mem first(int count) {
    int[] all = new int[lanes()];
    Arrays.fill(all, 0, count, -1);
    return code.ints(all);
  }

  /// Keeps values within a range; what is not a number stays so.
  ///
  /// @param low the lower bound in all elements, or null for none
  /// @param high the upper bound, likewise
  public void cut(Vec value, @Nullable Vec low, @Nullable Vec high) {
    // Of two operands of which one is not a number, the processor gives the second.
    if (low != null) {
      code.add(Op.VMAXPS, value, low, value);
    }
    if (high != null) {
      code.add(Op.VMINPS, value, high, value);
    }
  }
}
