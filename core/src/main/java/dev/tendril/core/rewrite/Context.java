package dev.tendril.core.rewrite;

import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.ShapeRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The graph that is being made, as a [Rule] sees it: it adds nodes and asks who uses a value.
public final class Context {
  private final Set<String> names = new HashSet<>();
  private final Map<Value, Integer> uses = new HashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private Node current;

  Context(Graph graph, Node first) {
    current = first;
    graph.inputs().forEach(v -> names.add(v.name()));
    for (Node node : graph.nodes()) {
      names.add(node.name());
      node.inputs().forEach(this::use);
    }
    graph.outputs().forEach(this::use);
    graph.constants().forEach(c -> names.add(c.name()));
  }

  private void use(Value value) {
    uses.merge(value, 1, Integer::sum);
  }

  /// How often a value is an operand of a node or an output of the graph.
  public int uses(Value value) {
    return uses.getOrDefault(value, 0);
  }

  /// Whether nobody but the node at hand uses a value.
  public boolean isSole(Value value) {
    return uses(value) <= 1;
  }

  /// The node that takes the place of the one at hand, and its name; its result is quantized alike.
  ///
  /// @throws dev.tendril.core.TensorException when the operands do not fit
  public Value replace(Op op, Value... operands) {
    return node(current.name(), op, List.of(operands), quants(current.outputs())).getFirst();
  }

  /// A node on the way to the one that takes the place.
  ///
  /// @throws dev.tendril.core.TensorException when the operands do not fit
  public Value add(Op op, Value... operands) {
    return node(free(current.name()), op, List.of(operands), List.of()).getFirst();
  }

  public Value constant(Tensor tensor) {
    return new Value.Constant(free(current.name() + "_c"), tensor);
  }

  private List<Value> node(
      String name, Op op, List<Value> operands, List<? extends @Nullable Quant> quants) {
    List<TensorType> types =
        ShapeRules.infer(op, operands.stream().map(Value::type).toList(), quants);
    Node node = new Node(name, op, operands, types);
    nodes.add(node);
    for (Value operand : operands) {
      // An operand of the graph before is counted there already.
      if (operand instanceof Value.Result result && nodes.contains(result.node())) {
        use(operand);
      }
    }
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      results.add(node.output(i));
    }
    return results;
  }

  static List<@Nullable Quant> quants(List<TensorType> types) {
    List<@Nullable Quant> quants = new ArrayList<>();
    types.forEach(type -> quants.add(type.quant()));
    return quants;
  }

  private String free(String wanted) {
    String found;
    do {
      found = wanted + "_" + numbers.merge(wanted, 1, Integer::sum);
    } while (!names.add(found));
    return found;
  }

  /// What was added since the last call.
  List<Node> taken() {
    List<Node> taken = List.copyOf(nodes);
    nodes.clear();
    return taken;
  }

  void at(Node node) {
    current = node;
    nodes.clear();
  }

  /// One value stands for another from here on, and inherits its users.
  void stands(Value value, Value before) {
    if (!value.equals(before)) {
      uses.put(value, uses(value) + uses(before));
    }
  }
}
