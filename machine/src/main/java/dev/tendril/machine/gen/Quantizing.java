package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.RCX;
import static dev.tendril.machine.asm.Gpr.RDX;
import static dev.tendril.machine.asm.Gpr.RSI;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.asm.Vec;
import java.util.ArrayList;
import java.util.List;

/// Floats as quantized bytes, or these as floats.
///
/// To the nearest, ties away from zero: the number next below a half, with the sign of the
/// quotient, is added before it is cut toward zero. Were it a half, the sum could be rounded up to
/// the next whole number.
///
/// @param back whether bytes become floats
/// @param numbers how bytes stand for numbers
/// @param rest numbers beyond the last whole [#CHUNK]
public record Quantizing(boolean back, Requantization numbers, float scale, int rest) {
  /// The place of arguments of the routine.
  public static final int FROM = 0;

  public static final int TO = 1;

  /// The number of [#CHUNK] numbers.
  public static final int CHUNKS = 2;

  public static final int CHUNK = 32;

  private static final int LANES = 8;
  private static final int ORDERED = 7;

  /// Beyond all numbers of bytes.
  private static final float FAR = 1000;

  public Routine write(Target target) {
    return new Code(target, this).write();
  }

  private record Code(Target target, Quantizing shape) {
    private Assembler code() {
      return target.code();
    }

    Routine write() {
      Assembler code = code();
      code.add(Op.MOV, RSI, Frame.argument(FROM));
      code.add(Op.MOV, RDX, Frame.argument(TO));
      Frame.times(
          code,
          RCX,
          Frame.argument(CHUNKS),
          () -> {
            some(CHUNK);
            Frame.advance(code, RSI, shape.back ? CHUNK : 4L * CHUNK);
            Frame.advance(code, RDX, shape.back ? 4L * CHUNK : CHUNK);
          });
      if (shape.rest > 0) {
        some(shape.rest);
      }
      Frame.leave(code);
      return code.assemble(shape.back ? "dequantize" : "quantize");
    }

    private void some(int count) {
      List<Vec> all = new ArrayList<>();
      for (int at = 0; at < count; at += LANES) {
        Vec x = target.vec(at / LANES);
        int some = Math.min(LANES, count - at);
        if (some < LANES) {
          target.tail(some);
        }
        if (shape.back) {
          real(x, at, some);
        } else {
          whole(x, at, some);
          all.add(x);
        }
      }
      if (!shape.back) {
        new RequantizationCode(target, shape.numbers)
            .storeInOrder(Mem.at(RDX), all, target.vec(4), count);
      }
    }

    private void whole(Vec x, int at, int count) {
      Assembler code = code();
      Vec t = target.vec(4);
      Mem from = Mem.at(RSI, 4L * at);
      if (count == LANES) {
        target.load(x, from);
      } else {
        target.loadFirst(x, from);
      }
      if (shape.scale != 1) {
        code.add(Op.VDIVPS, x, x, target.everywhere(shape.scale));
      }
      code.add(Op.VCMPPS, t, x, x, new Imm(ORDERED));
      code.add(Op.VANDPS, x, x, t);
      code.add(Op.VMAXPS, x, x, target.everywhere(-FAR));
      code.add(Op.VMINPS, x, x, target.everywhere(FAR));
      code.add(Op.VANDPS, t, x, target.everywhere(Integer.MIN_VALUE));
      code.add(Op.VORPS, t, t, target.everywhere(Math.nextDown(0.5f)));
      code.add(Op.VADDPS, x, x, t);
      code.add(Op.VCVTTPS2DQ, x, x);
    }

    private void real(Vec x, int at, int count) {
      Assembler code = code();
      Op widen = shape.numbers.signed() ? Op.VPMOVSXBD : Op.VPMOVZXBD;
      Mem from = Mem.at(RSI, at);
      if (count == LANES) {
        code.add(widen, x, from);
      } else {
        Pieces.load(code, x, from, count);
        code.add(widen, x, x.as(16));
      }
      if (shape.numbers.zeroPoint() != 0) {
        code.add(Op.VPSUBD, x, x, target.everywhere(shape.numbers.zeroPoint()));
      }
      code.add(Op.VCVTDQ2PS, x, x);
      if (shape.scale != 1) {
        code.add(Op.VMULPS, x, x, target.everywhere(shape.scale));
      }
      Mem to = Mem.at(RDX, 4L * at);
      if (count == LANES) {
        target.store(to, x);
      } else {
        target.storeFirst(to, x);
      }
    }
  }
}
