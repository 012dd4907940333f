package dev.tendril.machine.gen;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Gpr;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Mask;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Vec;

/// 32 registers of 16 floats, or of 8 where that wastes less; the first elements by a mask.
public final class Avx512 extends Target {
  private static final Mask FIRST = new Mask(1);
  private static final Mask STRANGE = new Mask(2);
  private static final int UNORDERED = 3;

  /// @param bytes of a vector: 64 or 32
  public Avx512(int bytes) {
    super(new Assembler(true), bytes, 32);
  }

  @Override
  public void tail(int count) {
    code().add(Op.MOV, Gpr.RAX, new Imm((1L << count) - 1));
    code().add(Op.KMOVW, FIRST, Gpr.RAX);
  }

  @Override
  public void loadFirst(Vec to, Mem from) {
    code().add(Op.VMOVUPS, FIRST, true, to, from);
  }

  @Override
  public void greater(Vec greatest, Vec x, Vec free) {
    // The second operand where one is not a number: right where it is `greatest`.
    code().add(Op.VCMPPS, STRANGE, x, x, new Imm(UNORDERED));
    code().add(Op.VMAXPS, greatest, x, greatest);
    code().add(Op.VMOVAPS, STRANGE, false, greatest, x);
  }

  @Override
  public void storeFirst(Mem to, Vec from) {
    code().add(Op.VMOVUPS, FIRST, false, to, from);
  }
}
