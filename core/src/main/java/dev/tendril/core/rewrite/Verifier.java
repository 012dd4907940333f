package dev.tendril.core.rewrite;

import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.ShapeRules;
import java.util.List;

/// Checks between passes that a graph is still one, and still the same function by its looks: every
/// node's types are those that its op gives, inputs and outputs have kept names and types. That
/// nodes come after what they need, the graph checks itself.
final class Verifier {
  private Verifier() {}

  /// @throws IllegalStateException when a pass broke the graph
  static void check(Graph before, Graph after, String pass) {
    if (!before.inputs().equals(after.inputs())) {
      throw broken(pass, after, "its inputs became " + names(after.inputs()));
    }
    if (!before.outputNames().equals(after.outputNames())
        || !before.outputTypes().equals(after.outputTypes())) {
      throw broken(
          pass, after, "its outputs became " + after.outputNames() + " " + after.outputTypes());
    }
    for (Node node : after.nodes()) {
      List<TensorType> types =
          ShapeRules.infer(node.op(), node.inputTypes(), Context.quants(node.outputs()));
      if (!types.equals(node.outputs())) {
        throw broken(pass, after, node + ": the op gives " + types);
      }
    }
  }

  private static List<String> names(List<? extends Value> values) {
    return values.stream().map(Value::name).toList();
  }

  private static IllegalStateException broken(String pass, Graph graph, String what) {
    return new IllegalStateException(
        "the pass " + pass + " broke the graph " + graph.name() + ": " + what);
  }
}
