package dev.tendril.machine.gen;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Vec;

/// Loads and stores of the first bytes of a register of 16, of which no other byte of memory is
/// touched: in pieces of 8, 4, 2 and 1.
final class Pieces {
  private Pieces() {}

  /// The bytes of a register that are not loaded are 0.
  ///
  /// @param count from 1 to 16
  static void load(Assembler a, Vec to, Mem from, int count) {
    Vec x = to.as(16);
    if (count == 16) {
      a.add(Op.VMOVUPS, x, from);
      return;
    }
    int at = 0;
    if ((count & 8) != 0) {
      a.add(Op.VMOVQ, x, from);
      at = 8;
    } else {
      a.add(Op.VXORPS, x, x, x);
    }
    if ((count & 4) != 0) {
      a.add(Op.VPINSRD, x, x, from.plus(at), new Imm(at / 4));
      at += 4;
    }
    if ((count & 2) != 0) {
      a.add(Op.VPINSRW, x, x, from.plus(at), new Imm(at / 2));
      at += 2;
    }
    if ((count & 1) != 0) {
      a.add(Op.VPINSRB, x, x, from.plus(at), new Imm(at));
    }
  }

  /// @param count from 1 to 16
  static void store(Assembler a, Mem to, Vec from, int count) {
    store(a, to, from, 0, count);
  }

  /// Stores bytes from one on that is a multiple of their number's greatest power of two.
  ///
  /// @param first the first byte of the register, 0, or 8 where at most 8 follow
  static void store(Assembler a, Mem to, Vec from, int first, int count) {
    Vec x = from.as(16);
    if (count == 16) {
      a.add(Op.VMOVUPS, to, x);
      return;
    }
    int at = 0;
    if ((count & 8) != 0) {
      if (first == 0) {
        a.add(Op.VMOVQ, to, x);
      } else {
        a.add(Op.VPEXTRQ, to, x, new Imm(1));
      }
      at = 8;
    }
    if ((count & 4) != 0) {
      a.add(Op.VPEXTRD, to.plus(at), x, new Imm((first + at) / 4));
      at += 4;
    }
    if ((count & 2) != 0) {
      a.add(Op.VPEXTRW, to.plus(at), x, new Imm((first + at) / 2));
      at += 2;
    }
    if ((count & 1) != 0) {
      a.add(Op.VPEXTRB, to.plus(at), x, new Imm(first + at));
    }
  }
}
