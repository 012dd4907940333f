package dev.tendril.machine.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.Tensor;
import dev.tendril.machine.host.Cpu;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Kernels of each set of instructions, by the emulator: the same as the reference, and not one
/// byte outside of operands.
class EmulatedKernelsTest {
  private static final long SEED = 5;

  @ParameterizedTest
  @EnumSource(names = {"AVX2", "AVX512"})
  void kernelsAreEqualToTheReference(Cpu.Feature feature) {
    Emulation emulation = new Emulation(Cpu.Feature.AVX2, feature);
    String what = feature + ", seed " + SEED;
    int run = 0;
    for (Nodes one : Nodes.all(new Random(SEED))) {
      if (emulation.kernels().supports(one.node()).isYes()) {
        List<Tensor> results = emulation.run(one.node(), one.operands(), 1);
        one.check(results, what);
        run++;
      }
    }
    int count = run;
    assertTrue(count > 80, () -> "only " + count + " nodes have a kernel");
  }
}
