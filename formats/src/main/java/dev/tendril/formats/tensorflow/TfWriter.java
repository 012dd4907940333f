package dev.tendril.formats.tensorflow;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.ShapeRules;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.graph.GraphDraft;
import java.util.List;
import java.util.stream.IntStream;

/// A node of a graph while it is written: operators that compute its results, by name.
final class TfWriter {
  private final TfExport export;
  private final Node node;

  TfWriter(TfExport export, Node node) {
    this.export = export;
    this.node = node;
  }

  Node node() {
    return node;
  }

  boolean has(int i) {
    return i < node.inputs().size();
  }

  Shape shape(int i) {
    return node.inputs().get(i).type().shape();
  }

  DType dtype(int i) {
    return node.inputs().get(i).type().dtype();
  }

  TensorType out() {
    return node.outputs().getFirst();
  }

  String in(int i) {
    return export.name(node.inputs().get(i));
  }

  List<String> all() {
    return node.inputs().stream().map(export::name).toList();
  }

  FormatException refusal(String reason) {
    return new FormatException(reason);
  }

  String constant(Tensor tensor) {
    return export.constant(node.name() + "/c", tensor);
  }

  String ints(List<Integer> values) {
    return ints(values.stream().mapToInt(Integer::intValue).toArray());
  }

  String ints(int... values) {
    return constant(Tensor.vector(values));
  }

  String scalar(DType dtype, double value) {
    return constant(Tensor.of(TensorType.of(dtype), value));
  }

  String emit(String op, TfAttributes attributes, String... inputs) {
    return emit(op, attributes, List.of(inputs));
  }

  String emit(String op, TfAttributes attributes, List<String> inputs) {
    return export.emit(op, inputs, attributes, export.free(node.name()));
  }

  /// An operand with its axes in another order; constants are moved here.
  String transposed(int i, int... order) {
    Value value = node.inputs().get(i);
    Move.Transpose move = new Move.Transpose(GraphDraft.list(order));
    if (value instanceof Value.Constant(_, Tensor tensor)) {
      return constant(
          ReferenceKernels.run(
                  move, List.of(tensor), ShapeRules.infer(move, List.of(tensor.type())))
              .getFirst());
    }
    TfAttributes types = TfAttributes.of("T", dtype(i)).with("Tperm", DType.I32);
    return emit("Transpose", types, in(i), ints(order));
  }

  /// An operand with another shape; constants are seen so.
  String reshaped(int i, int... dims) {
    Value value = node.inputs().get(i);
    if (value instanceof Value.Constant(_, Tensor tensor)) {
      return constant(tensor.view(TensorType.of(tensor.dtype(), dims)));
    }
    TfAttributes types = TfAttributes.of("T", dtype(i)).with("Tshape", DType.I32);
    return emit("Reshape", types, in(i), ints(dims));
  }

  static int[] range(int from, int to) {
    return IntStream.range(from, to).toArray();
  }

  void give(String name) {
    export.give(node.output(), name);
  }

  void give(int result, String name) {
    export.give(node.output(result), name);
  }
}
