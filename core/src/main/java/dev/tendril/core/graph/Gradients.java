package dev.tendril.core.graph;

import dev.tendril.core.Quant;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Structured;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Derives graphs: from one that computes a number, the graph of the number and how fast it changes
/// with each element of the inputs.
///
/// Reverse accumulation (Griewank and Walther, *Evaluating Derivatives*, 2008, chapter 3): nodes
/// are written again; then, from the last to the first, [GradientRules] says for each what the
/// gradient by its operands is, given that by its results. A value that several nodes use gets the
/// sum. All is written in ops of the vocabulary, so that a gradient can be derived again. Extents
/// must be known; give them by [Graph#withTypes].
///
/// Where a function has a corner, the gradient is that of one side: the derivative of `relu` at 0
/// is 0. Comparisons, rounding, whole numbers and places have gradient zero. Graphs within the
/// graph are written in place; of a branch the gradient is a branch; a loop has none.
public final class Gradients {
  private final Formula formula;
  private final Map<Value, Value> gradients = new HashMap<>();

  private Gradients(Formula formula) {
    this.formula = formula;
  }

  /// The graph of one output of a graph and its gradients.
  ///
  /// @param output which output; a float scalar, or a tensor of one element
  /// @param inputs which inputs to derive by, floats
  /// @return a graph of the same inputs; its outputs are the value, then for each asked input the
  ///     gradient, of the input's type, named `d_` and the input's name
  /// @throws TensorException when extents are not known, when the output is not a number, or when
  ///     an op that leads from an asked input to the output has no derivative
  public static Graph of(Graph graph, int output, List<Integer> inputs) {
    within(graph, "output", output, graph.outputs().size());
    for (int input : inputs) {
      within(graph, "input", input, graph.inputs().size());
    }
    for (Value.Input input : graph.inputs()) {
      known(graph, input);
    }
    Value result = graph.outputs().get(output);
    known(graph, result);
    if (!result.type().dtype().isFloat() || result.type().shape().size() != 1) {
      throw new TensorException(
          "gradients of graph "
              + graph.name()
              + ": output "
              + graph.outputNames().get(output)
              + " is "
              + result.type()
              + "; expected one float");
    }
    GraphBuilder builder = Graph.builder(graph.name() + "_gradients");
    Formula formula = new Formula(builder);
    List<Value> operands = new ArrayList<>();
    graph.inputs().forEach(input -> operands.add(builder.input(input.name(), input.type())));
    Set<Integer> asked = new HashSet<>(inputs);
    for (int i : asked) {
      if (!operands.get(i).type().dtype().isFloat()) {
        throw new TensorException(
            "gradients of graph "
                + graph.name()
                + ": input "
                + operands.get(i).name()
                + " is "
                + operands.get(i).type()
                + "; expected floats");
      }
      formula.activate(operands.get(i));
    }
    Value value = write(formula, graph, operands).get(output);
    Gradients gradients = new Gradients(formula);
    gradients.accumulate(value, formula.filled(1, value.type().dtype(), value.type().shape()));
    gradients.walkBack();
    String name = graph.outputNames().get(output);
    builder.output(name, value);
    for (int i : inputs) {
      String wanted = "d_" + graph.inputs().get(i).name();
      builder.output(wanted.equals(name) ? wanted + "_1" : wanted, gradients.of(operands.get(i)));
    }
    return pruned(builder.build());
  }

  private static void within(Graph graph, String what, int index, int count) {
    if (index < 0 || index >= count) {
      throw new TensorException(
          "gradients of graph " + graph.name() + ": " + what + " " + index + " of " + count);
    }
  }

