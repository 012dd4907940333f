package dev.tendril.machine;

import dev.tendril.core.spi.Support;
import dev.tendril.machine.gen.Peak;
import dev.tendril.machine.gen.Target;
import dev.tendril.machine.host.Code;
import dev.tendril.machine.host.CodePool;
import dev.tendril.machine.host.Cpu;
import dev.tendril.machine.host.Host;
import dev.tendril.machine.kernel.Machine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The processor as machine code sees it.
///
/// @param name such as `AMD EPYC`
/// @param features sets of instructions that kernels may use, such as `avx2`
public record Processor(String name, List<String> features) {
  private static final int TURNS = 20_000;
  private static final int REPEATS = 20;

  public Processor {
    features = List.copyOf(features);
  }

  /// Whether there is machine code here, and if not, why.
  public static Support support() {
    return Host.support();
  }

  /// This one; null where there is no machine code.
  public static @Nullable Processor here() {
    Cpu cpu = Host.cpu();
    if (cpu == null) {
      return null;
    }
    List<String> features = new ArrayList<>();
    for (Cpu.Feature feature : Cpu.Feature.values()) {
      if (cpu.has(feature)) {
        features.add(feature.name().toLowerCase(Locale.ROOT));
      }
    }
    return new Processor(cpu.name(), features);
  }

  /// Billions of additions and multiplications of 32-bit floats a second that a core does at most,
  /// measured in some 30 ms; 0 where there is no machine code.
  public static double peak() {
    Cpu cpu = Host.cpu();
    if (cpu == null) {
      return 0;
    }
    Target target = new Machine(cpu).target(Integer.MAX_VALUE & -16);
    Code code = CodePool.add(Peak.write(target));
    double best = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment turns = arena.allocate(ValueLayout.JAVA_LONG);
      turns.set(ValueLayout.JAVA_LONG, 0, TURNS);
      for (int i = 0; i < REPEATS; i++) {
        long start = System.nanoTime();
        code.call(turns);
        long nanos = Math.max(1, System.nanoTime() - start);
        best = Math.max(best, (double) TURNS * Peak.operations(target) / nanos);
      }
    }
    return best;
  }
}
