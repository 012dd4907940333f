package dev.tendril.machine.kernel;

import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Workers;
import dev.tendril.machine.host.Code;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// A kernel as a list of [steps][Step], one after the other. All that a run does is call: the
/// arguments were written when the kernel was tied to memory.
///
/// @param inPlace the operands whose memory the result may share
public record StepKernel(List<Step> steps, long scratchBytes, Set<Integer> inPlace)
    implements Kernel {
  public StepKernel {
    steps = List.copyOf(steps);
    inPlace = Set.copyOf(inPlace);
  }

  @Override
  public boolean inPlace(int operand) {
    return inPlace.contains(operand);
  }

  @Override
  public Runnable bind(
      List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
    List<Calls> calls = new ArrayList<>();
    for (Step step : steps) {
      if (!step.parts().isEmpty()) {
        calls.add(new Calls(step, inputs, outputs, scratch));
      }
    }
    Calls[] all = calls.toArray(Calls[]::new);
    return all.length == 1
        ? all[0]
        : () -> {
          for (Calls each : all) {
            each.run();
          }
        };
  }

  @Override
  public String variant() {
    return steps.isEmpty() ? "nothing" : steps.getLast().code().name();
  }

  /// A step that is tied to memory.
  private static final class Calls implements Chain.Part, IntConsumer {
    private static final long LINE = 64;

    private final Code code;
    private final MemorySegment[] arguments;
    private final int threads;

    /// What arguments point to stays for as long as this does.
    @SuppressWarnings("unused")
    private final Object kept;

    Calls(
        Step step, List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
      code = step.code();
      threads = step.threads();
      kept = List.of(step, inputs, outputs, scratch);
      long size = step.parts().stream().mapToLong(Calls::bytes).sum();
      MemorySegment memory = Arena.ofAuto().allocate(size, LINE);
      arguments = new MemorySegment[step.parts().size()];
      long at = 0;
      for (int i = 0; i < arguments.length; i++) {
        List<Argument> part = step.parts().get(i);
        arguments[i] = memory.asSlice(at, bytes(part));
        for (int j = 0; j < part.size(); j++) {
          arguments[i].setAtIndex(
              ValueLayout.JAVA_LONG, j, part.get(j).value(inputs, outputs, scratch));
        }
        at += bytes(part);
      }
    }

    @Override
    public Chain.@Nullable Call call() {
      return arguments.length == 1 ? new Chain.Call(code, arguments[0], this) : null;
    }

    /// Threads do not share lines of the cache.
    private static long bytes(List<Argument> part) {
      return (8L * part.size() + LINE - 1) & -LINE;
    }

    @Override
    public void run() {
      if (threads == 1 || arguments.length == 1) {
        for (int i = 0; i < arguments.length; i++) {
          accept(i);
        }
      } else {
        Workers.run(arguments.length, this);
      }
    }

    @Override
    public void accept(int part) {
      try {
        code.call(arguments[part]);
      } finally {
        Reference.reachabilityFence(this);
      }
    }
  }
}
