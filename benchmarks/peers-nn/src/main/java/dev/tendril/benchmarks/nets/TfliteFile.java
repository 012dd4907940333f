package dev.tendril.benchmarks.nets;

import static dev.tendril.benchmarks.nets.FlatBuffer.Field.number;
import static dev.tendril.benchmarks.nets.FlatBuffer.Field.reference;
import static dev.tendril.benchmarks.nets.FlatBuffer.Field.small;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
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
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes those graphs that [dev.tendril.benchmarks.Nets] makes as files of TensorFlow Lite, whose
/// layouts of filters and weights are Tendril's.
final class TfliteFile {
  private static final int VERSION = 3;
  private static final int FLOAT32 = 0;
  private static final int INT32 = 2;

  private final FlatBuffer out = new FlatBuffer();
  private final List<Integer> buffers = new ArrayList<>();
  private final List<Integer> tensors = new ArrayList<>();
  private final List<Integer> operators = new ArrayList<>();
  private final List<Integer> codes = new ArrayList<>();
  private final Map<Value, Integer> numbers = new HashMap<>();

  private TfliteFile() {}

  /// @throws IllegalArgumentException when an op is none of those that the networks have
  static byte[] of(Graph graph) {
    return new TfliteFile().write(graph);
  }

  private byte[] write(Graph graph) {
    buffers.add(out.table());
    for (Value input : graph.inputs()) {
      numbers.put(input, tensor(input.name(), input.type().shape(), FLOAT32, 0));
    }
    graph.nodes().forEach(this::operator);
    int[] inputs = graph.inputs().stream().mapToInt(numbers::get).toArray();
    int[] outputs = graph.outputs().stream().mapToInt(numbers::get).toArray();
    int subgraph =
        out.table(
            reference(0, out.references(tensors)),
            reference(1, out.numbers(inputs)),
            reference(2, out.numbers(outputs)),
            reference(3, out.references(operators)),
            reference(4, out.text(graph.name())));
    List<Integer> opcodes = new ArrayList<>();
    for (int code : codes) {
      opcodes.add(out.table(number(3, code), number(2, 1), small(0, code)));
    }
    int model =
        out.table(
            number(0, VERSION),
            reference(1, out.references(opcodes)),
            reference(2, out.references(List.of(subgraph))),
            reference(4, out.references(buffers)));
    return out.finish(model, "TFL3");
  }

  /// An op of the format: its code, the kind and table of its options, and further operands.
  private record Builtin(int code, int kind, int options, int... further) {}

  private void operator(Node node) {
    Builtin builtin = builtin(node.op());
    List<Integer> operands = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      operands.add(operand(node, i));
    }
    for (int number : builtin.further) {
      operands.add(number);
    }
    int result = tensor(node.name(), node.outputs().getFirst().shape(), FLOAT32, 0);
    numbers.put(node.output(), result);
    if (!codes.contains(builtin.code)) {
      codes.add(builtin.code);
    }
    operators.add(
        out.table(
            number(0, codes.indexOf(builtin.code)),
            reference(1, out.numbers(operands.stream().mapToInt(Integer::intValue).toArray())),
            reference(2, out.numbers(result)),
            reference(4, builtin.options),
            small(3, builtin.kind)));
  }

  private Builtin builtin(Op op) {
    return switch (op) {
      case Contract.Conv conv when conv.groups() == 1 ->
          new Builtin(
              3,
              1,
              out.table(
                  number(1, conv.strides().get(1)),
                  number(2, conv.strides().get(0)),
                  small(0, padding(conv.padding())),
                  small(3, activation(conv.activation()))));
      case Contract.DepthwiseConv conv ->
          new Builtin(
              4,
              2,
              out.table(
                  number(1, conv.strides().get(1)),
                  number(2, conv.strides().get(0)),
                  number(3, 1),
                  small(0, padding(conv.padding())),
                  small(4, activation(conv.activation()))));
      case Contract.MatMul product when product.transposeB() ->
          new Builtin(9, 8, out.table(small(0, activation(product.activation()))));
      case Pointwise.Binary binary when binary.kind() == BinaryKind.ADD ->
          new Builtin(0, 11, out.table());
      case Reduce.Reduction mean when mean.kind() == Reduce.Kind.MEAN ->
          new Builtin(40, 27, out.table(small(0, mean.keep() ? 1 : 0)), axes(mean.axes()));
      case Structured.Softmax softmax ->
          new Builtin(25, 9, out.table(number(0, Float.floatToIntBits(softmax.beta()))));
      default -> throw new IllegalArgumentException("op " + op + " in a file of TensorFlow Lite");
    };
  }

  private static int padding(Padding padding) {
    return switch (padding.kind()) {
      case SAME -> 0;
      case VALID -> 1;
      case EXPLICIT ->
          throw new IllegalArgumentException("explicit padding in a file of TensorFlow Lite");
    };
  }

  private static int activation(Activation activation) {
    return switch (activation) {
      case NONE -> 0;
      case RELU -> 1;
      case RELU_N1_TO_1 -> 2;
      case RELU6 -> 3;
      case TANH -> 4;
      case SIGMOID ->
          throw new IllegalArgumentException("a fused sigmoid in a file of TensorFlow Lite");
    };
  }

  private int operand(Node node, int index) {
    Value value = node.inputs().get(index);
    Integer known = numbers.get(value);
    if (known != null) {
      return known;
    }
    if (!(value instanceof Value.Constant constant)) {
      throw new IllegalArgumentException(value.name() + " is used before it is computed");
    }
    Tensor tensor = constant.tensor();
    Shape shape = tensor.shape();
    if (node.op() instanceof Contract.DepthwiseConv && index == 1) {
      shape = Shape.of(1, shape.dim(0), shape.dim(1), shape.dim(2));
    }
    buffers.add(out.table(reference(0, out.bytes(tensor.memory().toArray(ValueLayout.JAVA_BYTE)))));
    int number = tensor(constant.name(), shape, FLOAT32, buffers.size() - 1);
    numbers.put(value, number);
    return number;
  }

  private int axes(List<Integer> axes) {
    ByteBuffer values = ByteBuffer.allocate(4 * axes.size()).order(ByteOrder.LITTLE_ENDIAN);
    axes.forEach(values::putInt);
    buffers.add(out.table(reference(0, out.bytes(values.array()))));
    return tensor("axes", Shape.of(axes.size()), INT32, buffers.size() - 1);
  }

  private int tensor(String name, Shape shape, int type, int buffer) {
    int[] dims = new int[shape.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.dim(i);
    }
    tensors.add(
        out.table(
            reference(0, out.numbers(dims)),
            number(2, buffer),
            reference(3, out.text(name)),
            small(1, type)));
    return tensors.size() - 1;
  }
}
