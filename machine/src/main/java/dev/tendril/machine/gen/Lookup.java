package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RBX;
import static dev.tendril.machine.asm.Gpr.RCX;
import static dev.tendril.machine.asm.Gpr.RDX;
import static dev.tendril.machine.asm.Gpr.RSI;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Gpr;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.asm.Vec;

/// Bytes that become others by a table of 256: any function of one byte.
///
/// @param rest bytes beyond the last whole 16
public record Lookup(int rest) {
  /// The place of arguments of the routine.
  public static final int SOURCE = 0;

  public static final int TABLE = 1;
  public static final int RESULT = 2;

  /// The number of 16 bytes.
  public static final int CHUNKS = 3;

  public static final int CHUNK = 16;

  public Routine write(Target target) {
    Assembler code = target.code();
    Frame.open(code);
    code.add(Op.MOV, RSI, Frame.argument(SOURCE));
    code.add(Op.MOV, RBX, Frame.argument(TABLE));
    code.add(Op.MOV, RDX, Frame.argument(RESULT));
    Frame.times(
        code,
        RCX,
        Frame.argument(CHUNKS),
        () -> {
          some(target, CHUNK);
          Frame.advance(code, RSI, CHUNK);
          Frame.advance(code, RDX, CHUNK);
        });
    if (rest > 0) {
      some(target, rest);
    }
    Frame.close(code);
    return code.assemble("lookup");
  }

  private static void some(Target target, int count) {
    Assembler code = target.code();
    Vec x = target.vec(0).as(16);
    code.add(Op.VXORPS, x, x, x);
    for (int i = 0; i < count; i++) {
      Gpr byteOf = i % 2 == 0 ? RAX : Gpr.R8;
      code.add(Op.MOVZX, byteOf, Mem.at(RSI, i));
      code.add(Op.VPINSRB, x, x, Mem.at(RBX, byteOf, 1, 0), new Imm(i));
    }
    Pieces.store(code, Mem.at(RDX), x, count);
  }
}
