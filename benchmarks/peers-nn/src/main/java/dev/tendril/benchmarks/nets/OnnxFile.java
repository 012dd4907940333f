package dev.tendril.benchmarks.nets;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes those graphs that [dev.tendril.benchmarks.Nets] makes as files of ONNX, operator set 13.
/// ONNX has channels before rows and columns, so images and filters are turned.
final class OnnxFile {
  private static final int IR_VERSION = 8;
  private static final int OPERATOR_SET = 13;
  private static final int FLOAT = 1;

  private final ProtoMessage graph = new ProtoMessage();
  private final Map<Value, String> names = new HashMap<>();

  private OnnxFile() {}

  /// @throws IllegalArgumentException when an op is none of those that the networks have
  static byte[] of(Graph graph) {
    return new OnnxFile().write(graph);
  }

  private byte[] write(Graph source) {
    graph.text(2, source.name());
    constant("zero", new float[] {0});
    constant("six", new float[] {6});
    for (Value.Input input : source.inputs()) {
      names.put(input, input.name());
      graph.message(11, description(input.name(), turned(input.type().shape())));
    }
    source.nodes().forEach(this::node);
    for (Value output : source.outputs()) {
      graph.message(12, description(name(output), turned(output.type().shape())));
    }
    return new ProtoMessage()
        .number(1, IR_VERSION)
        .message(7, graph)
        .message(8, new ProtoMessage().text(1, "").number(2, OPERATOR_SET))
        .toBytes();
  }

  private String name(Value value) {
    String name = names.get(value);
    if (name == null) {
      throw new IllegalArgumentException(value.name() + " is used before it is computed");
    }
    return name;
  }

  private void node(Node node) {
    String result = node.name();
    names.put(node.output(), result);
    String x = name(node.inputs().getFirst());
    Shape before = node.inputs().getFirst().type().shape();
    switch (node.op()) {
      case Contract.Conv conv when conv.groups() == 1 -> {
        weights(node, OnnxFile::outInRowsColumns);
        Shape filter = node.inputs().get(1).type().shape();
        List<Integer> window = List.of(filter.dim(1), filter.dim(2));
        convolve(node, window, conv.strides(), conv.padding(), 1, conv.activation());
      }
      case Contract.DepthwiseConv conv -> {
        weights(node, OnnxFile::channelRowsColumns);
        Shape filter = node.inputs().get(1).type().shape();
        List<Integer> window = List.of(filter.dim(0), filter.dim(1));
        convolve(node, window, conv.strides(), conv.padding(), before.dim(3), conv.activation());
      }
      case Contract.MatMul product when product.transposeB() -> {
        weights(node, Tensor::toFloatArray);
        List<String> operands = List.of(x, result + "_w", result + "_b");
        activated(product.activation(), "Gemm", operands, result, number("transB", 1));
      }
      case Pointwise.Binary binary when binary.kind() == BinaryKind.ADD ->
          operator("Add", List.of(x, name(node.inputs().get(1))), result);
      case Reduce.Reduction mean when isGlobal(mean, before) -> {
        operator("GlobalAveragePool", List.of(x), result + "_pool");
        operator("Flatten", List.of(result + "_pool"), result);
      }
      case Structured.Softmax softmax when softmax.beta() == 1 ->
          operator("Softmax", List.of(x), result, number("axis", softmax.axis()));
      default -> throw unknown(node.op());
    }
  }

  private static boolean isGlobal(Reduce.Reduction op, Shape shape) {
    return op.kind() == Reduce.Kind.MEAN
        && shape.rank() == 4
        && op.axes().equals(List.of(1, 2))
        && !op.keep();
  }

  private static IllegalArgumentException unknown(Op op) {
    return new IllegalArgumentException("op " + op + " in a file of ONNX");
  }

  private void convolve(
      Node node,
      List<Integer> window,
      List<Integer> strides,
      Padding padding,
      int groups,
      Activation activation) {
    Shape shape = node.inputs().getFirst().type().shape();
    int[] pads = new int[4];
    for (int axis = 0; axis < 2; axis++) {
      int extent = shape.dim(axis + 1);
      pads[axis] = padding.before(axis, extent, window.get(axis), strides.get(axis), 1);
      pads[axis + 2] = padding.after(axis, extent, window.get(axis), strides.get(axis), 1);
    }
    String result = node.name();
    List<String> operands = List.of(name(node.inputs().getFirst()), result + "_w", result + "_b");
    activated(
        activation,
        "Conv",
        operands,
        result,
        numbers("kernel_shape", window.get(0), window.get(1)),
        numbers("strides", strides.get(0), strides.get(1)),
        numbers("pads", pads),
        number("group", groups));
  }

