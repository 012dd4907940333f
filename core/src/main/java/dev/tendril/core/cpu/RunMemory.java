package dev.tendril.core.cpu;

import dev.tendril.core.ClosedTensorException;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.plan.Place;
import dev.tendril.core.plan.Plan;
import dev.tendril.core.spi.Chainable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The memory of one run at a time, and kernels tied to it.
///
/// What is between the ends of a graph is in an arena of this object's own. The ends themselves,
/// operands and results, are used where they are if they are [large][#LARGE], so that nothing is
/// copied: kernels are tied to the caller's memory, and tied anew in a run that brings other memory
/// than the one before. Small ends have a place here and are copied, since that is done sooner than
/// tying, until they were in the same memory for [many runs][#MANY]. Copied is also a result whose
/// memory overlaps an operand, a constant or another result, what not every thread may use, and
/// what somebody may close during a run, since machine code would not notice.
final class RunMemory {
  private static final int ALIGNMENT = 64;

  /// Copying that many bytes takes longer than tying kernels.
  private static final long LARGE = 1 << 15;

  /// So many runs with a small end in the same memory are worth tying kernels to it; more where
  /// that was wrong before.
  private static final int MANY = 64;

  private static final int MOST = 1 << 24;

  /// Stands for the threads that kernels run on.
  private static final Thread OTHER = Thread.ofPlatform().unstarted(() -> {});

  private final Plan plan;
  private final List<Task> order;
  private final MemorySegment arena;
  private final List<Value.Constant> constants;
  private final End[] inputs;
  private final End[] outputs;
  private final boolean[] owners;
  private final Map<Value, End> ends = new HashMap<>();
  private final Runnable[] tasks;
  private Runnable[] chained = {};
  private final BitSet untied = new BitSet();

  /// Whether a run on the same tensors has nothing to do but to run.
  private boolean settled;

  /// An operand or a result of the graph.
  private static final class End {
    final Value value;
    final boolean large;

    /// The tasks that read or write it.
    final BitSet users = new BitSet();

    /// Where it is in this run.
    MemorySegment now = MemorySegment.NULL;

    /// What the caller brought.
    MemorySegment given = MemorySegment.NULL;

    /// Who brought it.
    private @Nullable Tensor tensor;

    private @Nullable MemorySegment own;
    private boolean usable;
    private int same;
    private int wanted;

    End(Value value) {
      this.value = value;
      large = value.type().bytes() >= LARGE;
      wanted = large ? 0 : MANY;
    }

    /// Takes note of what the caller brings.
    void give(Tensor from) {
      tensor = from;
      MemorySegment memory = from.memory();
      if (memory.equals(given)) {
        same = Math.min(same + 1, wanted);
        return;
      }
      if (!large && same == wanted) {
        wanted = Math.min(8 * wanted, MOST);
      }
      given = memory;
      same = 0;
      usable = from.isLasting() && memory.isAccessibleBy(OTHER);
    }

    /// Whether it is of the same tensor as before, whose memory is where it was.
    boolean isSame(Tensor other) {
      return tensor == other && !other.isClosed();
    }

    /// Whether it will be where it is as long as it is of the same tensor.
    boolean isSettled() {
      return isDirect() && now.equals(given) && tensor != null && tensor.remote() == null;
    }

    /// Whether it is used where the caller has it.
    boolean isDirect() {
      return same == wanted && usable;
    }

    MemorySegment own() {
      if (own == null) {
        own = Arena.ofAuto().allocate(Math.max(1, value.type().bytes()), ALIGNMENT);
        own = own.asSlice(0, value.type().bytes());
      }
      return own;
    }
  }

  RunMemory(Graph graph, List<Task> order, Plan plan) {
    this.plan = plan;
    this.order = order;
    arena = Arena.ofAuto().allocate(Math.max(1, plan.arenaBytes()), ALIGNMENT);
    constants = List.copyOf(graph.constants());
    inputs = graph.inputs().stream().map(this::end).toArray(End[]::new);
    outputs = graph.outputs().stream().map(this::end).toArray(End[]::new);
    owners = new boolean[outputs.length];
    for (int i = 0; i < owners.length; i++) {
      owners[i] = isOwner(i);
    }
    tasks = new Runnable[order.size()];
    for (int i = 0; i < tasks.length; i++) {
      Node node = order.get(i).node();
      for (Value value : node.inputs()) {
        use(i, value);
      }
      for (int j = 0; j < node.outputs().size(); j++) {
        use(i, node.output(j));
      }
    }
    untied.set(0, tasks.length);
    for (End end : ends.values()) {
      if (!end.large) {
        end.now = end.own();
      }
    }
  }

  private End end(Value value) {
    return ends.computeIfAbsent(value, End::new);
  }

  private void use(int task, Value value) {
    Value owner = plan.place(value).owner();
    End end = owner == null ? null : ends.get(owner);
    if (end != null) {
      end.users.set(task);
    }
  }

  private MemorySegment memory(Value value) {
    Place place = plan.place(value);
    MemorySegment whole =
        switch (place.owner()) {
          case null -> arena;
          case Value.Constant constant -> constant.tensor().memory();
          case Value owner -> end(owner).now;
        };
    return whole.asSlice(place.offset(), place.bytes());
  }

