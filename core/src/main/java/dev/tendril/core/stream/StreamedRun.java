package dev.tendril.core.stream;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.plan.Place;
import dev.tendril.core.plan.Plan;
import dev.tendril.core.spi.OpCall;
import dev.tendril.core.spi.OpKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The memory of one run at a time, and calls of kernels tied to it. What is in the arena and what
/// is constant is said once; where operands and results are is said at each run, and only to the
/// kernels that touch them.
final class StreamedRun {
  static final Cleaner CLEANER = Cleaner.create();
  private static final int ALIGNMENT = 64;

  private final StreamedGraph owner;
  private final Plan plan;
  private final @Nullable DeviceBlock arena;
  private final List<Action> actions = new ArrayList<>();
  private final boolean[] needsDevice;
  private final boolean[] needsHost;
  private final long[] inputBlocks;
  private final long[] inputOffsets;
  private final long[] outputBlocks;
  private final long[] outputOffsets;
  private final @Nullable MemorySegment[] hostInputs;

  /// A piece of the work of a run.
  interface Action {
    void run();
  }

  /// Where a value is: in the arena, a constant, an operand or a result of the graph.
  private record Spot(Kind kind, int index, long block, long offset, long bytes) {
    enum Kind {
      FIXED,
      INPUT,
      OUTPUT
    }
  }

  StreamedRun(StreamedGraph owner) {
    this.owner = owner;
    this.plan = owner.plan;
    boolean needed = plan.places().values().stream().anyMatch(Place::inArena);
    this.arena =
        needed || !plan.scratch().isEmpty() ? owner.device.allocate(plan.arenaBytes()) : null;
    if (arena != null) {
      CLEANER.register(this, arena::free);
    }
    int inputs = owner.graph.inputs().size();
    int outputs = owner.graph.outputs().size();
    this.needsDevice = new boolean[inputs];
    this.needsHost = new boolean[inputs];
    this.inputBlocks = new long[inputs];
    this.inputOffsets = new long[inputs];
    this.hostInputs = new MemorySegment[inputs];
    this.outputBlocks = new long[outputs];
    this.outputOffsets = new long[outputs];
    for (StreamedTask task : owner.tasks) {
      actions.add(task.kernel() == null ? join(task.node(), task.step().operands()) : call(task));
    }
    for (int i = 0; i < outputs; i++) {
      Value output = owner.graph.outputs().get(i);
      Spot from = spot(output);
      if (from.kind != Spot.Kind.OUTPUT || from.index != i || from.offset != 0) {
        actions.add(copy(from, new Spot(Spot.Kind.OUTPUT, i, 0, 0, from.bytes)));
      }
    }
  }

  private Spot spot(Value value) {
    Place place = plan.place(value);
    return switch (place.owner()) {
      case null -> {
        Span span = Objects.requireNonNull(arena).span;
        yield new Spot(
            Spot.Kind.FIXED, 0, span.block(), span.offset() + place.offset(), place.bytes());
      }
      case Value.Constant constant -> {
        Tensor tensor = Objects.requireNonNull(owner.constants.get(constant));
        Span span = block(tensor).span;
        yield new Spot(
            Spot.Kind.FIXED,
            0,
            span.block(),
            span.offset() + tensor.remoteOffset() + place.offset(),
            place.bytes());
      }
      case Value.Input input -> {
        int index = owner.graph.inputs().indexOf(input);
        needsDevice[index] = true;
        yield new Spot(Spot.Kind.INPUT, index, 0, place.offset(), place.bytes());
      }
      case Value.Result result ->
          new Spot(
              Spot.Kind.OUTPUT,
              owner.graph.outputs().indexOf(result),
              0,
              place.offset(),
              place.bytes());
    };
  }

  private long block(Spot spot) {
    return switch (spot.kind) {
      case FIXED -> spot.block;
      case INPUT -> inputBlocks[spot.index];
      case OUTPUT -> outputBlocks[spot.index];
    };
  }

  private long offset(Spot spot) {
    return switch (spot.kind) {
      case FIXED -> spot.offset;
      case INPUT -> inputOffsets[spot.index] + spot.offset;
      case OUTPUT -> outputOffsets[spot.index] + spot.offset;
    };
  }

  private Action copy(Spot from, Spot to) {
    return () ->
        owner.device.compute().copy(block(from), offset(from), block(to), offset(to), from.bytes);
  }