  private void activated(
      Activation activation,
      String type,
      List<String> operands,
      String result,
      ProtoMessage... attributes) {
    String before = activation == Activation.NONE ? result : result + "_before";
    operator(type, operands, before, attributes);
    switch (activation) {
      case NONE -> {}
      case RELU -> operator("Relu", List.of(before), result);
      case RELU6 -> operator("Clip", List.of(before, "zero", "six"), result);
      case RELU_N1_TO_1, TANH, SIGMOID ->
          throw new IllegalArgumentException("activation " + activation + " in a file of ONNX");
    }
  }

  private void operator(
      String type, List<String> operands, String result, ProtoMessage... attributes) {
    ProtoMessage node = new ProtoMessage();
    operands.forEach(operand -> node.text(1, operand));
    node.text(2, result).text(3, result + "_" + type).text(4, type);
    for (ProtoMessage attribute : attributes) {
      node.message(5, attribute);
    }
    graph.message(1, node);
  }

  private static ProtoMessage number(String name, int value) {
    return new ProtoMessage().text(1, name).number(3, value).number(20, 2);
  }

  private static ProtoMessage numbers(String name, int... values) {
    ProtoMessage attribute = new ProtoMessage().text(1, name);
    for (int value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7);
  }

  private static ProtoMessage description(String name, int[] dims) {
    ProtoMessage shape = new ProtoMessage();
    for (int extent : dims) {
      shape.message(1, new ProtoMessage().number(1, extent));
    }
    ProtoMessage type = new ProtoMessage().number(1, FLOAT).message(2, shape);
    return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, type));
  }

  /// Brings values to the order of ONNX.
  private interface Turning {
    float[] turn(Tensor values);
  }

  /// Writes the filter or the weights of a node, and its bias.
  private void weights(Node node, Turning turning) {
    if (!(node.inputs().get(1) instanceof Value.Constant weights)
        || !(node.inputs().get(2) instanceof Value.Constant bias)) {
      throw new IllegalArgumentException(node.name() + ": expected constant weights and bias");
    }
    int[] dims =
        node.op() instanceof Contract.DepthwiseConv
            ? new int[] {weights.type().shape().dim(2), 1, extent(weights, 0), extent(weights, 1)}
            : turned(weights.type().shape());
    constant(node.name() + "_w", turning.turn(weights.tensor()), dims);
    constant(node.name() + "_b", bias.tensor().toFloatArray(), extent(bias, 0));
  }

  private static int extent(Value value, int axis) {
    return value.type().shape().dim(axis);
  }

  private void constant(String name, float[] values, int... dims) {
    ProtoMessage tensor = new ProtoMessage();
    for (int extent : dims) {
      tensor.number(1, extent);
    }
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    graph.message(5, tensor.number(2, FLOAT).text(8, name).bytes(9, raw.array()));
  }

  /// The extents with the last axis second, where there are four.
  private static int[] turned(Shape shape) {
    if (shape.rank() == 4) {
      return new int[] {shape.dim(0), shape.dim(3), shape.dim(1), shape.dim(2)};
    }
    int[] dims = new int[shape.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.dim(i);
    }
    return dims;
  }

  private static float[] outInRowsColumns(Tensor filter) {
    return channelsSecond(filter.toFloatArray(), new TensorType(filter.dtype(), filter.shape()));
  }

  private static float[] channelRowsColumns(Tensor filter) {
    Shape s = filter.shape();
    Shape one = Shape.of(1, s.dim(0), s.dim(1), s.dim(2));
    return channelsSecond(filter.toFloatArray(), new TensorType(filter.dtype(), one));
  }

  /// `[n, rows, columns, channels]` as `[n, channels, rows, columns]`.
  static float[] channelsSecond(float[] values, TensorType type) {
    int channels = type.shape().dim(3);
    int area = type.shape().dim(1) * type.shape().dim(2);
    float[] turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int channel = i % channels;
      int place = i / channels % area;
      int n = i / channels / area;
      turned[(n * channels + channel) * area + place] = values[i];
    }
    return turned;
  }
}
