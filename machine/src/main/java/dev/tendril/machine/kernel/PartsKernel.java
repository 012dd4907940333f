package dev.tendril.machine.kernel;

import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Workers;
import dev.tendril.machine.host.Code;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/// A kernel as parts that may be done at the same time, each a list of calls one after the other: a
/// block of an operand is brought into the form that the next call reads, while it is in the cache.
///
/// @param parts do not share results or working memory
record PartsKernel(List<List<Call>> parts, long scratchBytes) implements Kernel {
  /// A call of a routine.
  record Call(Code code, List<Argument> arguments) {
    Call {
      arguments = List.copyOf(arguments);
    }
  }

  PartsKernel {
    parts = parts.stream().map(List::copyOf).toList();
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    return new Bound(parts, inputs, outputs, scratch);
  }

  /// The routines, for people.
  @Override
  public String toString() {
    Set<String> names = new LinkedHashSet<>();
    parts.forEach(part -> part.forEach(call -> names.add(call.code.name())));
    return String.join(", ", names);
  }

  /// Tied to memory.
  private static final class Bound implements Runnable, IntConsumer {
    private final Code[][] codes;
    private final MemorySegment[][] arguments;

    /// What arguments point to stays for as long as this does.
    @SuppressWarnings("unused")
    private final Object kept;

    Bound(
        List<List<Call>> parts,
        List<MemorySegment> inputs,
        List<MemorySegment> outputs,
        MemorySegment scratch) {
      kept = List.of(parts, inputs, outputs, scratch);
      codes = new Code[parts.size()][];
      arguments = new MemorySegment[parts.size()][];
      for (int i = 0; i < codes.length; i++) {
        List<Call> calls = parts.get(i);
        codes[i] = calls.stream().map(Call::code).toArray(Code[]::new);
        arguments[i] =
            calls.stream()
                .map(call -> write(call.arguments, inputs, outputs, scratch))
                .toArray(MemorySegment[]::new);
      }
    }

    private static MemorySegment write(
        List<Argument> arguments,
        List<MemorySegment> inputs,
        List<MemorySegment> outputs,
        MemorySegment scratch) {
      MemorySegment memory = Arena.ofAuto().allocate(8L * arguments.size(), 64);
      for (int i = 0; i < arguments.size(); i++) {
        memory.setAtIndex(
            ValueLayout.JAVA_LONG, i, arguments.get(i).value(inputs, outputs, scratch));
      }
      return memory;
    }

    @Override
    public void run() {
      if (codes.length == 1) {
        accept(0);
      } else {
        Workers.run(codes.length, this);
      }
    }

    @Override
    public void accept(int part) {
      try {
        Code[] code = codes[part];
        MemorySegment[] argument = arguments[part];
        for (int i = 0; i < code.length; i++) {
          code[i].call(argument[i]);
        }
      } finally {
        Reference.reachabilityFence(this);
      }
    }
  }
}
