package dev.tendril.formats.onnx;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Subgraph;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.onnx.proto.GraphProto;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A node of a graph while it is written: operators that compute its results, by name.
///
/// Where it may be computed with channels first, and its operands are so, it is: operands and axes
/// are then those.
final class OnnxWriter {
  private final OnnxExport export;
  private final Node node;
  private final boolean first;

  OnnxWriter(OnnxExport export, Node node) {
    this.export = export;
    this.node = node;
    this.first = goesOnFirst();
  }

  private boolean goesOnFirst() {
    boolean any =
        switch (node.op()) {
          case Pointwise _, Move.Concat _, Move.Pad _ -> true;
          case Reduce.Reduction reduction -> reduction.keep();
          default -> false;
        };
    int rank = node.outputs().getFirst().shape().rank();
    return any
        && rank > 2
        && node.inputs().stream().anyMatch(export::isFirst)
        && node.inputs().stream().allMatch(value -> canBeFirst(value, rank));
  }

  private static boolean canBeFirst(Value value, int rank) {
    return value.type().shape().rank() == rank || value instanceof Value.Constant;
  }

  Node node() {
    return node;
  }

  boolean has(int i) {
    return i < node.inputs().size();
  }

  TensorType type(int i) {
    return node.inputs().get(i).type();
  }

  Shape shape(int i) {
    return type(i).shape();
  }

  DType dtype(int i) {
    return type(i).dtype();
  }

  TensorType out() {
    return node.outputs().getFirst();
  }

  @Nullable Tensor constantOrNull(int i) {
    return node.inputs().get(i) instanceof Value.Constant(_, Tensor tensor) ? tensor : null;
  }

  /// The name of an operand.
  String in(int i) {
    Value value = node.inputs().get(i);
    if (!first) {
      return export.last(value);
    }
    int rank = out().shape().rank();
    if (value instanceof Value.Constant(String name, Tensor tensor)
        && tensor.shape().rank() < rank) {
      if (tensor.shape().size() == 1 && tensor.type().quant() == null) {
        return export.last(value);
      }
      int[] dims = new int[rank];
      for (int axis = 0; axis < rank; axis++) {
        int own = axis - rank + tensor.shape().rank();
        dims[axis] = own < 0 ? 1 : tensor.shape().dim(own);
      }
      Tensor full = tensor.view(TensorType.of(tensor.dtype(), dims));
      int[] axes = dev.tendril.formats.graph.Layouts.toFirst(rank);
      return export.constant(name, MoveNodes.transposed(full, axes));
    }
    return export.first(value);
  }

  List<String> all() {
    return IntStream.range(0, node.inputs().size()).mapToObj(this::in).toList();
  }

  /// The name of an operand with channels first.
  String inFirst(int i) {
    return export.first(node.inputs().get(i));
  }

  /// An axis in the order that the operands are in.
  int axis(int axis, Shape shape) {
    int at = shape.axis(axis);
    if (!first || at == 0) {
      return at;
    }
    return at == shape.rank() - 1 ? 1 : at + 1;
  }

  FormatException refusal(String reason) {
    return new FormatException(reason);
  }

  String constant(Tensor tensor) {
    return export.constant(node.name() + "/c", tensor);
  }

  String longs(List<Integer> values) {
    return longs(values.stream().mapToLong(Integer::longValue).toArray());
  }

  String longs(long... values) {
    return constant(Tensor.of(values, values.length));
  }

  String scalar(DType dtype, double value) {
    return constant(Tensor.of(TensorType.of(dtype), value));
  }

  String emit(String type, NodeAttributes attributes, String... inputs) {
    return export.emit(type, List.of(inputs), attributes, export.named(node.name()));
  }

  String emit(String type, String... inputs) {
    return emit(type, NodeAttributes.none(), inputs);
  }

  List<String> emitAll(String type, NodeAttributes attributes, List<String> inputs, int count) {
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outputs.add(export.named(node.name()));
    }
    return export.emitAll(type, inputs, attributes, outputs);
  }

  /// Another element type.
  String cast(String name, DType to) {
    return emit("Cast", NodeAttributes.none().with("to", OnnxTypes.number(to)), name);
  }

  /// The result, in the order that the operands are in.
  void give(String name) {
    export.give(node.output(), name, first);
  }

  void give(int result, String name) {
    export.give(node.output(result), name, false);
  }

  /// The result, with channels first.
  void giveFirst(String name) {
    export.give(node.output(), name, true);
  }

  GraphProto inner(Subgraph body, List<Value> operands) {
    if (!(body instanceof Graph graph)) {
      throw refusal("a subgraph of class " + body.getClass().getName());
    }
    return export.inner(graph.withTypes(operands.stream().map(Value::type).toList()), operands);
  }
}
