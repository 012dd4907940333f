package dev.tendril.core.place;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorScope;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.Profile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A graph whose extents are known at run time only: it is placed for each list of operand types.
final class PlacedLater implements Executable {
  private static final int KEPT = 32;

  private final PlacedDevice device;
  private final Graph graph;
  private final CompileOptions options;
  private final Map<List<TensorType>, Executable> placed = new LinkedHashMap<>();

  PlacedLater(PlacedDevice device, Graph graph, CompileOptions options) {
    this.device = device;
    this.graph = graph;
    this.options = options;
  }

  private synchronized Executable placed(List<TensorType> types) {
    Executable known = placed.get(types);
    if (known == null) {
      known = TensorScope.outside(() -> device.place(graph.withTypes(types), options));
      if (placed.size() == KEPT) {
        placed.remove(placed.keySet().iterator().next());
      }
      placed.put(types, known);
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
    return placed(inputs.stream().map(Tensor::type).toList()).run(inputs);
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> outputs) {
    placed(inputs.stream().map(Tensor::type).toList()).run(inputs, outputs);
  }

  @Override
  public synchronized String report() {
    return placed.isEmpty()
        ? "graph " + graph.name() + " is placed when its operands' types are known\n"
        : List.copyOf(placed.values()).getLast().report();
  }

  @Override
  public synchronized Profile profile() {
    return placed.isEmpty()
        ? new Profile(graph.name(), device.info().name(), 0, List.of())
        : List.copyOf(placed.values()).getLast().profile();
  }

  @Override
  public synchronized void close() {
    placed.values().forEach(Executable::close);
    placed.clear();
  }
}
