package dev.tendril.core.cpu;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.Profile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A graph whose extents are known at run time only. For each list of operand types it is planned
/// as one of known extents; where extents depend on values even then, it runs node by node.
final class DynamicGraph implements Executable {
  private static final int KEPT = 32;

  private final CpuDevice device;
  private final Graph graph;
  private final CompileOptions options;
  private final Map<List<TensorType>, Executable> compiled = new LinkedHashMap<>();

  DynamicGraph(CpuDevice device, Graph graph, CompileOptions options) {
    this.device = device;
    this.graph = graph;
    this.options = options;
  }

  @Override
  public List<TensorType> inputs() {
    return graph.parameters();
  }

  @Override
  public List<TensorType> outputs() {
    return graph.outputTypes();
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs) {
    List<TensorType> types = inputs.stream().map(Tensor::type).toList();
    Executable executable = specialized(types);
    return equals(executable) ? graph.evaluate(inputs) : executable.run(inputs);
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> outputs) {
    List<Tensor> results = run(inputs);
    Operands.check(
        "the results", graph.outputNames(), outputs, results.stream().map(Tensor::type).toList());
    for (int i = 0; i < results.size(); i++) {
      outputs.get(i).memory().copyFrom(results.get(i).memory());
    }
  }

  /// This executable itself stands for running node by node.
  private synchronized Executable specialized(List<TensorType> types) {
    Executable known = compiled.get(types);
    if (known == null) {
      Graph typed = graph.withTypes(types);
      known = CpuDevice.isStatic(typed) ? device.compile(typed, options) : this;
      if (compiled.size() == KEPT) {
        compiled.remove(compiled.keySet().iterator().next());
      }
      compiled.put(types, known);
    }
    return known;
  }

  private Optional<Executable> latest() {
    return compiled.values().stream()
        .filter(executable -> !equals(executable))
        .reduce((_, last) -> last);
  }

  @Override
  public synchronized String report() {
    return latest()
        .map(Executable::report)
        .orElse(
            "graph "
                + graph.name()
                + " runs node by node with reference kernels where extents depend on values, and is"
                + " planned when its operands' types are known\n");
  }

  @Override
  public synchronized Profile profile() {
    return latest()
        .map(Executable::profile)
        .orElse(new Profile(graph.name(), device.info().name(), 0, List.of()));
  }

  @Override
  public synchronized void close() {
    compiled.values().stream().filter(executable -> !equals(executable)).forEach(Executable::close);
    compiled.clear();
  }
}
