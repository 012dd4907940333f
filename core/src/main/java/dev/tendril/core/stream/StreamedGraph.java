package dev.tendril.core.stream;

import dev.tendril.core.ClosedTensorException;
import dev.tendril.core.Tensor;
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
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.OpKernel;
import dev.tendril.core.spi.Operands;
import dev.tendril.core.spi.Profile;
import dev.tendril.core.spi.ReadyKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/// A graph on a streamed device: memory planned as on the host, kernels called one after the other.
/// Operands and results that are on the device already are used where they are; nothing is copied.
///
/// A run returns when all work has been given to the device. Runs at the same time have an arena
/// each; arenas are kept for later runs.
final class StreamedGraph implements Executable {
  final StreamedDevice device;
  final Graph graph;
  final Plan plan;
  final List<StreamedTask> tasks;
  final Map<Value.Constant, Tensor> constants;
  private final String improvement;
  private final List<String> inputNames;
  private final List<TensorType> inputTypes;
  private final List<TensorType> outputTypes;
  private final @Nullable StreamedProfile profile;
  private final ConcurrentLinkedDeque<StreamedRun> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  private StreamedGraph(
      StreamedDevice device,
      Graph graph,
      Plan plan,
      List<StreamedTask> tasks,
      String improvement,
      Runnable release,
      boolean profiling) {
    this.device = device;
    this.graph = graph;
    this.plan = plan;
    this.tasks = tasks;
    this.improvement = improvement;
    this.inputNames = graph.inputs().stream().map(Value.Input::name).toList();
    this.inputTypes = graph.parameters();
    this.outputTypes = graph.outputTypes();
    this.constants = device.upload(List.copyOf(graph.constants()));
    this.profile = profiling ? new StreamedProfile(graph.name(), device, tasks) : null;
    StreamedRun.CLEANER.register(this, release);
  }

  static StreamedGraph compile(StreamedDevice device, Graph source, CompileOptions options) {
    Improvement improved = Improvement.of(device, source, options.rewrite());
    List<ReadyKernel> prepared = new ArrayList<>();
    Runnable release = device.releases().of(prepared);
    try {
      return compile(device, improved, prepared, release, options);
    } catch (RuntimeException | Error e) {
      release.run();
      throw e;
    }
  }

  /// @param prepared where kernels go that hold something
  private static StreamedGraph compile(
      StreamedDevice device,
      Improvement improved,
      List<ReadyKernel> prepared,
      Runnable release,
      CompileOptions options) {
    Graph graph = improved.graph();
    Map<Node, OpKernel> kernels = new HashMap<>();
    Map<Node, ReadyKernel> ready = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (!Views.isWhole(node)) {
        OpKernel kernel = device.kernel(node);
        ReadyKernel made = kernel.prepare(node);
        prepared.add(made);
        kernels.put(node, kernel);
        ready.put(node, made);
      }
    }
    Plan plan =
        Planner.plan(
            graph,
            PlanOptions.DEFAULT
                .withInPlace((node, operand) -> isInPlace(ready.get(node), operand))
                .withScratch(node -> scratch(ready.get(node))));
    List<StreamedTask> tasks = new ArrayList<>();
    for (Step step : plan.steps()) {
      Node node = step.node();
      switch (step.work()) {
        case NOTHING -> {}
        case COMPUTE ->
            tasks.add(new StreamedTask(step, kernels.get(node), ready.get(node), Cost.of(node)));
        case JOIN -> tasks.add(new StreamedTask(step, null, null, Cost.of(node)));
      }
    }
    return new StreamedGraph(
        device,
        graph,
        plan,
        List.copyOf(tasks),
        improved.report() + improved.leftOut(),
        release,
        options.profile());
  }

  private static boolean isInPlace(@Nullable ReadyKernel kernel, int operand) {
    return kernel != null && kernel.isInPlace(operand);
  }

  private static long scratch(@Nullable ReadyKernel kernel) {
    return kernel == null ? 0 : kernel.scratchBytes();
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
    Tensor[] outputs = new Tensor[outputTypes.size()];
    for (int i = 0; i < outputs.length; i++) {
      TensorType type = outputTypes.get(i);
      outputs[i] = Tensor.on(device.allocate(type.bytes()), type);
    }
    try {
      execute(inputs, outputs);
    } catch (RuntimeException | Error e) {
      for (Tensor output : outputs) {
        output.close();
      }
      throw e;
    }
    return List.of(outputs);
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> outputs) {
    Operands.check(
        "the results of graph " + graph.name(), graph.outputNames(), outputs, outputTypes);
    if (outputs.stream().allMatch(device::owns)) {
      execute(inputs, outputs.toArray(Tensor[]::new));
      return;
    }
    List<Tensor> results = run(inputs);
    for (int i = 0; i < results.size(); i++) {
      outputs.get(i).copyFrom(results.get(i));
      results.get(i).close();
    }
  }

  private void execute(List<Tensor> inputs, Tensor[] outputs) {
    Operands.check("the operands of graph " + graph.name(), inputNames, inputs, inputTypes);
    if (closed) {
      throw new ClosedTensorException("a run of graph " + graph.name() + ", which is closed");
    }
    StreamedRun run = idle.pollFirst();
    if (run == null) {
      run = new StreamedRun(this);
    }
    try {
      run.go(inputs, outputs, profile);
    } finally {
      idle.addFirst(run);
    }
  }

  @Override
  public String report() {
    StringBuilder text = new StringBuilder(improvement);
    text.append("kernels of ").append(device.info().name()).append(":\n");
    for (StreamedTask task : tasks) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-9s %-16s %s: %s%n",
              task.by(),
              StreamedDevice.opName(task.node()),
              task.node().name(),
              task.types()));
    }
    return text.append(plan.report())
        .append("memory of ")
        .append(device.info().name())
        .append(": ")
        .append(device.spans().statistics().text())
        .append('\n')
        .toString();
  }

  @Override
  public Profile profile() {
    return profile == null
        ? new Profile(graph.name(), device.info().name(), 0, List.of())
        : profile.result();
  }

  @Override
  public void close() {
    closed = true;
    idle.clear();
    constants.values().forEach(Tensor::close);
  }
}
