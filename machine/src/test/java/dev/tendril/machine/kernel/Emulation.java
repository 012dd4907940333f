package dev.tendril.machine.kernel;

import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Node;
import dev.tendril.machine.asm.Routine;
import dev.tendril.machine.emulator.Emulator;
import dev.tendril.machine.host.Code;
import dev.tendril.machine.host.CodePool;
import dev.tendril.machine.host.Cpu;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Kernels for a processor that need not be there, run by the emulator.
final class Emulation {
  private final Map<Code, Routine> routines = new HashMap<>();
  private final Kernels kernels;

  Emulation(Cpu.Feature... features) {
    Cpu cpu = new Cpu("emulated", EnumSet.copyOf(Arrays.asList(features)));
    kernels =
        new Kernels(
            new Machine(
                cpu,
                routine -> {
                  Code code = CodePool.add(routine);
                  routines.put(code, routine);
                  return code;
                }));
  }

  Kernels kernels() {
    return kernels;
  }

  /// What the kernel of a node makes of operands. Every access outside of operands, results and
  /// working memory fails.
  List<Tensor> run(Node node, List<Tensor> operands, int threads) {
    StepKernel kernel = (StepKernel) kernels.prepare(node, threads, Rounding.EXACT);
    List<Tensor> results = node.outputs().stream().map(Tensor::allocate).toList();
    results.forEach(result -> result.memory().fill((byte) 0x7f));
    MemorySegment scratch =
        Arena.ofAuto().allocate(Math.max(1, kernel.scratchBytes()), 64).fill((byte) 0x7f);
    List<MemorySegment> inputs = operands.stream().map(Tensor::memory).toList();
    List<MemorySegment> outputs = results.stream().map(Tensor::memory).toList();
    for (Step step : kernel.steps()) {
      for (List<Step.Call> part : step.parts()) {
        for (Step.Call call : part) {
          emulate(call, inputs, outputs, scratch);
        }
      }
    }
    return results;
  }

  private void emulate(
      Step.Call call,
      List<MemorySegment> inputs,
      List<MemorySegment> outputs,
      MemorySegment scratch) {
    Emulator emulator = new Emulator();
    inputs.forEach(emulator::allow);
    outputs.forEach(emulator::allow);
    emulator.allow(scratch);
    List<Argument> values = call.arguments();
    MemorySegment arguments = Arena.ofAuto().allocate(8L * values.size(), 64);
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) instanceof Argument.Own own) {
        emulator.allow(own.memory());
      }
      arguments.setAtIndex(ValueLayout.JAVA_LONG, i, values.get(i).value(inputs, outputs, scratch));
    }
    emulator.run(Objects.requireNonNull(routines.get(call.code())), arguments);
  }
}
