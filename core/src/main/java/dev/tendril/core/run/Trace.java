package dev.tendril.core.run;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Op;
import dev.tendril.core.place.Placement;
import dev.tendril.core.spi.DeviceName;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The recording of a function: ops on symbolic tensors become nodes of a graph. Tensors that have
/// values become constants.
final class Trace {
  private static final ThreadLocal<@Nullable Trace> CURRENT = new ThreadLocal<>();

  private final GraphBuilder builder;
  private final IdentityHashMap<Tensor, Value> values = new IdentityHashMap<>();

  private Trace(String name) {
    this.builder = Graph.builder(name);
  }

  /// The graph of what a function does to tensors of these types.
  static Graph record(
      String name, List<TensorType> types, Function<List<Tensor>, List<Tensor>> body) {
    Trace outer = CURRENT.get();
    Trace trace = new Trace(name);
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      Tensor input = Tensor.symbolic(types.get(i));
      inputs.add(input);
      trace.values.put(input, trace.builder.input("x" + i, types.get(i)));
    }
    CURRENT.set(trace);
    try {
      List<Tensor> results = body.apply(List.copyOf(inputs));
      for (int i = 0; i < results.size(); i++) {
        trace.builder.output("y" + i, trace.value(results.get(i)));
      }
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
    return trace.builder.build();
  }

  /// Records an op on tensors of which at least one is symbolic.
  static List<Tensor> add(Op op, List<Tensor> operands) {
    Trace trace = CURRENT.get();
    if (trace == null) {
      throw new TensorException(
          op.name()
              + " of a symbolic tensor outside of the function that it was traced in: what a"
              + " traced function keeps must be its result");
    }
    List<Value> results = trace.builder.add(op, operands.stream().map(trace::value).toList());
    if (results.getFirst() instanceof Value.Result(Node node, _)) {
      trace.place(node);
    }
    return trace.tensors(results);
  }

  /// Records the nodes of a graph.
  ///
  /// @param operands in place of its inputs
  static List<Tensor> inline(Graph graph, List<Tensor> operands) {
    Trace trace = CURRENT.get();
    if (trace == null) {
      throw new TensorException(
          "graph "
              + graph.name()
              + " of a symbolic tensor outside of the function that it was traced in");
    }
    return trace.tensors(trace.builder.inline(graph, operands.stream().map(trace::value).toList()));
  }

  /// Notes where a node was asked for.
  private void place(Node node) {
    Scope scope = Scope.current();
    if (scope.with() != null && scope.with().isSymbolic()) {
      if (values.get(scope.with()) instanceof Value.Result(Node other, _)) {
        builder.note(Graph.noteKey(Placement.WITH, node.name()), other.name());
      }
      return;
    }
    DeviceName wanted = Scope.wanted();
    if (wanted != null) {
      builder.note(Graph.noteKey(Placement.DEVICE, node.name()), wanted.toString());
    }
  }

  private List<Tensor> tensors(List<Value> results) {
    List<Tensor> tensors = new ArrayList<>();
    for (Value result : results) {
      Tensor tensor = Tensor.symbolic(result.type());
      values.put(tensor, result);
      tensors.add(tensor);
    }
    return List.copyOf(tensors);
  }

  private Value value(Tensor tensor) {
    Value known = values.get(tensor);
    if (known != null) {
      return known;
    }
    if (tensor.isSymbolic()) {
      throw new TensorException(
          "a symbolic tensor of type "
              + tensor.type()
              + " of another function: pass it as an operand");
    }
    Value constant = builder.constant(tensor);
    values.put(tensor, constant);
    return constant;
  }
}
