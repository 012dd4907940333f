package dev.tendril.core.cpu;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.plan.Place;
import dev.tendril.core.plan.Plan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The memory of one run at a time, and kernels tied to it.
final class RunMemory {
  private static final int ALIGNMENT = 64;

  private final Plan plan;
  private final MemorySegment arena;
  private final MemorySegment[] inputs;
  private final MemorySegment[] outputs;
  private final Runnable[] tasks;

  RunMemory(Graph graph, List<Task> order, Plan plan) {
    this.plan = plan;
    this.arena = Arena.ofAuto().allocate(Math.max(1, plan.arenaBytes()), ALIGNMENT);
    this.inputs = graph.inputs().stream().map(this::memory).toArray(MemorySegment[]::new);
    this.outputs = graph.outputs().stream().map(this::memory).toArray(MemorySegment[]::new);
    List<Runnable> bound = new ArrayList<>();
    for (Task task : order) {
      Node node = task.node();
      Place scratch = plan.scratch().get(node);
      bound.add(
          task.kernel()
              .bind(
                  node.inputs().stream().map(this::memory).toList(),
                  IntStream.range(0, node.outputs().size())
                      .mapToObj(i -> memory(node.output(i)))
                      .toList(),
                  scratch == null
                      ? MemorySegment.NULL
                      : arena.asSlice(scratch.offset(), scratch.bytes())));
    }
    this.tasks = bound.toArray(Runnable[]::new);
  }

  private MemorySegment memory(Value value) {
    Place place = plan.place(value);
    MemorySegment whole =
        switch (place.owner()) {
          case null -> arena;
          case Value.Constant constant -> constant.tensor().memory();
          case Value.Input input -> memory(input);
          case Value.Result result -> memory(result);
        };
    return whole.asSlice(place.offset(), place.bytes());
  }

  void load(List<Tensor> operands) {
    for (int i = 0; i < inputs.length; i++) {
      inputs[i].copyFrom(operands.get(i).memory());
    }
  }

  void run() {
    for (Runnable task : tasks) {
      task.run();
    }
  }

  void run(int task) {
    tasks[task].run();
  }

  void store(List<Tensor> results) {
    for (int i = 0; i < outputs.length; i++) {
      results.get(i).memory().copyFrom(outputs[i]);
    }
  }
}
