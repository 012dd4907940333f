package dev.tendril.core.graph;

import dev.tendril.core.TensorType;
import dev.tendril.core.op.Op;
import java.util.List;

/// An op applied to values. Nodes are told apart by identity, not by content.
///
/// @param name unique in a graph
/// @param outputs the types of its results
public record Node(String name, Op op, List<Value> inputs, List<TensorType> outputs) {
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /// The first result.
  public Value.Result output() {
    return new Value.Result(this, 0);
  }

  public Value.Result output(int index) {
    return new Value.Result(this, index);
  }

  public List<TensorType> inputTypes() {
    return inputs.stream().map(Value::type).toList();
  }

  @Override
  public boolean equals(Object o) {
    return this == o;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /// The name and the op; what it needs is left out, since all of it may be a large graph.
  @Override
  public String toString() {
    return name + ": " + op + " -> " + outputs;
  }
}
