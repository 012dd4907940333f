package dev.tendril.machine.gen;

import dev.tendril.machine.asm.Gpr;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.asm.Vec;

/// Writes the routine that multiplies and adds as fast as the processor can, in registers, in
/// chains that do not wait for each other: what kernels are measured by. Its argument is the number
/// of turns.
public final class Peak {
  /// A step of a chain waits for the one before for 4 to 5 cycles, and a core begins two a cycle.
  private static final int CHAINS = 12;

  private static final int STEPS = 8;

  private Peak() {}

  public static Routine write(Target target) {
    for (int i = 0; i < CHAINS + 1; i++) {
      target.zero(target.vec(i));
    }
    Vec factor = target.vec(CHAINS);
    Frame.times(
        target.code(),
        Gpr.RCX,
        Frame.argument(0),
        () -> {
          for (int i = 0; i < CHAINS * STEPS; i++) {
            target.fma(target.vec(i % CHAINS), factor, factor);
          }
        });
    Frame.leave(target.code());
    return target.code().assemble("peak");
  }

  /// Additions and multiplications of a turn.
  public static long operations(Target target) {
    return 2L * target.lanes() * CHAINS * STEPS;
  }
}
