package dev.tendril.core.graph;

import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.ShapeRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a graph node by node. What does not fit is said at once, with the place in the caller's
/// code. For one thread.
public final class GraphBuilder {
  private final String name;
  private final List<Value.Input> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Value> outputs = new LinkedHashMap<>();
  private final Map<String, String> notes = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, Integer> counts = new LinkedHashMap<>();

  GraphBuilder(String name) {
    this.name = name;
  }

  public Value.Input input(String name, TensorType type) {
    Value.Input input = new Value.Input(take(name), type);
    inputs.add(input);
    return input;
  }

  /// A constant without a name of its own.
  public Value constant(Tensor tensor) {
    return constant("c", tensor);
  }

  /// @param name what it is called, made unique by a number where it is taken
  public Value constant(String name, Tensor tensor) {
    return new Value.Constant(free(name), tensor);
  }

  /// A node of an op with one result.
  public Value add(Op op, Value... operands) {
    return add(op, List.of(operands)).getFirst();
  }

  /// A node; its results.
  public List<Value> add(Op op, List<Value> operands) {
    return add(op.name(), op, operands, List.of());
  }

  /// A node whose one result is quantized.
  public Value addQuantized(Op op, Quant quant, Value... operands) {
    return add(op.name(), op, List.of(operands), List.of(quant)).getFirst();
  }

  /// A node.
  ///
  /// @param name what it is called, made unique by a number where it is taken
  /// @param quants how each result is quantized, null where it is not or where the rules say it;
  ///     empty for none
  /// @return its results
  public List<Value> add(
      String name, Op op, List<Value> operands, List<? extends @Nullable Quant> quants) {
    Node node = new Node(free(name), op, operands, types(op, operands, quants));
    nodes.add(node);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      results.add(node.output(i));
    }
    return Collections.unmodifiableList(results);
  }

  /// Adds the nodes of another graph; their types are worked out again.
  ///
  /// @param operands in place of its inputs, in order
  /// @return its outputs
  /// @throws TensorException when the operands are not what its inputs admit
  public List<Value> inline(Graph graph, List<? extends Value> operands) {
    if (operands.size() != graph.inputs().size()) {
      throw new TensorException(
          "graph "
              + graph.name()
              + " for "
              + operands.size()
              + " inputs; expected "
              + graph.inputs().size()
              + ": "
              + graph.inputs().stream().map(Value.Input::name).toList());
    }
    Map<Value, Value> values = new HashMap<>();
    Map<String, String> renamed = new HashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      Value.Input input = graph.inputs().get(i);
      TensorType type = operands.get(i).type();
      if (!input.type().admits(type)) {
        throw new TensorException(
            "graph "
                + graph.name()
                + ": input "
                + input.name()
                + " of type "
                + type
                + "; expected "
                + input.type());
      }
      values.put(input, operands.get(i));
    }
    for (Node node : graph.nodes()) {
      List<@Nullable Quant> quants = new ArrayList<>();
      node.outputs().forEach(type -> quants.add(type.quant()));
      List<Value> results =
          add(
              node.name(),
              node.op(),
              node.inputs().stream().map(v -> values.getOrDefault(v, v)).toList(),
              quants);
      for (int i = 0; i < results.size(); i++) {
        values.put(node.output(i), results.get(i));
      }
      renamed.put(node.name(), nodes.getLast().name());
    }
    graph.notes().forEach((key, text) -> carry(key, text, renamed));
    return graph.outputs().stream().map(v -> values.getOrDefault(v, v)).toList();
  }

  /// Keeps a note about a node of a graph that became part of this one; what it says may be another
  /// node.
  private void carry(String key, String text, Map<String, String> renamed) {
    int open = key.indexOf('(');
    if (open > 0 && key.endsWith(")")) {
      String now = renamed.get(key.substring(open + 1, key.length() - 1));
      if (now != null) {
        note(Graph.noteKey(key.substring(0, open), now), renamed.getOrDefault(text, text));
      }
    }
  }

  private static List<TensorType> types(
      Op op, List<Value> operands, List<? extends @Nullable Quant> quants) {
    try {
      return ShapeRules.infer(op, operands.stream().map(Value::type).toList(), quants);
    } catch (TensorException e) {
      throw e.at(caller());
    }
  }

  /// The place of the first frame that is not of this module.
  private static String caller() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> !frame.getClassName().startsWith("dev.tendril.core."))
                    .findFirst()
                    .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                    .orElse("?"));
  }

  public GraphBuilder output(String name, Value value) {
    if (outputs.putIfAbsent(name, value) != null) {
      throw new TensorException("graph " + this.name + ": the output " + name + " occurs twice");
    }
    return this;
  }

  public GraphBuilder note(String key, String text) {
    notes.put(key, text);
    return this;
  }

  /// The graph of all nodes so far.
  public Graph build() {
    return new Graph(
        name, inputs, List.copyOf(outputs.values()), List.copyOf(outputs.keySet()), nodes, notes);
  }

  private String take(String wanted) {
    if (!names.add(wanted)) {
      throw new TensorException("graph " + name + ": the name " + wanted + " occurs twice");
    }
    return wanted;
  }

  private String free(String wanted) {
    String found = wanted;
    while (!names.add(found)) {
      found = wanted + "_" + counts.merge(wanted, 1, Integer::sum);
    }
    return found;
  }
}
