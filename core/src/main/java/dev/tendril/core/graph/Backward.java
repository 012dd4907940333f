package dev.tendril.core.graph;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One step back through a node: what a rule of [GradientRules] knows, and where it puts what it
/// finds.
final class Backward {
  final Formula f;
  private final Node node;
  private final List<@Nullable Value> results;
  private final @Nullable Value[] found;

  /// @param results the gradients by the node's results; null for zero
  Backward(Formula f, Node node, List<@Nullable Value> results) {
    this.f = f;
    this.node = node;
    this.results = results;
    this.found = new Value[node.inputs().size()];
  }

  Node node() {
    return node;
  }

  /// An operand.
  Value x(int i) {
    return node.inputs().get(i);
  }

  Value x() {
    return x(0);
  }

  boolean has(int i) {
    return i < node.inputs().size();
  }

  Shape shape(int i) {
    return x(i).type().shape();
  }

  DType dtype() {
    return x().type().dtype();
  }

  /// The first result.
  Value y() {
    return node.output();
  }

  /// The gradient by the first result.
  Value dy() {
    return dy(0);
  }

  Value dy(int i) {
    Value gradient = results.get(i);
    return gradient == null ? f.zeros(node.outputs().get(i)) : gradient;
  }

  /// Whether the gradient by an operand is needed.
  boolean wants(int i) {
    return has(i) && f.isActive(x(i));
  }

  /// Sets the gradient by an operand; without, it is zero.
  void give(int i, Value gradient) {
    found[i] = gradient;
  }

  /// Sets the gradient by an operand that was broadcast.
  void giveSummed(int i, Value gradient) {
    give(i, f.unbroadcast(gradient, shape(i)));
  }

  @Nullable Value gradient(int i) {
    return found[i];
  }

  /// @param of what has no derivative by what, and why
  TensorException refusal(String of) {
    return new TensorException(
        "gradients: node " + node.name() + ": " + node.op().name() + " has no derivative" + of);
  }
}
