package dev.tendril.core.cpu;

import dev.tendril.core.ClosedTensorException;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Cost;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.plan.Plan;
import dev.tendril.core.plan.PlanOptions;
import dev.tendril.core.plan.Planner;
import dev.tendril.core.plan.Step;
import dev.tendril.core.plan.Views;
import dev.tendril.core.rewrite.Report;
import dev.tendril.core.rewrite.Rewriter;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.Kernel;
import dev.tendril.core.spi.Operands;
import dev.tendril.core.spi.Profile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import jdk.jfr.EventType;
import org.jspecify.annotations.Nullable;

/// A graph of known extents, made ready: kernels are chosen and prepared, and all memory that a run
/// needs is planned in one arena. A run calls the kernels one after the other, on large operands
/// and results where they are; there is nothing to look up and nothing to allocate.
///
/// Runs at the same time have an arena each ([RunMemory]); arenas are kept for later runs.
final class PlannedGraph implements Executable {
  private static final EventType EVENT = EventType.getEventType(KernelEvent.class);

  private final Graph graph;
  private final Report rewriting;
  private final List<String> inputNames;
  private final List<TensorType> inputTypes;
  private final List<String> outputNames;
  private final List<TensorType> outputTypes;
  private final Value.Constant[] constants;
  private final List<Task> tasks;
  private final Plan plan;
  private final boolean profiling;
  private final Measurements measurements;
  private final String operands;
  private final String results;

  /// What the latest run left for the next.
  private final AtomicReference<@Nullable RunMemory> latest = new AtomicReference<>();

  /// What runs at the same time left beside it.
  private final ConcurrentLinkedDeque<RunMemory> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  private PlannedGraph(
      Graph graph, Report rewriting, List<Task> tasks, Plan plan, boolean profiling) {
    this.graph = graph;
    this.rewriting = rewriting;
    this.operands = "the operands of graph " + graph.name();
    this.results = "the results of graph " + graph.name();
    this.inputNames = graph.inputs().stream().map(Value.Input::name).toList();
    this.inputTypes = graph.parameters();
    this.outputNames = graph.outputNames();
    this.outputTypes = graph.outputTypes();
    this.constants = graph.constants().toArray(Value.Constant[]::new);
    this.tasks = tasks;
    this.plan = plan;
    this.profiling = profiling;
    this.measurements = new Measurements(graph.name(), tasks);
  }

  static PlannedGraph compile(Graph source, CompileOptions options) {
    Rewriter.Result rewritten =
        options.rewrite()
            ? Preparation.rewrite(source, options.providers())
            : Rewriter.rewrite(source);
    Graph graph = rewritten.graph();
    Map<Node, Task> byNode = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (!Views.isWhole(node)) {
        Providers.Choice choice = Providers.choose(node, options.providers());
        Kernel kernel = choice.provider().prepare(node, options);
        String name = (choice.provider().name() + " " + kernel.variant()).strip();
        byNode.put(node, new Task(node, name, choice.refusals(), kernel, Cost.of(node)));
      }
    }
    Plan plan =
        Planner.plan(
            graph,
            PlanOptions.DEFAULT
                .withInPlace((node, operand) -> inPlace(byNode.get(node), operand))
                .withScratch(node -> scratch(byNode.get(node)))
                .withEnds(false, false));
    List<Task> tasks = new ArrayList<>();
    for (Step step : plan.steps()) {
      Task task = byNode.get(step.node());
      switch (step.work()) {
        case NOTHING -> {}
        case COMPUTE -> tasks.add(task == null ? copy(step.node()) : task);
        case JOIN ->
            tasks.add(
                new Task(step.node(), "copy", "", new Join(step.operands()), Cost.of(step.node())));
      }
    }
    return new PlannedGraph(graph, rewritten.report(), List.copyOf(tasks), plan, options.profile());
  }

  /// A view whose result is wanted elsewhere.
  private static Task copy(Node node) {
    Kernel kernel = (inputs, outputs, _) -> () -> outputs.getFirst().copyFrom(inputs.getFirst());
    return new Task(node, "copy", "", kernel, Cost.of(node));
  }

  private static boolean inPlace(@Nullable Task task, int operand) {
    return task != null && task.kernel().inPlace(operand);
  }

  private static long scratch(@Nullable Task task) {
    return task == null ? 0 : task.kernel().scratchBytes();
  }

  @Override
  public List<TensorType> inputs() {
    return inputTypes;
  }

  @Override
  public List<TensorType> outputs() {
    return outputTypes;
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs) {
    List<Tensor> outputs = new ArrayList<>(outputTypes.size());
    for (TensorType type : outputTypes) {
      outputs.add(Tensor.allocate(type));
    }
    run(inputs, outputs);
    return outputs;
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> outputs) {
    Operands.check(operands, inputNames, inputs, inputTypes);
    Operands.check(results, outputNames, outputs, outputTypes);
    if (closed) {
      throw new TensorException("a run of graph " + graph.name() + ", which is closed");
    }
    for (Value.Constant constant : constants) {
      if (constant.tensor().isClosed()) {
        throw new ClosedTensorException(
            "a run of graph "
                + graph.name()
                + ", whose constant "
                + constant.name()
                + " is closed");
      }
    }
    RunMemory memory = take();
    try {
      memory.load(inputs, outputs);
      if (profiling || EVENT.isEnabled()) {
        measure(memory);
      } else {
        memory.run();
      }
      memory.store(outputs);
    } finally {
      if (!latest.compareAndSet(null, memory)) {
        idle.addFirst(memory);
      }
    }
  }

  private RunMemory take() {
    RunMemory memory = latest.getAndSet(null);
    if (memory == null) {
      memory = idle.pollFirst();
    }
    return memory == null ? new RunMemory(graph, tasks, plan) : memory;
  }

  private void measure(RunMemory memory) {
    long[] times = new long[tasks.size() + 1];
    for (int i = 0; i < tasks.size(); i++) {
      KernelEvent event = new KernelEvent();
      event.begin();
      times[i] = System.nanoTime();
      memory.run(i);
      event.end();
      if (event.shouldCommit()) {
        Task task = tasks.get(i);
        event.graph = graph.name();
        event.node = task.node().name();
        event.op = task.node().op().name();
        event.types = task.types();
        event.provider = task.provider();
        event.bytes = task.cost().bytes();
        event.flops = task.cost().flops();
        event.commit();
      }
    }
    times[tasks.size()] = System.nanoTime();
    if (profiling) {
      measurements.add(times);
    }
  }

  @Override
  public String report() {
    StringBuilder text = new StringBuilder(rewriting.text()).append("kernels:\n");
    for (Task task : tasks) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-9s %-16s %s: %s%s%n",
              task.provider(),
              task.node().op().name(),
              task.node().name(),
              task.types(),
              task.refusals().isEmpty() ? "" : " (" + task.refusals() + ")"));
    }
    return text.append(plan.report()).toString();
  }

  @Override
  public Profile profile() {
    return measurements.profile();
  }

  @Override
  public void close() {
    closed = true;
    latest.set(null);
    idle.clear();
  }
}
