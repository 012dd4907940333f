package dev.tendril.machine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Node;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.machine.host.Cpu;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Kernels of each set of instructions, by the emulator: the same as the reference, and not one
/// byte outside of operands.
class EmulatedKernelsTest {
  private static final long SEED = 5;
  private static final int LAYERS = 60;

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

  /// The instructions that add sums of products of 16-bit numbers, in both encodings.
  @ParameterizedTest
  @EnumSource(names = {"AVX_VNNI", "AVX512_VNNI"})
  void quantizedLayersAreEqualToTheReference(Cpu.Feature feature) {
    Emulation emulation = new Emulation(Cpu.Feature.AVX2, feature);
    QuantizedLayers layers = new QuantizedLayers(SEED);
    for (int i = 0; i < LAYERS; i++) {
      QuantizedLayers.Layer layer = layers.draw();
      Node node = layer.node();
      if (emulation.kernels().supports(node).isYes()) {
        Tensor expected =
            ReferenceKernels.run(node.op(), layer.operands(), node.outputs()).getFirst();
        Tensor actual = emulation.run(node, layer.operands(), 1).getFirst();
        assertEquals(
            -1,
            expected.memory().mismatch(actual.memory()),
            feature + ", layer " + i + ": " + node);
      }
    }
  }
}
