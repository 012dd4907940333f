package dev.tendril.machine.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.spi.Kernel;
import dev.tendril.machine.host.Guarded;
import dev.tendril.machine.host.Host;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Quantized layers as machine code give the bits of the reference, for any number of threads, and
/// touch no byte beside their operands, results and working memory.
class QuantizedKernelsTest {
  private static final long SEED = 20261124;
  private static final int LAYERS = 3_000;
  private static final int MANY = 1_000_000;
  private static final long MOST = 1 << 22;
  private static final byte JUNK = 0x55;

  @BeforeEach
  void machineCodeRuns() {
    assumeTrue(Host.support().isYes(), () -> String.valueOf(Host.support().reason()));
  }

  @Test
  void layersAreEqualToTheReference() {
    check(SEED, LAYERS, Rounding.EXACT);
    check(SEED + 1, LAYERS / 3, Rounding.DESKTOP);
  }

  @Test
  @Tag("slow")
  void aMillionLayersAreEqualToTheReference() {
    for (int i = 0; i < 100; i++) {
      check(SEED + 1 + i, MANY / 100, Rounding.EXACT);
    }
  }

  /// Of numbers that are rounded once, few differ, and by one.
  @Test
  void fastRoundingDiffersByOneAtMost() {
    QuantizedLayers layers = new QuantizedLayers(SEED);
    Kernels fast = new Kernels(new Machine(Objects.requireNonNull(Host.cpu())));
    MemorySegment[] memory = new MemorySegment[6];
    Arrays.setAll(memory, _ -> Guarded.allocate(Arena.global(), MOST, true));
    long elements = 0;
    long others = 0;
    for (int i = 0; i < LAYERS / 3; i++) {
      QuantizedLayers.Layer layer = layers.draw();
      Node node = layer.node();
      if (!fast.supports(node).isYes() || node.outputs().getFirst().quant() == null) {
        continue;
      }
      boolean signed = node.outputs().getFirst().dtype().min() < 0;
      byte[] expected = bytes(ReferenceKernels.run(node.op(), layer.operands(), node.outputs()));
      byte[] actual = run(fast.prepare(node, 1 + i % 3, Rounding.FAST), layer, memory, i % 2 == 0);
      for (int j = 0; j < expected.length; j++) {
        int distance =
            Math.abs(signed ? expected[j] - actual[j] : (expected[j] & 0xff) - (actual[j] & 0xff));
        int layerNumber = i;
        int element = j;
        assertTrue(
            distance <= 1,
            () -> "seed " + SEED + ", layer " + layerNumber + ": " + node + ": element " + element);
        elements++;
        others += distance;
      }
    }
    assertTrue(others > 0 && others < elements / 100, others + " of " + elements + " differ");
  }

  static void check(long seed, int count, Rounding rounding) {
    QuantizedLayers layers = new QuantizedLayers(seed);
    Machine machine = new Machine(Objects.requireNonNull(Host.cpu()));
    Kernels kernels = new Kernels(machine);
    MemorySegment[] memory = new MemorySegment[6];
    Arrays.setAll(memory, _ -> Guarded.allocate(Arena.global(), MOST, true));
    int supported = 0;
    for (int i = 0; i < count; i++) {
      QuantizedLayers.Layer layer = layers.draw();
      Node node = layer.node();
      if (!kernels.supports(node).isYes()) {
        continue;
      }
      supported++;
      byte[] expected =
          bytes(ReferenceKernels.run(node.op(), layer.operands(), node.outputs(), rounding));
      int threads = 1 + i % 3;
      Kernel kernel = kernels.prepare(node, threads, rounding);
      byte[] actual = run(kernel, layer, memory, i % 2 == 0);
      int wrong = Arrays.mismatch(expected, actual);
      String message =
          rounding
              + ", seed "
              + seed
              + ", layer "
              + i
              + ", "
              + threads
              + " threads: "
              + node
              + " of "
              + node.inputTypes()
              + " by "
              + kernel
              + ": element "
              + wrong;
      assertTrue(
          wrong < 0, () -> message + " is " + actual[wrong] + "; expected " + expected[wrong]);
    }
    assertTrue(supported > count * 3 / 4, supported + " of " + count);
  }

  private static byte[] bytes(List<Tensor> results) {
    return results.getFirst().memory().toArray(ValueLayout.JAVA_BYTE);
  }

  /// A run in memory that has no byte more than needed, at one end.
  private static byte[] run(
      Kernel kernel, QuantizedLayers.Layer layer, MemorySegment[] memory, boolean end) {
    List<MemorySegment> inputs = new ArrayList<>();
    for (int i = 0; i < layer.operands().size(); i++) {
      MemorySegment operand = layer.operands().get(i).memory();
      MemorySegment place = place(memory[i], operand.byteSize(), end);
      inputs.add(place.copyFrom(operand));
    }
    TensorType type = layer.node().outputs().getFirst();
    MemorySegment result = place(memory[4], type.bytes(), end).fill(JUNK);
    MemorySegment scratch = place(memory[5], (kernel.scratchBytes() + 63) & -64, end).fill(JUNK);
    Runnable bound = kernel.bind(inputs, List.of(result), scratch);
    bound.run();
    result.fill(JUNK);
    bound.run();
    return result.toArray(ValueLayout.JAVA_BYTE);
  }

  private static MemorySegment place(MemorySegment memory, long bytes, boolean end) {
    return memory.asSlice(end ? MOST - bytes : 0, bytes);
  }
}
