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
  /// The versions that runtimes ask for where operands are quantized to 8 bits; else 1.
  private static final Map<String, Integer> VERSIONS =
      Map.ofEntries(
          Map.entry("CONV_2D", 3),
          Map.entry("DEPTHWISE_CONV_2D", 3),
          Map.entry("FULLY_CONNECTED", 4),
          Map.entry("TRANSPOSE_CONV", 2),
          Map.entry("BATCH_MATMUL", 2),
          Map.entry("SVDF", 3),
          Map.entry("SOFTMAX", 2),
          Map.entry("LOG_SOFTMAX", 2),
          Map.entry("L2_NORMALIZATION", 2),
          Map.entry("ADD", 2),
          Map.entry("SUB", 2),
          Map.entry("MUL", 2),
          Map.entry("MAXIMUM", 2),
          Map.entry("MINIMUM", 2),
          Map.entry("AVERAGE_POOL_2D", 2),
          Map.entry("MAX_POOL_2D", 2),
          Map.entry("MEAN", 2),
          Map.entry("SUM", 2),
          Map.entry("CONCATENATION", 2),
          Map.entry("PAD", 2),
          Map.entry("PADV2", 2),
          Map.entry("MIRROR_PAD", 2),
          Map.entry("SLICE", 2),
          Map.entry("STRIDED_SLICE", 2),
          Map.entry("TRANSPOSE", 2),
          Map.entry("SPACE_TO_DEPTH", 2),
          Map.entry("GATHER", 2),
          Map.entry("LOGISTIC", 2),
          Map.entry("TANH", 2),
          Map.entry("RELU", 2),
          Map.entry("RELU6", 2),
          Map.entry("LEAKY_RELU", 2),
          Map.entry("DEQUANTIZE", 2),
          Map.entry("ARG_MAX", 2),
          Map.entry("ARG_MIN", 2),
          Map.entry("RESIZE_BILINEAR", 2),
          Map.entry("RESIZE_NEAREST_NEIGHBOR", 2),
          Map.entry("TOPK_V2", 2));

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
    graph.emit(builtin, version(builtin, inputs), options, inputs, List.of(result));
    return result;
  }

  int apply(String builtin, TensorType type, int... operands) {
    return apply(builtin, Map.of(), type, operands);
  }

  /// An operator with all results of the node.
  void applyAll(String builtin, Map<String, Object> options, List<Integer> operands) {
    List<Integer> results = node.outputs().stream().map(type -> graph.add(label(), type)).toList();
    graph.emit(builtin, version(builtin, operands), options, operands, results);
    give(results);
  }

  private int version(String builtin, List<Integer> operands) {
    if (builtin.equals("BROADCAST_TO")) {
      return 2; // There was no first version.
    }
    boolean bytes = false;
    for (int operand : operands) {
      if (operand >= 0) {
        TensorType type = graph.type(operand);
        bytes |= type.quant() != null && type.dtype().bits() <= 8;
      }
    }
    return bytes ? VERSIONS.getOrDefault(builtin, 1) : 1;
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
