package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.R10;
import static dev.tendril.machine.asm.Gpr.R11;
import static dev.tendril.machine.asm.Gpr.R12;
import static dev.tendril.machine.asm.Gpr.R8;
import static dev.tendril.machine.asm.Gpr.R9;
import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RBX;
import static dev.tendril.machine.asm.Gpr.RCX;
import static dev.tendril.machine.asm.Gpr.RDX;
import static dev.tendril.machine.asm.Gpr.RSI;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.asm.Vec;

/// Lines of an image whose pixels lie between four pixels of another: of 32-bit floats, or of
/// signed bytes whose weights are 1024ths, down and across, and which are rounded once, ties away
/// from zero.
///
/// @param bytes whether pixels are of bytes
/// @param channels of a pixel
public record Bilinear(boolean bytes, int channels) {
  /// The place of arguments of the routine: the [columns][#PER_COLUMN] of a line.
  public static final int COLUMNS = 0;

  /// The number of columns.
  public static final int WIDTH = 1;

  /// The number of lines; behind it, for each, [#PER_LINE] values.
  public static final int LINES = 2;

  /// The row of the image above, the one below, the line of the result, and how much the upper and
  /// the lower one weigh: floats, or whole numbers.
  public static final int PER_LINE = 5;

  /// The bytes of a column: from the beginning of a row to the pixel before and to the one after,
  /// in 8 bytes each; then how much these weigh, two floats or two words, in 8 bytes.
  public static final int PER_COLUMN = 24;

  private static final int LANES = 8;
  private static final int HALF = 1 << 19;
  private static final int FRACTION = 20;

  public Routine write(Target target) {
    return new Code(target, this).write();
  }

  private record Code(Target target, Bilinear shape) {
    private Assembler code() {
      return target.code();
    }

    private Vec above() {
      return target.vec(0);
    }

    private Vec below() {
      return target.vec(1);
    }

    private Vec before() {
      return target.vec(2);
    }

    private Vec after() {
      return target.vec(3);
    }

    Routine write() {
      Assembler code = code();
      Frame.open(code);
      int lanes = shape.bytes ? LANES : target.lanes();
      int rest = shape.channels % lanes;
      if (rest > 0 && !shape.bytes) {
        target.tail(rest);
      }
      code.add(Op.LEA, R12, Frame.argument(LINES + 1));
      Frame.times(
          code,
          RCX,
          Frame.argument(LINES),
          () -> {
            code.add(Op.MOV, RSI, Mem.at(R12));
            code.add(Op.MOV, RDX, Mem.at(R12, 8));
            code.add(Op.MOV, R9, Mem.at(R12, 16));
            target.spread(above(), Mem.at(R12, 24));
            target.spread(below(), Mem.at(R12, 32));
            code.add(Op.MOV, RBX, Frame.argument(COLUMNS));
            Frame.times(code, R11, Frame.argument(WIDTH), () -> pixel(lanes, rest));
            Frame.advance(code, R12, 8L * PER_LINE);
          });
      Frame.close(code);
      return code.assemble("bilinear " + (shape.bytes ? "i8" : "f32"));
    }

    private void pixel(int lanes, int rest) {
      Assembler code = code();
      code.add(Op.MOV, RAX, Mem.at(RBX));
      code.add(Op.MOV, R8, Mem.at(RBX, 8));
      target.spread(before(), Mem.at(RBX, 16));
      if (!shape.bytes) {
        target.spread(after(), Mem.at(RBX, 20));
      }
      Frame.times(
          code,
          R10,
          shape.channels / lanes,
          () -> {
            some(lanes, lanes);
            long step = shape.bytes ? lanes : target.bytes();
            Frame.advance(code, RAX, step);
            Frame.advance(code, R8, step);
            Frame.advance(code, R9, step);
          });
      if (rest > 0) {
        some(rest, lanes);
        Frame.advance(code, R9, shape.bytes ? rest : 4L * rest);
      }
      Frame.advance(code, RBX, PER_COLUMN);
    }

    private void some(int count, int lanes) {
      if (shape.bytes) {
        bytes(count);
      } else {
        floats(count == lanes);
      }
    }

    private void floats(boolean whole) {
      Assembler code = code();
      Vec upper = target.vec(4);
      Vec lower = target.vec(5);
      Vec other = target.vec(6);
      load(upper, Mem.at(RSI, RAX, 1, 0), whole);
      code.add(Op.VMULPS, upper, upper, before());
      load(other, Mem.at(RSI, R8, 1, 0), whole);
      target.fma(upper, other, after());
      load(lower, Mem.at(RDX, RAX, 1, 0), whole);
      code.add(Op.VMULPS, lower, lower, before());
      load(other, Mem.at(RDX, R8, 1, 0), whole);
      target.fma(lower, other, after());
      code.add(Op.VMULPS, upper, upper, above());
      target.fma(upper, lower, below());
      if (whole) {
        target.store(Mem.at(R9), upper);
      } else {
        target.storeFirst(Mem.at(R9), upper);
      }
    }

    private void load(Vec to, Mem from, boolean whole) {
      if (whole) {
        target.load(to, from);
      } else {
        target.loadFirst(to, from);
      }
    }

    private void bytes(int count) {
      Assembler code = code();
      Vec upper = target.vec(4);
      Vec lower = target.vec(5);
      Vec other = target.vec(6);
      pairs(upper, other, count, Mem.at(RSI, RAX, 1, 0), Mem.at(RSI, R8, 1, 0));
      pairs(lower, other, count, Mem.at(RDX, RAX, 1, 0), Mem.at(RDX, R8, 1, 0));
      code.add(Op.VPMULLD, upper, upper, above());
      code.add(Op.VPMULLD, lower, lower, below());
      code.add(Op.VPADDD, upper, upper, lower);
      code.add(Op.VPSRAD, lower, upper, new Imm(31));
      code.add(Op.VPADDD, upper, upper, lower);
      code.add(Op.VPADDD, upper, upper, target.everywhere(HALF));
      code.add(Op.VPSRAD, upper, upper, new Imm(FRACTION));
      code.add(Op.VEXTRACTF128, other.as(16), upper, new Imm(1));
      code.add(Op.VPACKSSDW, upper.as(16), upper.as(16), other.as(16));
      code.add(Op.VPACKSSWB, upper.as(16), upper.as(16), upper.as(16));
      Pieces.store(code, Mem.at(R9), upper, count);
    }

    /// Pixels next to each other in a row, brought together.
    private void pairs(Vec to, Vec other, int count, Mem first, Mem second) {
      Assembler code = code();
      Pieces.load(code, to, first, count);
      Pieces.load(code, other, second, count);
      code.add(Op.VPUNPCKLBW, to.as(16), to.as(16), other.as(16));
      code.add(Op.VPMOVSXBW, to, to.as(16));
      code.add(Op.VPMADDWD, to, to, before());
    }
  }
}
