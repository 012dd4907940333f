package dev.tendril.machine.gen;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Operand;
import dev.tendril.machine.asm.Vec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// 16 registers of 8 floats. There are no masks as in AVX-512: the first elements are loaded by
/// `vmaskmovps`, which is fast, and stored piece by piece, since its store is not.
public final class Avx2 extends Target {
  private static final int LANES = 8;
  private static final int UNORDERED = 3;

  private int count = LANES;

  private final @Nullable Op dot;

  public Avx2() {
    this(false, null);
  }

  /// @param wide whether AVX-512 is there too
  /// @param dot the instruction that adds sums of two products of 16-bit numbers; null where there
  ///     is none
  public Avx2(boolean wide, @Nullable Op dot) {
    super(new Assembler(wide), 4 * LANES, 16);
    this.dot = dot;
  }

  /// Adds to 32-bit sums the sums of two products of 16-bit numbers.
  ///
  /// @param free a register that may be used
  void dot(Vec sum, Vec a, Operand b, Vec free) {
    if (dot == null) {
      code().add(Op.VPMADDWD, free, a, b);
      code().add(Op.VPADDD, sum, sum, free);
    } else {
      code().add(dot, sum, a, b);
    }
  }

  @Override
  public void tail(int elements) {
    count = elements;
  }

  @Override
  public void loadFirst(Vec to, Mem from) {
    if (count == LANES) {
      load(to, from);
      return;
    }
    int[] mask = new int[LANES];
    Arrays.fill(mask, 0, count, -1);
    load(to, code().ints(mask));
    code().add(Op.VMASKMOVPS, to, to, from);
  }

  @Override
  public void greater(Vec greatest, Vec x, Vec free) {
    // The second operand where one is not a number: right where it is `greatest`.
    code().add(Op.VCMPPS, free, x, x, new Imm(UNORDERED));
    code().add(Op.VMAXPS, greatest, x, greatest);
    code().add(Op.VBLENDVPS, greatest, greatest, x, free);
  }

  @Override
  public void storeFirst(Mem to, Vec from) {
    if (count == LANES) {
      store(to, from);
      return;
    }
    Vec low = from.as(16);
    long at = 0;
    if ((count & 4) != 0) {
      code().add(Op.VMOVUPS, to, low);
      at = 16;
      if (count > 4) {
        code().add(Op.VEXTRACTF128, low, from, new Imm(1));
      }
    }
    if ((count & 2) != 0) {
      code().add(Op.VMOVLPS, to.plus(at), low);
      at += 8;
      if ((count & 1) != 0) {
        code().add(Op.VPERMILPS, low, low, new Imm(2));
      }
    }
    if ((count & 1) != 0) {
      code().add(Op.VMOVSS, to.plus(at), low);
    }
  }
}
