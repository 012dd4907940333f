package dev.tendril.machine.gen;

import dev.tendril.machine.asm.Assembler;
import dev.tendril.machine.asm.Imm;
import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Vec;

/// Writes `e^x` of the floats of a vector, by `x = n ln 2 + r` and the series of `e^r`, `|r| <
/// 0.35`, to a relative error of 2e-7. The power of two is multiplied in halves, so that results
/// may be subnormal; below -110 the result is 0, above 90 infinity, and what is not a number stays
/// so.
final class Exponential {
  private static final float ROUNDER = 12582912;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -0.00021219444f;
  private static final float LOG2_E = 1.442695f;
  private static final float LEAST = -110;
  private static final float GREATEST = 90;
  private static final int EXPONENT = 23;
  private static final int BIAS = 127;

  /// The series, from the last term to the first.
  private static final float[] SERIES = {1 / 720f, 1 / 120f, 1 / 24f, 1 / 6f, 0.5f, 1, 1};

  private Exponential() {}

  /// @param x becomes the result
  /// @param n a free register, as is `p`
  static void write(Target target, Vec x, Vec n, Vec p) {
    Assembler a = target.code();
    target.spread(n, LEAST);
    target.spread(p, GREATEST);
    target.cut(x, n, p);
    target.load(n, target.everywhere(LOG2_E));
    a.add(Op.VFMADD213PS, n, x, target.everywhere(ROUNDER));
    a.add(Op.VSUBPS, p, n, target.everywhere(ROUNDER));
    target.fma(x, p, target.everywhere(-LN2_HIGH));
    target.fma(x, p, target.everywhere(-LN2_LOW));
    target.load(p, target.everywhere(1 / 5040f));
    for (float term : SERIES) {
      a.add(Op.VFMADD213PS, p, x, target.everywhere(term));
    }
    a.add(Op.VPSUBD, n, n, target.everywhere(Float.floatToRawIntBits(ROUNDER)));
    a.add(Op.VPSRAD, x, n, new Imm(1));
    a.add(Op.VPSUBD, n, n, x);
    for (Vec power : new Vec[] {x, n}) {
      a.add(Op.VPADDD, power, power, target.everywhere(BIAS));
      a.add(Op.VPSLLD, power, power, new Imm(EXPONENT));
      a.add(Op.VMULPS, p, p, power);
    }
    target.copy(x, p);
  }
}
