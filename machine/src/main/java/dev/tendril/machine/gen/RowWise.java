package dev.tendril.machine.gen;

import static dev.tendril.machine.asm.Gpr.R10;
import static dev.tendril.machine.asm.Gpr.R11;
import static dev.tendril.machine.asm.Gpr.R8;
import static dev.tendril.machine.asm.Gpr.R9;
import static dev.tendril.machine.asm.Gpr.RCX;
import static dev.tendril.machine.asm.Gpr.RDX;
import static dev.tendril.machine.asm.Gpr.RSI;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Gpr;
import dev.tendril.machine.asm.Mem;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.asm.Vec;

/// What is done with rows of floats, each by itself, in several passes over it; a row stays in the
/// nearest cache meanwhile.
///
/// @param kind what is done
/// @param width floats of a row
/// @param number beta of a softmax, epsilon of a normalization
public record RowWise(Kind kind, int width, float number) {
  /// What is done with a row.
  public enum Kind {
    /// `e^(beta · x)` divided by its sum; the greatest is subtracted first.
    SOFTMAX,
    /// `(x - mean) / √(variance + epsilon) · gamma + beta`.
    LAYER_NORM
  }

  /// The place of arguments: rows, their number, the result, gamma, beta.
  public static final int FROM = 0;

  public static final int ROWS = 1;
  public static final int TO = 2;
  public static final int GAMMA = 3;
  public static final int BETA = 4;

  public Routine write(Target target) {
    return new Writer(target, this).write();
  }

  /// Writes the routine. Registers: `rsi` and `r9` the row of operand and result, `r8` the place in
  /// the row, `r10` and `r11` gamma and beta; `rcx` and `rdx` count.
  private static final class Writer {
    private final Target target;
    private final Assembler code;
    private final RowWise work;
    private final int whole;
    private final int rest;
    private final Vec x;
    private final Vec sum;
    private final Vec middle;
    private final Vec one;
    private final Vec other;

    Writer(Target target, RowWise work) {
      this.target = target;
      this.code = target.code();
      this.work = work;
      whole = work.width() / target.lanes();
      rest = work.width() % target.lanes();
      x = target.vec(0);
      sum = target.vec(1);
      middle = target.vec(2);
      one = target.vec(3);
      other = target.vec(4);
    }

    Routine write() {
      if (rest > 0) {
        target.tail(rest);
      }
      code.add(Op.MOV, RSI, Frame.argument(FROM));
      code.add(Op.MOV, R9, Frame.argument(TO));
      code.add(Op.MOV, R10, Frame.argument(GAMMA));
      code.add(Op.MOV, R11, Frame.argument(BETA));
      Frame.times(
          code,
          RCX,
          Frame.argument(ROWS),
          () -> {
            switch (work.kind()) {
              case SOFTMAX -> softmax();
              case LAYER_NORM -> normalize();
            }
            Frame.advance(code, RSI, 4L * work.width());
            Frame.advance(code, R9, 4L * work.width());
          });
      Frame.leave(code);
      return code.assemble(work.kind() == Kind.SOFTMAX ? "softmax" : "layer norm");
    }

    private void softmax() {
      target.spread(middle, Float.NEGATIVE_INFINITY);
      pass(
          last -> {
            load(x, RSI, last);
            if (last) {
              code.add(Op.VORPS, x, x, target.rest(rest, Float.NEGATIVE_INFINITY));
            }
            code.add(Op.VMAXPS, middle, middle, x);
          });
      target.across(Op.VMAXPS, middle, one);
      target.zero(sum);
      pass(
          last -> {
            load(x, RSI, last);
            code.add(Op.VSUBPS, x, x, middle);
            if (work.number() != 1) {
              code.add(Op.VMULPS, x, x, target.everywhere(work.number()));
            }
            Exponential.write(target, x, one, other);
            if (last) {
              code.add(Op.VANDPS, x, x, target.first(rest));
            }
            code.add(Op.VADDPS, sum, sum, x);
            store(x, last);
          });
      target.across(Op.VADDPS, sum, one);
      pass(
          last -> {
            load(x, R9, last);
            code.add(Op.VDIVPS, x, x, sum);
            store(x, last);
          });
    }

    private void normalize() {
      target.zero(middle);
      pass(
          last -> {
            load(x, RSI, last);
            code.add(Op.VADDPS, middle, middle, x);
          });
      mean(middle);
      target.zero(sum);
      pass(
          last -> {
            load(x, RSI, last);
            code.add(Op.VSUBPS, x, x, middle);
            if (last) {
              code.add(Op.VANDPS, x, x, target.first(rest));
            }
            target.fma(sum, x, x);
          });
      mean(sum);
      code.add(Op.VADDPS, sum, sum, target.everywhere(work.number()));
      code.add(Op.VSQRTPS, sum, sum);
      pass(
          last -> {
            load(x, RSI, last);
            code.add(Op.VSUBPS, x, x, middle);
            code.add(Op.VDIVPS, x, x, sum);
            load(one, R10, last);
            load(other, R11, last);
            code.add(Op.VFMADD213PS, x, one, other);
            store(x, last);
          });
    }

    private void mean(Vec value) {
      target.across(Op.VADDPS, value, one);
      code.add(Op.VDIVPS, value, value, target.everywhere((float) work.width()));
    }

    /// What is done with a vector of a row.
    private interface Turn {
      /// @param last whether the vector is not whole
      void write(boolean last);
    }

    private void pass(Turn turn) {
      code.add(Op.XOR, R8, R8);
      Frame.times(
          code,
          RDX,
          whole,
          () -> {
            turn.write(false);
            Frame.advance(code, R8, target.bytes());
          });
      if (rest > 0) {
        turn.write(true);
      }
    }

    private void load(Vec to, Gpr row, boolean last) {
      Mem from = Mem.at(row, R8, 1, 0);
      if (last) {
        target.loadFirst(to, from);
      } else {
        target.load(to, from);
      }
    }

    private void store(Vec value, boolean last) {
      Mem to = Mem.at(R9, R8, 1, 0);
      if (last) {
        target.storeFirst(to, value);
      } else {
        target.store(to, value);
      }
    }
  }
}