  /// A concatenation along the outermost axis: some operands are in their place already.
  private Action join(Node node, List<Integer> operands) {
    Spot whole = spot(node.output());
    List<Action> copies = new ArrayList<>();
    long begin = 0;
    for (int i = 0; i < node.inputs().size(); i++) {
      Spot from = spot(node.inputs().get(i));
      if (operands.contains(i) && from.bytes > 0) {
        copies.add(
            copy(
                from,
                new Spot(whole.kind, whole.index, whole.block, whole.offset + begin, from.bytes)));
      }
      begin += from.bytes;
    }
    return () -> copies.forEach(Action::run);
  }

  private Action call(StreamedTask task) {
    Node node = task.node();
    OpKernel kernel = Objects.requireNonNull(task.kernel());
    OpCall call = Objects.requireNonNull(task.ready()).bind(owner.device.compute());
    CLEANER.register(this, call::close);
    List<Action> before = new ArrayList<>();
    List<Action> after = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      int operand = i;
      Value value = node.inputs().get(i);
      if (kernel.isHostInput(i)) {
        hostInput(call, operand, value, before);
      } else {
        Spot spot = spot(value);
        if (spot.kind == Spot.Kind.FIXED) {
          call.input(operand, spot.block, spot.offset);
        } else {
          before.add(() -> call.input(operand, block(spot), offset(spot)));
        }
      }
    }
    for (int i = 0; i < node.outputs().size(); i++) {
      int result = i;
      Spot spot = spot(node.output(i));
      if (kernel.isHostOutput(i)) {
        MemorySegment host = staging(spot.bytes);
        call.output(result, host.address(), 0);
        after.add(() -> owner.device.copyIn(host, block(spot), offset(spot)));
      } else if (spot.kind == Spot.Kind.FIXED) {
        call.output(result, spot.block, spot.offset);
      } else {
        before.add(() -> call.output(result, block(spot), offset(spot)));
      }
    }
    Place scratch = plan.scratch().get(node);
    if (scratch != null) {
      Span span = Objects.requireNonNull(arena).span;
      call.scratch(span.block(), span.offset() + scratch.offset());
    }
    if (before.isEmpty() && after.isEmpty()) {
      return call::run;
    }
    Action[] first = before.toArray(Action[]::new);
    Action[] last = after.toArray(Action[]::new);
    return () -> {
      for (Action action : first) {
        action.run();
      }
      call.run();
      for (Action action : last) {
        action.run();
      }
    };
  }

  /// An operand that the kernel wants in the host's memory.
  private void hostInput(OpCall call, int operand, Value value, List<Action> before) {
    Place place = plan.place(value);
    switch (place.owner()) {
      case Value.Constant constant ->
          call.input(operand, constant.tensor().memory().address() + place.offset(), 0);
      case Value.Input input -> {
        int index = owner.graph.inputs().indexOf(input);
        before.add(
            () ->
                call.input(
                    operand,
                    Objects.requireNonNull(hostInputs[index]).address() + place.offset(),
                    0));
        needsHost[index] = true;
      }
      case null, default -> {
        Spot spot = spot(value);
        MemorySegment host = staging(spot.bytes);
        call.input(operand, host.address(), 0);
        before.add(() -> owner.device.copyOut(block(spot), offset(spot), host));
      }
    }
  }

  /// @param outputs of this device
  void go(List<Tensor> inputs, Tensor[] outputs, @Nullable StreamedProfile profile) {
    List<Tensor> copies = new ArrayList<>();
    try {
      for (int i = 0; i < inputBlocks.length; i++) {
        Tensor input = inputs.get(i);
        if (needsHost[i]) {
          hostInputs[i] = input.memory();
        }
        if (needsDevice[i]) {
          Tensor here = owner.device.receive(input);
          if (here != input) {
            copies.add(here);
          }
          Span span = block(here).span;
          inputBlocks[i] = span.block();
          inputOffsets[i] = span.offset() + here.remoteOffset();
        }
      }
      for (int i = 0; i < outputs.length; i++) {
        Span span = block(outputs[i]).span;
        outputBlocks[i] = span.block();
        outputOffsets[i] = span.offset() + outputs[i].remoteOffset();
      }
      if (profile == null) {
        for (Action action : actions) {
          action.run();
        }
      } else {
        profile.measure(actions.subList(0, owner.tasks.size()));
        actions.subList(owner.tasks.size(), actions.size()).forEach(Action::run);
      }
    } finally {
      copies.forEach(Tensor::close);
      Arrays.fill(hostInputs, null);
    }
  }

  private static DeviceBlock block(Tensor tensor) {
    return (DeviceBlock) Objects.requireNonNull(tensor.remote());
  }

  private static MemorySegment staging(long bytes) {
    return Arena.ofAuto().allocate(Math.max(1, bytes), ALIGNMENT).asSlice(0, bytes);
  }
}
