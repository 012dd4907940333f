package dev.tendril.machine.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Rounding;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.spi.Kernel;
import dev.tendril.machine.host.Guarded;
import dev.tendril.machine.host.Host;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// No kernel touches one byte before or behind its operands, its result or its working memory: on
/// both sides of each there is a page that nobody may touch. Operands begin at any multiple of 4
/// bytes, so vectors are not aligned.
class GuardedMemoryTest {
  private static final long SEED = 11;

  @Test
  void kernelsStayWithinTheirMemory() {
    assumeTrue(Host.support().isYes(), () -> "no machine code here: " + Host.support().reason());
    Kernels kernels = new Kernels(Objects.requireNonNull(Host.cpu()));
    int run = 0;
    for (Nodes one : Nodes.all(new Random(SEED))) {
      if (kernels.supports(one.node()).isYes()) {
        for (int threads : new int[] {1, 3}) {
          Kernel kernel = kernels.prepare(one.node(), threads, Rounding.EXACT);
          check(one, kernel, true);
          check(one, kernel, false);
          run++;
        }
      }
    }
    int count = run;
    assertTrue(count > 160, () -> "only " + count + " kernels");
  }

  private static void check(Nodes one, Kernel kernel, boolean atEnd) {
    try (Arena arena = Arena.ofShared()) {
      List<MemorySegment> inputs = new ArrayList<>();
      for (Tensor operand : one.operands()) {
        MemorySegment memory = Guarded.allocate(arena, operand.type().bytes(), atEnd);
        inputs.add(memory.copyFrom(operand.memory()));
      }
      TensorType type = one.node().outputs().getFirst();
      MemorySegment result = Guarded.allocate(arena, type.bytes(), atEnd).fill((byte) 0x7f);
      MemorySegment scratch = Guarded.allocate(arena, kernel.scratchBytes(), atEnd);
      kernel.bind(inputs, List.of(result), scratch.fill((byte) 0x7f)).run();
      Tensor copy = Tensor.zeros(new TensorType(DType.F32, Shape.of(type.shape().dims())));
      copy.memory().copyFrom(result);
      one.check(List.of(copy), "seed " + SEED);
    }
  }
}
