package dev.tendril.machine.gen;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Gpr;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Label;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import java.util.List;

/// What routines begin and end with, and loops. A routine is called by the convention of System V:
/// the address of its arguments, 8 bytes each, is in `rdi`; `rbx`, `rbp` and `r12` to `r15` are the
/// caller's, all vector registers are the routine's.
public final class Frame {
  private static final List<Gpr> SAVED =
      List.of(Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);

  private Frame() {}

  /// Keeps the caller's registers.
  public static void open(Assembler a) {
    for (Gpr gpr : SAVED) {
      a.add(Op.PUSH, gpr);
    }
  }

  /// Gives them back and returns.
  public static void close(Assembler a) {
    for (Gpr gpr : SAVED.reversed()) {
      a.add(Op.POP, gpr);
    }
    leave(a);
  }

  /// Returns, where no register of the caller's was used.
  public static void leave(Assembler a) {
    a.add(Op.VZEROUPPER);
    a.add(Op.RET);
  }

  /// An argument.
  public static Mem argument(int index) {
    return Mem.at(Gpr.RDI, 8L * index);
  }

  public static void move(Assembler a, Gpr to, Gpr from) {
    a.add(Op.MOV, to, from);
  }

  /// Adds a number, if it is not 0.
  public static void advance(Assembler a, Gpr register, long bytes) {
    if (bytes != 0) {
      a.add(Op.ADD, register, new Imm(bytes));
    }
  }

  /// A loop of a number of turns that is known: none, straight code, or a loop.
  public static void times(Assembler a, Gpr counter, long turns, Runnable body) {
    if (turns == 1) {
      body.run();
    } else if (turns > 1) {
      a.add(Op.MOV, counter, new Imm(turns));
      loop(a, counter, body);
    }
  }

  /// A loop of as many turns as memory says, which may be none.
  public static void times(Assembler a, Gpr counter, Mem turns, Runnable body) {
    Label end = new Label();
    a.add(Op.MOV, counter, turns);
    a.add(Op.TEST, counter, counter);
    a.add(Op.JZ, end);
    loop(a, counter, body);
    a.bind(end);
  }

  /// A loop of as many turns as a register says, which may be none.
  public static void times(Assembler a, Gpr counter, Gpr turns, Runnable body) {
    Label end = new Label();
    a.add(Op.MOV, counter, turns);
    a.add(Op.TEST, counter, counter);
    a.add(Op.JZ, end);
    loop(a, counter, body);
    a.bind(end);
  }

  private static void loop(Assembler a, Gpr counter, Runnable body) {
    Label again = a.here();
    body.run();
    a.add(Op.DEC, counter);
    a.add(Op.JNZ, again);
  }
}
