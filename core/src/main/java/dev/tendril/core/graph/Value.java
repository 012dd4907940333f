package dev.tendril.core.graph;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;

/// What flows through a graph: an operand of the whole, a constant, or a result of a node. Values
/// are told apart by identity, not by content.
public sealed interface Value {
  /// The name in texts of the graph; unique in a graph.
  String name();

  TensorType type();

  /// An operand of the graph.
  record Input(String name, TensorType type) implements Value {
    @Override
    public boolean equals(Object o) {
      return this == o;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /// A tensor that is the same in every run.
  record Constant(String name, Tensor tensor) implements Value {
    @Override
    public TensorType type() {
      return tensor.type();
    }

    @Override
    public boolean equals(Object o) {
      return this == o;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /// A result of a node.
  ///
  /// @param index which one; most nodes have but one
  record Result(Node node, int index) implements Value {
    /// The node's name, and `:1`, `:2`, ... for the second result and further ones.
    @Override
    public String name() {
      return index == 0 ? node.name() : node.name() + ":" + index;
    }

    @Override
    public TensorType type() {
      return node.outputs().get(index);
    }
  }
}
