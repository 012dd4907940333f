package dev.tendril.conformance.ops;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.ShapeRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An op on operands: a question that all kernels must answer alike.
///
/// @param quants how results are quantized, as a node says it
/// @param usual whether all operands are few ordinary numbers, so that differences of results tell
///     derivatives
record OpCase(Op op, List<Tensor> operands, List<? extends @Nullable Quant> quants, boolean usual) {
  OpCase {
    operands = List.copyOf(operands);
  }

  String name() {
    return op.name();
  }

  /// The types of the results.
  List<TensorType> types() {
    return ShapeRules.infer(op, operands.stream().map(Tensor::type).toList(), quants);
  }

  /// What it comes to.
  List<Tensor> expected() {
    return ReferenceKernels.run(op, operands, types());
  }

  boolean isQuantized() {
    return operands.stream().anyMatch(operand -> operand.type().quant() != null)
        || types().stream().anyMatch(type -> type.quant() != null);
  }

  /// Whether an operand has an element type.
  boolean has(DType dtype) {
    return operands.stream().anyMatch(operand -> operand.dtype() == dtype);
  }

  /// Whether the floats among operands are all of a type, and there are some.
  boolean isOf(DType dtype) {
    return has(dtype)
        && operands.stream().allMatch(o -> o.dtype() == dtype || !o.dtype().isFloat())
        && !isQuantized();
  }

  /// It as a node.
  ///
  /// @param constants the number of last operands that are constants
  Node node(int constants) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      values.add(
          i >= operands.size() - constants
              ? new Value.Constant("c" + i, operands.get(i))
              : new Value.Input("x" + i, operands.get(i).type()));
    }
    return new Node("node", op, values, types());
  }

  /// It as a graph of one node.
  ///
  /// @param constants the number of last operands that are constants
  Graph graph(int constants) {
    return graph(operands.stream().map(Tensor::type).toList(), constants);
  }

  /// It as a graph of one node on inputs of types that admit the operands.
  Graph graph(List<TensorType> types, int constants) {
    GraphBuilder builder = Graph.builder("case");
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      values.add(
          i >= operands.size() - constants
              ? builder.constant("c" + i, operands.get(i))
              : builder.input("x" + i, types.get(i)));
    }
    List<Value> results = builder.add("node", op, values, quants);
    for (int i = 0; i < results.size(); i++) {
      builder.output("y" + i, results.get(i));
    }
    return builder.build();
  }

  @Override
  public String toString() {
    return op + " of " + operands.stream().map(Tensor::type).toList() + " -> " + types();
  }
}
