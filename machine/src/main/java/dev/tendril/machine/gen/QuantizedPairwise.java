package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.R8;
import static dev.tendril.machine.asm.Gpr.R9;
import static dev.tendril.machine.asm.Gpr.RAX;
import static dev.tendril.machine.asm.Gpr.RBP;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Sums, differences and products of quantized bytes, in rows; an operand may have one number for a
/// row, and the same row again and again.
///
/// For a sum, each operand less its zero point is shifted left as far as there is room, and brought
/// to twice the greater scale, which halves the one of that scale.
///
/// @param run numbers of a row
/// @param rowStep bytes of the result from one row to the next
/// @param requantization of what they come to
public record QuantizedPairwise(
    Kind kind, Side a, Side b, int run, long rowStep, Requantization requantization) {
  /// What is computed.
  public enum Kind {
    ADD,
    SUB,
    MUL
  }

  /// An operand.
  ///
  /// @param one whether a row has but one number
  /// @param rowStep bytes from one row to the next
  /// @param left how far numbers are shifted to the left
  /// @param requantization how they are brought to the common scale; null where the shift is enough
  public record Side(
      boolean signed,
      int zeroPoint,
      boolean one,
      long rowStep,
      int left,
      @Nullable Requantization requantization) {}

  /// The place of arguments of the routine.
  public static final int A = 0;

  public static final int B = 1;

  /// The constants of both operands and of the result, one after the other.
  public static final int CONSTANTS = 2;

  public static final int RESULT = 3;
  public static final int ROWS = 4;

  private static final int VECTOR = 32;
  private static final int LANES = 8;
  private static final int ONE = 7;

  public Routine write(Target target) {
    return new Code(target, this).write();
  }

  private record Code(Target target, QuantizedPairwise shape) {
    private Assembler code() {
      return target.code();
    }

    Routine write() {
      Assembler code = code();
      Frame.open(code);
      code.add(Op.MOV, RSI, Frame.argument(A));
      code.add(Op.MOV, RDX, Frame.argument(B));
      code.add(Op.MOV, RBP, Frame.argument(CONSTANTS));
      code.add(Op.MOV, R9, Frame.argument(RESULT));
      Frame.times(code, RCX, Frame.argument(ROWS), this::row);
      Frame.close(code);
      return code.assemble("quantized " + shape.kind.name().toLowerCase(Locale.ROOT));
    }

    private void row() {
      Assembler code = code();
      one(shape.a, RSI, 0);
      one(shape.b, RDX, stride(shape.a));
      int chunks = shape.run / VECTOR;
      Frame.times(
          code,
          R8,
          chunks,
          () -> {
            group(VECTOR);
            Frame.advance(code, R9, VECTOR);
            Frame.advance(code, RSI, shape.a.one ? 0 : VECTOR);
            Frame.advance(code, RDX, shape.b.one ? 0 : VECTOR);
          });
      if (shape.run % VECTOR > 0) {
        group(shape.run % VECTOR);
      }
      long done = (long) chunks * VECTOR;
      Frame.advance(code, R9, shape.rowStep - done);
      Frame.advance(code, RSI, shape.a.rowStep - (shape.a.one ? 0 : done));
      Frame.advance(code, RDX, shape.b.rowStep - (shape.b.one ? 0 : done));
    }

    /// The bytes of an operand's constants.
    private long stride(Side side) {
      return side.requantization == null
          ? 0
          : new RequantizationCode(target, side.requantization).stride();
    }

    /// The one number of a row, in all elements of a register.
    private void one(Side side, Gpr at, long constants) {
      if (side.one) {
        Vec x = target.vec(ONE);
        code().add(Op.MOVZX, RAX, Mem.at(at));
        code().add(Op.VMOVD, x.as(16), RAX);
        code().add(Op.VPBROADCASTB, x.as(16), x.as(16));
        code().add(widen(side), x, x.as(16));
        bring(side, x, constants);
      }
    }

    private static Op widen(Side side) {
      return side.signed ? Op.VPMOVSXBD : Op.VPMOVZXBD;
    }

    /// Brings numbers to the common scale.
    private void bring(Side side, Vec x, long constants) {
      if (side.zeroPoint != 0) {
        code().add(Op.VPSUBD, x, x, target.everywhere(side.zeroPoint));
      }
      if (side.left > 0) {
        code().add(Op.VPSLLD, x, x, new Imm(side.left));
      }
      if (side.requantization != null) {
        new RequantizationCode(target, side.requantization)
            .scale(x, Mem.at(RBP, constants), target.vec(5), target.vec(6));
      }
    }

    private Vec load(Side side, Gpr at, Vec to, int first, int count, long constants) {
      if (side.one) {
        return target.vec(ONE);
      }
      if (count == LANES) {
        code().add(widen(side), to, Mem.at(at, first));
      } else {
        Pieces.load(code(), to, Mem.at(at, first), count);
        code().add(widen(side), to, to.as(16));
      }
      bring(side, to, constants);
      return to;
    }

    private void group(int count) {
      Assembler code = code();
      long second = stride(shape.a);
      RequantizationCode last = new RequantizationCode(target, shape.requantization);
      List<Vec> results = new ArrayList<>();
      for (int i = 0; i * LANES < count; i++) {
        int some = Math.min(LANES, count - i * LANES);
        Vec z = target.vec(i);
        Vec x = load(shape.a, RSI, z, i * LANES, some, 0);
        Vec y = load(shape.b, RDX, target.vec(4), i * LANES, some, second);
        code.add(
            switch (shape.kind) {
              case ADD -> Op.VPADDD;
              case SUB -> Op.VPSUBD;
              case MUL -> Op.VPMULLD;
            },
            z,
            x,
            y);
        last.scale(z, Mem.at(RBP, second + stride(shape.b)), target.vec(5), target.vec(6));
        results.add(z);
      }
      last.storeInOrder(Mem.at(R9), results, target.vec(4), count);
    }
  }
}
