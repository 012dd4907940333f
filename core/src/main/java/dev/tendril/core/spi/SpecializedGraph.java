package dev.tendril.core.spi;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// A graph whose extents are known at run time only: a device makes it ready for each list of
/// operand types that comes, and keeps the latest ones.
public final class SpecializedGraph implements Executable {
  private static final int KEPT = 32;

  private final Graph graph;
  private final String device;
  private final Function<Graph, Executable> compile;
  private final Map<List<TensorType>, Executable> compiled = new LinkedHashMap<>();

  /// @param device its name, for profiles
  /// @param compile makes a graph ready whose operands' extents are known
  public SpecializedGraph(Graph graph, String device, Function<Graph, Executable> compile) {
    this.graph = graph;
    this.device = device;
    this.compile = compile;
  }

  private synchronized Executable of(List<Tensor> inputs) {
    List<TensorType> types = inputs.stream().map(Tensor::type).toList();
    Executable known = compiled.get(types);
    if (known == null) {
      known = TensorScope.outside(() -> compile.apply(graph.withTypes(types)));
      if (compiled.size() == KEPT) {
        compiled.remove(compiled.keySet().iterator().next());
      }
      compiled.put(types, known);
    }
    return known;
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
    return of(inputs).run(inputs);
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> outputs) {
    of(inputs).run(inputs, outputs);
  }

  /// That of the latest types.
  @Override
  public synchronized String report() {
    return compiled.isEmpty()
        ? "graph " + graph.name() + " is made ready when its operands' types are known\n"
        : List.copyOf(compiled.values()).getLast().report();
  }

  /// That of the latest types.
  @Override
  public synchronized Profile profile() {
    return compiled.isEmpty()
        ? new Profile(graph.name(), device, 0, List.of())
        : List.copyOf(compiled.values()).getLast().profile();
  }

  @Override
  public synchronized void close() {
    compiled.values().forEach(Executable::close);
    compiled.clear();
  }
}
