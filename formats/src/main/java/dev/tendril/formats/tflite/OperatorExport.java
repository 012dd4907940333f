package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Padding;
import dev.tendril.formats.FormatException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A node of a graph while it is written: operators that compute its results, each giving a tensor.
final class OperatorExport {
  private final GraphExport graph;
  private final Node node;
  private int made;

  OperatorExport(GraphExport graph, Node node) {
    this.graph = graph;
    this.node = node;
  }

  GraphExport graph() {
    return graph;
  }

  Node node() {
    return node;
  }

  int count() {
    return node.inputs().size();
  }

  boolean has(int i) {
    return i < node.inputs().size();
  }

  /// The tensor of an operand.
  int in(int i) {
    return graph.number(node.inputs().get(i));
  }

  List<Integer> all() {
    return node.inputs().stream().map(graph::number).toList();
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

  /// A constant operand; null when it is none.
  @Nullable Tensor constantOrNull(int i) {
    return node.inputs().get(i) instanceof Value.Constant constant ? constant.tensor() : null;
  }

  /// The type of a result.
  TensorType out(int i) {
    return node.outputs().get(i);
  }

  TensorType out() {
    return out(0);
  }

  /// What cannot be written, for the caller to throw.
  FormatException refusal(String reason) {
    return new FormatException(reason);
  }

  int constant(Tensor tensor) {
    return graph.constant(tensor);
  }

  int ints(List<Integer> values) {
    return ints(values.stream().mapToInt(Integer::intValue).toArray());
  }

  int ints(int... values) {
    return constant(Tensor.vector(values));
  }

  /// A scalar of a type of numbers.
  int scalar(DType dtype, double value) {
    return constant(Tensor.of(TensorType.of(dtype), value));
  }

  private String label() {
    return made++ == 0 ? node.name() : node.name() + "/" + (made - 1);
  }

  /// An operator with one result.
  int apply(String builtin, Map<String, Object> options, TensorType type, int... operands) {
    int result = graph.add(label(), type);
    List<Integer> inputs = Arrays.stream(operands).boxed().toList();
    graph.emit(builtin, version(builtin, inputs, type), options, inputs, List.of(result));
    return result;
  }

  int apply(String builtin, TensorType type, int... operands) {
    return apply(builtin, Map.of(), type, operands);
  }

  /// An operator with all results of the node.
  void applyAll(String builtin, Map<String, Object> options, List<Integer> operands) {
    List<Integer> results = node.outputs().stream().map(type -> graph.add(label(), type)).toList();
    graph.emit(
        builtin, version(builtin, operands, node.outputs().getFirst()), options, operands, results);
    give(results);
  }

  private int version(String builtin, List<Integer> operands, TensorType result) {
    return Versions.of(
        builtin, operands.stream().filter(tensor -> tensor >= 0).map(graph::type).toList(), result);
  }

  /// The node's result.
  void give(int tensor) {
    graph.put(node.output(0), tensor);
  }

  void give(List<Integer> tensors) {
    for (int i = 0; i < tensors.size(); i++) {
      graph.put(node.output(i), tensors.get(i));
    }
  }

  TensorType typeOf(int tensor) {
    return graph.type(tensor);
  }

  /// The same elements with another shape.
  int reshape(int tensor, TensorType type) {
    if (typeOf(tensor).equals(type)) {
      return tensor;
    }
    Tensor constant = graph.tensorOrNull(tensor);
    if (constant != null) {
      return constant(constant.view(type));
    }
    int[] dims = type.shape().dims();
    return apply("RESHAPE", Map.of("new_shape", dims), type, tensor, ints(dims));
  }

  /// The number of an activation that operators have inside; 0 for those that come after.
  static long fused(Activation activation) {
    return switch (activation) {
      case NONE, TANH, SIGMOID -> 0;
      case RELU -> 1;
      case RELU_N1_TO_1 -> 2;
      case RELU6 -> 3;
    };
  }

  /// An activation after an operator, if none was inside.
  int after(int tensor, Activation activation) {
    return switch (activation) {
      case NONE, RELU, RELU6, RELU_N1_TO_1 -> tensor;
      case TANH -> apply("TANH", typeOf(tensor), tensor);
      case SIGMOID -> apply("LOGISTIC", typeOf(tensor), tensor);
    };
  }

  /// An activation of its own.
  int activate(int tensor, Activation activation) {
    return switch (activation) {
      case NONE -> tensor;
      case RELU -> apply("RELU", typeOf(tensor), tensor);
      case RELU6 -> apply("RELU6", typeOf(tensor), tensor);
      case RELU_N1_TO_1 -> apply("RELU_N1_TO_1", typeOf(tensor), tensor);
      case TANH, SIGMOID -> after(tensor, activation);
    };
  }

  long padding(Padding padding) {
    return padding.kind() == Padding.Kind.SAME ? 0 : 1;
  }

  /// Options by name and value, whole numbers or not.
  static Map<String, Object> options(Object... pairs) {
    Map<String, Object> options = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      Object value =
          switch (pairs[i + 1]) {
            case Integer whole -> (Object) whole.longValue();
            case Boolean flag -> flag ? 1L : 0L;
            case Object other -> other;
          };
      options.put((String) pairs[i], value);
    }
    return options;
  }

  int subgraph(Graph other) {
    return graph.subgraph(other);
  }
}
