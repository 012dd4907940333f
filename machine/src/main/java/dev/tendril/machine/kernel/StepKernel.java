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
    return steps.isEmpty() ? "nothing" : steps.getLast().names();
  }

  /// A step that is tied to memory.
  private static final class Calls implements Chain.Part, IntConsumer {
    private static final long LINE = 64;

    private final Code[][] codes;
    private final MemorySegment[][] arguments;
    private final int threads;

    /// What arguments point to stays for as long as this does.
    @SuppressWarnings("unused")
    private final Object kept;

    Calls(
        Step step, List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch) {
      threads = step.threads();
      kept = List.of(step, inputs, outputs, scratch);
      MemorySegment memory =
          Arena.ofAuto()
              .allocate(
                  step.parts().stream().flatMap(List::stream).mapToLong(Calls::bytes).sum(), LINE);
      codes = new Code[step.parts().size()][];
      arguments = new MemorySegment[codes.length][];
      long at = 0;
      for (int i = 0; i < codes.length; i++) {
        List<Step.Call> part = step.parts().get(i);
        codes[i] = new Code[part.size()];
        arguments[i] = new MemorySegment[part.size()];
        for (int j = 0; j < part.size(); j++) {
          Step.Call call = part.get(j);
          codes[i][j] = call.code();
          arguments[i][j] = memory.asSlice(at, bytes(call));
          for (int k = 0; k < call.arguments().size(); k++) {
            arguments[i][j].setAtIndex(
                ValueLayout.JAVA_LONG, k, call.arguments().get(k).value(inputs, outputs, scratch));
          }
          at += bytes(call);
        }
      }
    }

    @Override
    public Chain.@Nullable Call call() {
      return codes.length == 1 && codes[0].length == 1
          ? new Chain.Call(codes[0][0], arguments[0][0], this)
          : null;
    }

    /// Threads do not share lines of the cache.
    private static long bytes(Step.Call call) {
      return (8L * call.arguments().size() + LINE - 1) & -LINE;
    }

    @Override
    public void run() {
      if (threads == 1 || codes.length == 1) {
        for (int i = 0; i < codes.length; i++) {
          accept(i);
        }
      } else {
        Workers.run(codes.length, this);
      }
    }

    @Override
    public void accept(int part) {
      try {
        Code[] code = codes[part];
        MemorySegment[] own = arguments[part];
        for (int i = 0; i < code.length; i++) {
          code[i].call(own[i]);
        }
      } finally {
        Reference.reachabilityFence(this);
      }
    }
  }
}