  /// Whether a result has memory of its own: one that is an operand, a constant or an earlier
  /// result has none.
  private boolean isOwner(int output) {
    Value value = outputs[output].value;
    for (int i = 0; i < output; i++) {
      if (value.equals(outputs[i].value)) {
        return false;
      }
    }
    return value.equals(plan.place(value).owner()) && value instanceof Value.Result;
  }

  /// Takes in the operands, and ties kernels to what memory has changed.
  void load(List<Tensor> operands, List<Tensor> results) {
    if (settled && areSame(inputs, operands) && areSame(outputs, results)) {
      return;
    }
    settled = false;
    boolean moved = false;
    for (int i = 0; i < inputs.length; i++) {
      End end = inputs[i];
      end.give(operands.get(i));
      if (end.isDirect()) {
        moved |= move(end, end.given);
      } else {
        moved |= move(end, end.own());
        copy(end.given, end.now);
      }
    }
    for (int i = 0; i < outputs.length; i++) {
      if (owners[i]) {
        End end = outputs[i];
        MemorySegment before = end.given;
        end.give(results.get(i));
        boolean there = end.isDirect() && end.now.equals(before);
        if (moved || !before.equals(end.given) || !there) {
          moved |= move(end, end.isDirect() && isFree(i, end.given) ? end.given : end.own());
        }
      }
    }
    for (int i = untied.nextSetBit(0); i >= 0; i = untied.nextSetBit(i + 1)) {
      tasks[i] = bind(order.get(i));
    }
    if (!untied.isEmpty()) {
      chained = isSmall() ? chain() : tasks;
      untied.clear();
    }
    settled = true;
    for (End end : inputs) {
      settled &= end.isSettled();
    }
    for (int i = 0; i < outputs.length; i++) {
      settled &= owners[i] && outputs[i].isSettled();
    }
  }

  private static boolean areSame(End[] ends, List<Tensor> tensors) {
    for (int i = 0; i < ends.length; i++) {
      if (!ends[i].isSame(tensors.get(i))) {
        return false;
      }
    }
    return true;
  }

  /// Whether no kernel is ever tied anew.
  private boolean isSmall() {
    return ends.values().stream().noneMatch(end -> end.large);
  }

  /// The tasks, those that go together as one.
  private Runnable[] chain() {
    List<Runnable> all = new ArrayList<>();
    for (Runnable task : tasks) {
      Chainable both =
          !all.isEmpty() && all.getLast() instanceof Chainable last ? last.then(task) : null;
      if (both != null) {
        all.removeLast();
      }
      all.add(both == null ? task : both);
    }
    return all.toArray(Runnable[]::new);
  }

  private static void copy(MemorySegment from, MemorySegment to) {
    try {
      to.copyFrom(from);
    } catch (IllegalStateException e) {
      throw new ClosedTensorException(
          "a run on memory that is closed, or is another thread's: " + e.getMessage());
    }
  }

  /// Whether it was elsewhere before.
  private boolean move(End end, MemorySegment to) {
    if (end.now.equals(to)) {
      return false;
    }
    end.now = to;
    untied.or(end.users);
    return true;
  }

  /// Whether a result may be computed right there.
  private boolean isFree(int output, MemorySegment memory) {
    if (memory.isReadOnly() || !memory.isAccessibleBy(OTHER)) {
      return false;
    }
    for (End input : inputs) {
      if (overlap(input.now, memory)) {
        return false;
      }
    }
    for (int i = 0; i < output; i++) {
      if (overlap(outputs[i].now, memory)) {
        return false;
      }
    }
    for (Value.Constant constant : constants) {
      if (overlap(constant.tensor().memory(), memory)) {
        return false;
      }
    }
    return true;
  }

  private static boolean overlap(MemorySegment a, MemorySegment b) {
    return a.address() < b.address() + b.byteSize() && b.address() < a.address() + a.byteSize();
  }

  private Runnable bind(Task task) {
    Node node = task.node();
    Place scratch = plan.scratch().get(node);
    return task.kernel()
        .bind(
            node.inputs().stream().map(this::memory).toList(),
            IntStream.range(0, node.outputs().size())
                .mapToObj(i -> memory(node.output(i)))
                .toList(),
            scratch == null
                ? MemorySegment.NULL
                : arena.asSlice(scratch.offset(), scratch.bytes()));
  }

  void run() {
    for (Runnable task : chained) {
      task.run();
    }
  }

  void run(int task) {
    tasks[task].run();
  }

  /// Hands out the results that are not where they are wanted yet.
  void store(List<Tensor> results) {
    if (settled) {
      return;
    }
    for (int i = 0; i < outputs.length; i++) {
      if (owners[i] && outputs[i].now.equals(outputs[i].given)) {
        continue;
      }
      MemorySegment wanted = results.get(i).memory();
      MemorySegment there = owners[i] ? outputs[i].now : memory(outputs[i].value);
      if (!there.equals(wanted)) {
        copy(there, wanted);
      }
    }
  }
}