  /// The graph of gradients of a branch: its inputs are those of the branch and then the gradients
  /// by its results; its outputs are the gradients by its inputs that are asked for.
  static Graph ofBranch(Graph graph, List<TensorType> results, List<Integer> inputs) {
    GraphBuilder builder = Graph.builder(graph.name() + "_gradients");
    Formula formula = new Formula(builder);
    List<Value> operands = new ArrayList<>();
    graph.inputs().forEach(input -> operands.add(builder.input(input.name(), input.type())));
    inputs.forEach(i -> formula.activate(operands.get(i)));
    List<Value> seeds = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      String name = "d_" + i;
      while (graph.input(name) != null) {
        name += "_";
      }
      seeds.add(builder.input(name, results.get(i)));
    }
    List<Value> values = write(formula, graph, operands);
    Gradients gradients = new Gradients(formula);
    for (int i = 0; i < seeds.size(); i++) {
      if (seeds.get(i).type().dtype().isFloat()) {
        gradients.accumulate(values.get(i), seeds.get(i));
      }
    }
    gradients.walkBack();
    for (int i : inputs) {
      builder.output("d_input_" + i, gradients.of(operands.get(i)));
    }
    return pruned(builder.build());
  }

  private static void known(Graph graph, Value value) {
    if (!value.type().shape().isKnown()) {
      throw new TensorException(
          "gradients of graph "
              + graph.name()
              + ": "
              + value.name()
              + " is "
              + value.type()
              + "; expected known extents: give them by withTypes");
    }
  }

  /// Writes a graph's nodes; those that gradients go through as ops that have a rule.
  static List<Value> write(Formula formula, Graph graph, List<Value> operands) {
    Map<Value, Value> values = new HashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      values.put(graph.inputs().get(i), operands.get(i));
    }
    for (Node node : graph.nodes()) {
      List<Value> inputs = node.inputs().stream().map(v -> values.getOrDefault(v, v)).toList();
      List<Value> results = write(formula, node, inputs);
      for (int i = 0; i < results.size(); i++) {
        values.put(node.output(i), results.get(i));
      }
    }
    return graph.outputs().stream().map(v -> values.getOrDefault(v, v)).toList();
  }

  private static List<Value> write(Formula formula, Node node, List<Value> inputs) {
    boolean active = inputs.stream().anyMatch(formula::isActive);
    if (active && node.op() instanceof Structured op) {
      List<Value> expanded = Expansions.expand(formula, op, inputs);
      if (!expanded.isEmpty()) {
        return expanded;
      }
    }
    List<@Nullable Quant> quants = new ArrayList<>();
    node.outputs().forEach(type -> quants.add(type.quant()));
    return formula.add(node.name(), node.op(), inputs, quants);
  }

  private void accumulate(Value value, Value gradient) {
    Value before = gradients.get(value);
    gradients.put(value, before == null ? gradient : formula.add(before, gradient));
  }

  private Value of(Value value) {
    Value gradient = gradients.get(value);
    return gradient == null ? formula.zeros(value.type()) : gradient;
  }

  private void walkBack() {
    List<Node> nodes = List.copyOf(formula.nodes());
    for (int n = nodes.size() - 1; n >= 0; n--) {
      Node node = nodes.get(n);
      List<@Nullable Value> results = new ArrayList<>();
      for (int i = 0; i < node.outputs().size(); i++) {
        results.add(gradients.get(node.output(i)));
      }
      boolean reached = results.stream().anyMatch(r -> r != null);
      if (!reached || node.inputs().stream().noneMatch(formula::isActive)) {
        continue;
      }
      Backward backward = new Backward(formula, node, results);
      GradientRules.apply(backward);
      for (int i = 0; i < node.inputs().size(); i++) {
        Value gradient = backward.gradient(i);
        if (gradient != null && formula.isActive(node.inputs().get(i))) {
          accumulate(node.inputs().get(i), gradient);
        }
      }
    }
  }

  /// The graph without nodes that no output needs.
  private static Graph pruned(Graph graph) {
    Set<Node> needed = new HashSet<>();
    graph.outputs().forEach(v -> need(needed, v));
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      if (needed.contains(node)) {
        node.inputs().forEach(v -> need(needed, v));
      }
    }
    return new Graph(
        graph.name(),
        graph.inputs(),
        graph.outputs(),
        graph.outputNames(),
        graph.nodes().stream().filter(needed::contains).toList(),
        graph.notes());
  }

  private static void need(Set<Node> needed, Value value) {
    if (value instanceof Value.Result result) {
      needed.add(result.node());
    }
  }
}
