package dev.tendril.core.graph;

import dev.tendril.core.Quant;
import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.ShapeRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs a graph by reference kernels, node by node. Types are worked out from the values that come
/// up, so that extents need not be known before. Results belong to the caller: none is an operand,
/// a constant, or another result.
final class Interpreter {
  private Interpreter() {}

  static List<Tensor> run(Graph graph, List<Tensor> operands, Rounding rounding) {
    if (operands.size() != graph.inputs().size()) {
      throw new TensorException(
          "graph "
              + graph.name()
              + " on "
              + operands.size()
              + " tensors; expected "
              + graph.inputs().size());
    }
    Map<Value, Tensor> values = new HashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      Value.Input input = graph.inputs().get(i);
      if (!input.type().admits(operands.get(i).type())) {
        throw new TensorException(
            "graph "
                + graph.name()
                + ": input "
                + input.name()
                + " of type "
                + operands.get(i).type()
                + "; expected "
                + input.type());
      }
      values.put(input, operands.get(i));
    }
    for (Node node : graph.nodes()) {
      List<Tensor> inputs = node.inputs().stream().map(v -> value(values, v)).toList();
      List<@Nullable Quant> quants = new ArrayList<>();
      node.outputs().forEach(type -> quants.add(type.quant()));
      List<TensorType> types =
          ShapeRules.infer(node.op(), inputs.stream().map(Tensor::type).toList(), quants);
      List<Tensor> results = ReferenceKernels.run(node.op(), inputs, types, rounding);
      for (int i = 0; i < results.size(); i++) {
        values.put(node.output(i), results.get(i));
      }
    }
    List<Tensor> results = new ArrayList<>();
    for (Value output : graph.outputs()) {
      Tensor tensor = value(values, output);
      boolean own = output instanceof Value.Result && results.stream().noneMatch(tensor::equals);
      results.add(own ? tensor : tensor.copy());
    }
    return results;
  }

  private static Tensor value(Map<Value, Tensor> values, Value value) {
    if (value instanceof Value.Constant constant) {
      return constant.tensor();
    }
    Tensor tensor = values.get(value);
    if (tensor == null) {
      throw new IllegalStateException("no value of " + value.name());
    }
    return tensor;
  }
}
