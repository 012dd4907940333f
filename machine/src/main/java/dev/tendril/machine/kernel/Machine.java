package dev.tendril.machine.kernel;

import dev.tendril.machine.asm.Op;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.gen.Avx2;
import dev.tendril.machine.gen.Avx512;
import dev.tendril.machine.gen.Target;
import dev.tendril.machine.host.Code;
import dev.tendril.machine.host.CodePool;
import dev.tendril.machine.host.Cpu;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// A processor that kernels are made for, and the routines that were made for it. A routine says
/// nothing of where its operands are, so kernels of the same shape share it; it goes with the last
/// of them.
public final class Machine {
  private static final int CLEANED = 256;

  private final Cpu cpu;
  private final Function<Routine, Code> install;
  private final Map<Object, WeakReference<Code>> known = new HashMap<>();
  private int cleaned = CLEANED;

  public Machine(Cpu cpu) {
    this(cpu, CodePool::add);
  }

  /// @param install makes what a kernel calls of a routine
  Machine(Cpu cpu, Function<Routine, Code> install) {
    this.cpu = cpu;
    this.install = install;
  }

  public Cpu cpu() {
    return cpu;
  }

  /// Vectors for rows of a number of floats: those of which the fewest elements are wasted, and of
  /// those the widest.
  public Target target(int floats) {
    if (!cpu.has(Cpu.Feature.AVX512)) {
      return new Avx2();
    }
    return Math.ceilDiv(floats, 16) * 16 > Math.ceilDiv(floats, 8) * 8
        ? new Avx512(32)
        : new Avx512(64);
  }

  /// Vectors for quantized bytes: those of AVX2, with sums of products in one instruction where the
  /// processor has it.
  public Avx2 bytes() {
    if (cpu.has(Cpu.Feature.AVX512_VNNI)) {
      return new Avx2(true, Op.VPDPWSSD);
    }
    return new Avx2(false, cpu.has(Cpu.Feature.AVX_VNNI) ? Op.VEX_VPDPWSSD : null);
  }

  /// The routine of a description, which is equal for equal routines.
  ///
  /// @param write writes it
  public <T> Code code(T description, Function<T, Routine> write) {
    synchronized (known) {
      WeakReference<Code> reference = known.get(description);
      Code code = reference == null ? null : reference.get();
      if (code != null) {
        return code;
      }
    }
    Code fresh = install.apply(write.apply(description));
    synchronized (known) {
      if (known.size() > cleaned) {
        known.values().removeIf(old -> old.get() == null);
        cleaned = 2 * known.size() + CLEANED;
      }
      known.put(description, new WeakReference<>(fresh));
    }
    return fresh;
  }
}
