package dev.tendril.core.graph;

import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Subgraph;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A computation: values that flow through ops, from inputs and constants to outputs. What an
/// importer reads, tracing records, rewriting improves, a device compiles. Immutable.
///
/// @param outputs the results, in order
/// @param outputNames their names, as many, each once
/// @param nodes in an order in which each comes after those that it needs
/// @param notes what is worth keeping of where it comes from
public record Graph(
    String name,
    List<Value.Input> inputs,
    List<Value> outputs,
    List<String> outputNames,
    List<Node> nodes,
    Map<String, String> notes)
    implements Subgraph {

  /// @throws TensorException when a node comes before one that it needs, or a name occurs twice
  public Graph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    outputNames = List.copyOf(outputNames);
    nodes = List.copyOf(nodes);
    notes = Map.copyOf(notes);
    check(name, inputs, outputs, outputNames, nodes);
  }

  private static void check(
      String name,
      List<Value.Input> inputs,
      List<Value> outputs,
      List<String> outputNames,
      List<Node> nodes) {
    if (outputs.size() != outputNames.size()
        || new HashSet<>(outputNames).size() != outputNames.size()) {
      throw new TensorException(
          "graph " + name + ": outputs named " + outputNames + "; expected one name each");
    }
    Set<String> names = new HashSet<>();
    Set<Value.Input> known = new HashSet<>(inputs);
    Set<Node> done = new HashSet<>();
    for (Value.Input input : inputs) {
      unique(name, names, input.name());
    }
    for (Node node : nodes) {
      for (Value value : node.inputs()) {
        need(name, "node " + node.name(), value, known, done);
      }
      unique(name, names, node.name());
      done.add(node);
    }
    for (Value value : outputs) {
      need(name, "the outputs", value, known, done);
    }
  }

  private static void unique(String graph, Set<String> names, String name) {
    if (!names.add(name)) {
      throw new TensorException("graph " + graph + ": the name " + name + " occurs twice");
    }
  }

  private static void need(
      String graph, String user, Value value, Set<Value.Input> inputs, Set<Node> done) {
    boolean known =
        switch (value) {
          case Value.Constant _ -> true;
          case Value.Input input -> inputs.contains(input);
          case Value.Result result -> done.contains(result.node());
        };
    if (!known) {
      throw new TensorException(
          "graph "
              + graph
              + ": "
              + user
              + " needs "
              + value.name()
              + ", which is not there before");
    }
  }

  /// The key of a note that is about a node, such as `device(relu)`. Such notes go with the node
  /// where a graph becomes part of another.
  public static String noteKey(String kind, String node) {
    return kind + "(" + node + ")";
  }

  /// A builder of a graph.
  public static GraphBuilder builder(String name) {
    return new GraphBuilder(name);
  }

  @Override
  public List<TensorType> parameters() {
    return inputs.stream().map(Value.Input::type).toList();
  }

  /// The types of the outputs.
  public List<TensorType> outputTypes() {
    return outputs.stream().map(Value::type).toList();
  }

  @Override
  public List<TensorType> results(List<TensorType> operands) {
    return withTypes(operands).outputTypes();
  }

  /// The constants that nodes or outputs use, in the order of their first use.
  public Collection<Value.Constant> constants() {
    Set<Value.Constant> constants = new LinkedHashSet<>();
    for (Node node : nodes) {
      for (Value value : node.inputs()) {
        if (value instanceof Value.Constant constant) {
          constants.add(constant);
        }
      }
    }
    for (Value value : outputs) {
      if (value instanceof Value.Constant constant) {
        constants.add(constant);
      }
    }
    return constants;
  }

  /// The input of a name; null when there is none.
  public Value.@Nullable Input input(String name) {
    return inputs.stream().filter(i -> i.name().equals(name)).findFirst().orElse(null);
  }

  /// This graph with inputs of other types, such as known shapes; the types of all that follows are
  /// worked out again.
  ///
  /// @throws TensorException when they do not fit
  public Graph withTypes(List<TensorType> types) {
    if (types.equals(parameters())) {
      return this;
    }
    return Retype.apply(this, types);
  }

  /// This graph as text, which [#parse] reads back: the same nodes, attributes and constants, each
  /// bit of them. `docs/graph-text.md` has the grammar.
  ///
  /// @throws TensorException when the constants are too big for a text
  public String toText() {
    return GraphText.print(this);
  }

  /// Reads the text of a graph, as [#toText] writes it or as people do.
  ///
  /// @throws GraphSyntaxException when it is none, with line and column
  public static Graph parse(String text) {
    return GraphParser.parse(text);
  }

  /// A drawing of this graph for people: the text of an SVG file that needs nothing else.
  public String toSvg() {
    return GraphDrawing.draw(this);
  }

  /// Computes the outputs node by node with reference kernels: what the graph means. Inputs may
  /// have any types that this graph's admit.
  @Override
  public List<Tensor> evaluate(List<Tensor> operands, Rounding rounding) {
    return Interpreter.run(this, operands, rounding);
  }
}
