package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.R8;
import static dev.tendril.machine.asm.Gpr.R9;
import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RCX;
import static dev.tendril.machine.asm.Gpr.RDI;
import static dev.tendril.machine.asm.Gpr.RDX;
import static dev.tendril.machine.asm.Gpr.RSI;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Label;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.asm.Vec;
import java.util.Arrays;

/// Bytes as 16-bit numbers, less their zero point, which makes padding 0: what products of
/// quantized numbers read.
///
/// @param run numbers of a row; 0 for one row of any length from 16 on
/// @param left zeros before each row
/// @param right zeros behind each row; whole vectors are written, so that up to [#SLACK] bytes
///     behind the last row are touched
/// @param signed whether bytes are signed
public record Widening(int run, int left, int right, boolean signed, int zeroPoint) {
  /// The place of arguments of the routine.
  public static final int RESULT = 0;

  /// The number of rows, with the address of each behind it; or, for one row, its address, and
  /// behind it the place of its last 16 numbers.
  public static final int ROWS = 1;

  public static final int SLACK = 32;

  private static final int CHUNK = 16;

  /// The bytes of a row of the result.
  public long pitch() {
    return 2L * (left + run + right);
  }

  public Routine write(Target target) {
    Assembler code = target.code();
    Vec zero = target.vec(1);
    target.zero(zero);
    code.add(Op.MOV, RDX, Frame.argument(RESULT));
    if (run == 0) {
      one(target);
    } else {
      code.add(Op.LEA, RSI, Mem.at(RDI, 8L * (ROWS + 1)));
      Frame.times(
          code,
          RCX,
          Frame.argument(ROWS),
          () -> {
            code.add(Op.MOV, RAX, Mem.at(RSI));
            Frame.advance(code, RSI, 8);
            zeros(target, zero, left);
            row(target);
            zeros(target, zero, right);
          });
    }
    Frame.leave(code);
    return code.assemble("widening");
  }

  private void one(Target target) {
    Assembler code = target.code();
    code.add(Op.MOV, RAX, Frame.argument(ROWS));
    code.add(Op.MOV, R9, Frame.argument(ROWS + 1));
    code.add(Op.XOR, R8, R8);
    Label end = new Label();
    code.add(Op.CMP, R8, R9);
    code.add(Op.JGE, end);
    Label again = code.here();
    chunk(target, Mem.at(RAX, R8, 1, 0), Mem.at(RDX, R8, 2, 0));
    Frame.advance(code, R8, CHUNK);
    code.add(Op.CMP, R8, R9);
    code.add(Op.JL, again);
    code.bind(end);
    chunk(target, Mem.at(RAX, R9, 1, 0), Mem.at(RDX, R9, 2, 0));
  }

  private void row(Target target) {
    Assembler code = target.code();
    int chunks = run / CHUNK;
    int rest = run % CHUNK;
    Frame.times(
        code,
        R8,
        chunks,
        () -> {
          chunk(target, Mem.at(RAX), Mem.at(RDX));
          Frame.advance(code, RAX, CHUNK);
          Frame.advance(code, RDX, 2L * CHUNK);
        });
    if (rest > 0 && chunks > 0) {
      chunk(target, Mem.at(RAX, rest - CHUNK), Mem.at(RDX, 2L * (rest - CHUNK)));
    } else if (rest > 0) {
      Vec x = target.vec(0);
      Pieces.load(code, x, Mem.at(RAX), rest);
      code.add(widen(), x, x.as(16));
      put(target, x, Mem.at(RDX));
    }
    Frame.advance(code, RDX, 2L * rest);
  }

  private void chunk(Target target, Mem from, Mem to) {
    Vec x = target.vec(0);
    target.code().add(widen(), x, from);
    put(target, x, to);
  }

  private void put(Target target, Vec x, Mem to) {
    if (zeroPoint != 0) {
      int[] all = new int[target.lanes()];
      Arrays.fill(all, (zeroPoint & 0xffff) * 0x10001);
      target.code().add(Op.VPSUBW, x, x, target.code().ints(all));
    }
    target.store(to, x);
  }

  private Op widen() {
    return signed ? Op.VPMOVSXBW : Op.VPMOVZXBW;
  }

  private void zeros(Target target, Vec zero, int count) {
    Assembler code = target.code();
    int vectors = Math.ceilDiv(count, CHUNK);
    if (vectors > 8) {
      Frame.move(code, R9, RDX);
      Frame.times(
          code,
          R8,
          vectors,
          () -> {
            target.store(Mem.at(R9), zero);
            Frame.advance(code, R9, 2L * CHUNK);
          });
    } else {
      for (int i = 0; i < vectors; i++) {
        target.store(Mem.at(RDX, 2L * CHUNK * i), zero);
      }
    }
    Frame.advance(code, RDX, 2L * count);
  }
}
