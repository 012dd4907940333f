package dev.tendril.core.cpu;

import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.spi.Executable;
import dev.tendril.core.spi.Operands;
import dev.tendril.core.spi.Profile;
import java.util.List;

/// A graph in which extents depend on values, so that there is nothing to plan: it runs node by
/// node, by reference kernels.
record EvaluatedGraph(Graph graph, String device, Rounding rounding) implements Executable {
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
    return graph.evaluate(inputs, rounding);
  }

  @Override
  public void run(List<Tensor> inputs, List<Tensor> outputs) {
    List<Tensor> results = run(inputs);
    Operands.check(
        "the results of graph " + graph.name(),
        graph.outputNames(),
        outputs,
        results.stream().map(Tensor::type).toList());
    for (int i = 0; i < results.size(); i++) {
      outputs.get(i).copyFrom(results.get(i));
    }
  }

  @Override
  public String report() {
    return "graph "
        + graph.name()
        + " runs node by node with reference kernels: extents depend on values\n";
  }

  @Override
  public Profile profile() {
    return new Profile(graph.name(), device, 0, List.of());
  }

  @Override
  public void close() {}
}
