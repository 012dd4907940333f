package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.R10;
import static dev.tendril.machine.asm.Gpr.R11;
import static dev.tendril.machine.asm.Gpr.R8;
import static dev.tendril.machine.asm.Gpr.R9;
import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RCX;
import static dev.tendril.machine.asm.Gpr.RDI;
import static dev.tendril.machine.asm.Gpr.RDX;
import static dev.tendril.machine.asm.Gpr.RSI;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.asm.Vec;
import java.util.Arrays;

/// Images as depthwise convolutions of quantized numbers read them: for 8 channels after another,
/// for pairs of rows, for each column a vector in which the two numbers of a channel are next to
/// each other, as 16-bit numbers less their zero point. The next instruction multiplies both by
/// their weights and adds the products.
///
/// @param width columns of the image
/// @param left columns of zeros before
/// @param right columns of zeros behind
/// @param pixel bytes from one column of the image to the next
public record Pairing(int width, int left, int right, long pixel, boolean signed, int zeroPoint) {
  /// Channels of a vector.
  public static final int CHANNELS = 8;

  /// The place of arguments of the routine.
  public static final int RESULT = 0;

  /// The number of blocks of 8 channels.
  public static final int BLOCKS = 1;

  /// The number of pairs of rows, with the addresses of both rows of each behind it.
  public static final int ROWS = 2;

  private static final int VECTOR = 32;

  /// The bytes of a row of the result.
  public long pitch() {
    return (long) VECTOR * (left + width + right);
  }

  public Routine write(Target target) {
    Assembler code = target.code();
    Vec zero = target.vec(2);
    target.zero(zero);
    code.add(Op.MOV, RDX, Frame.argument(RESULT));
    code.add(Op.XOR, R10, R10);
    Frame.times(
        code,
        RCX,
        Frame.argument(BLOCKS),
        () -> {
          code.add(Op.LEA, RSI, Mem.at(RDI, 8L * (ROWS + 1)));
          Frame.times(
              code,
              R11,
              Frame.argument(ROWS),
              () -> {
                code.add(Op.MOV, RAX, Mem.at(RSI));
                code.add(Op.MOV, R9, Mem.at(RSI, 8));
                code.add(Op.ADD, RAX, R10);
                code.add(Op.ADD, R9, R10);
                Frame.advance(code, RSI, 16);
                zeros(target, zero, left);
                Frame.times(code, R8, width, () -> column(target));
                zeros(target, zero, right);
              });
          Frame.advance(code, R10, CHANNELS);
        });
    Frame.leave(code);
    return code.assemble("pairing");
  }

  private void column(Target target) {
    Assembler code = target.code();
    Vec x = target.vec(0);
    Vec y = target.vec(1);
    code.add(Op.VMOVQ, x.as(16), Mem.at(RAX));
    code.add(Op.VMOVQ, y.as(16), Mem.at(R9));
    code.add(Op.VPUNPCKLBW, x.as(16), x.as(16), y.as(16));
    code.add(signed ? Op.VPMOVSXBW : Op.VPMOVZXBW, x, x.as(16));
    if (zeroPoint != 0) {
      int[] all = new int[target.lanes()];
      Arrays.fill(all, (zeroPoint & 0xffff) * 0x10001);
      code.add(Op.VPSUBW, x, x, code.ints(all));
    }
    target.store(Mem.at(RDX), x);
    Frame.advance(code, RDX, VECTOR);
    Frame.advance(code, RAX, pixel);
    Frame.advance(code, R9, pixel);
  }

  private static void zeros(Target target, Vec zero, int columns) {
    Assembler code = target.code();
    Frame.times(
        code,
        R8,
        columns,
        () -> {
          target.store(Mem.at(RDX), zero);
          Frame.advance(code, RDX, VECTOR);
        });
  }
}
