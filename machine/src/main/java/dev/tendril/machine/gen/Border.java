package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.R8;
import static dev.tendril.machine.asm.Gpr.R9;
import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RCX;
import static dev.tendril.machine.asm.Gpr.RDI;
import static dev.tendril.machine.asm.Gpr.RSI;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Gpr;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;

/// Writes the routine that copies rows of an image and puts zeros around them, so that windows need
/// not ask where the image ends. Its arguments are the number of rows, then for each row [#PER_ROW]
/// values.
public final class Border {
  /// Where the row goes, the bytes of zeros before it, where it comes from, its bytes, and the
  /// bytes of zeros after it.
  public static final int PER_ROW = 5;

  private Border() {}

  public static Routine write() {
    Assembler a = new Assembler(false);
    a.add(Op.MOV, R9, Frame.argument(0));
    a.add(Op.LEA, R8, Frame.argument(1));
    Frame.times(
        a,
        Gpr.RDX,
        R9,
        () -> {
          a.add(Op.MOV, RDI, Mem.at(R8));
          a.add(Op.XOR, RAX, RAX);
          a.add(Op.MOV, RCX, Mem.at(R8, 8));
          a.add(Op.REP_STOSB);
          a.add(Op.MOV, RSI, Mem.at(R8, 16));
          a.add(Op.MOV, RCX, Mem.at(R8, 24));
          a.add(Op.REP_MOVSB);
          a.add(Op.MOV, RCX, Mem.at(R8, 32));
          a.add(Op.REP_STOSB);
          Frame.advance(a, R8, 8L * PER_ROW);
        });
    a.add(Op.RET);
    return a.assemble("border");
  }
}
