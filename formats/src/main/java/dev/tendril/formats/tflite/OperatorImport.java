package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.ShapeRules;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.tflite.Layout.Operator;
import dev.tendril.formats.tflite.Layout.TensorEntry;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// An operator of a file while it is read: its operands as values, its options, and the nodes that
/// are made of it.
final class OperatorImport {
  private static final Activation[] ACTIVATIONS = {
    Activation.NONE, Activation.RELU, Activation.RELU_N1_TO_1, Activation.RELU6, Activation.TANH
  };

  private final GraphImport graph;
  private final Operator operator;

  OperatorImport(GraphImport graph, Operator operator) {
    this.graph = graph;
    this.operator = operator;
  }

  GraphImport graph() {
    return graph;
  }

  Operator operator() {
    return operator;
  }

  String name() {
    return operator.builtin().name();
  }

  Options options() {
    return operator.options();
  }

  /// The number of operands.
  int count() {
    return operator.inputs().size();
  }

  boolean has(int i) {
    return i < operator.inputs().size() && operator.inputs().get(i) >= 0;
  }

  /// The tensor of an operand.
  int tensor(int i) {
    if (!has(i)) {
      throw new FormatException("no operand " + i);
    }
    return operator.inputs().get(i);
  }

  TensorEntry entry(int i) {
    return graph.entry(tensor(i));
  }

  Value in(int i) {
    return graph.value(tensor(i), "operand " + i);
  }

  Shape shape(int i) {
    return in(i).type().shape();
  }

  int rank(int i) {
    return shape(i).rank();
  }

  DType dtype(int i) {
    return in(i).type().dtype();
  }

  List<Value> all() {
    return IntStream.range(0, count()).mapToObj(this::in).toList();
  }

  /// A constant operand.
  Tensor constant(int i, String what) {
    if (in(i) instanceof Value.Constant constant) {
      return constant.tensor();
    }
    throw new FormatException(
        what
            + " is computed when the model runs ("
            + in(i).name()
            + "); expected a constant, or what follows from shapes");
  }

  /// An operand that is kept from run to run.
  Value state(int i) {
    return graph.state(tensor(i));
  }

  void changeState(int i, Value value) {
    graph.changeState(tensor(i), value);
  }

  boolean isConstant(int i) {
    return in(i) instanceof Value.Constant;
  }

  /// The integers of a constant operand.
  int[] ints(int i, String what) {
    Tensor tensor = constant(i, what);
    if (tensor.dtype().isFloat() || tensor.shape().size() > 1 << 20) {
      throw new FormatException(what + " of type " + tensor.type() + "; expected a few integers");
    }
    long[] values = tensor.toLongArray();
    return Arrays.stream(values)
        .mapToInt(v -> Math.clamp(v, Integer.MIN_VALUE, Integer.MAX_VALUE))
        .toArray();
  }

  /// The one integer of a constant operand.
  int one(int i, String what) {
    int[] values = ints(i, what);
    if (values.length != 1) {
      throw new FormatException(what + " of " + values.length + " integers; expected one");
    }
    return values[0];
  }

  List<Integer> list(int i, String what) {
    return list(ints(i, what));
  }

  static List<Integer> list(int... values) {
    return Arrays.stream(values).boxed().toList();
  }

  /// How many results the operator has.
  int results() {
    return operator.outputs().size();
  }

  TensorEntry result(int i) {
    if (i >= operator.outputs().size()) {
      throw new FormatException("no result " + i);
    }
    return graph.entry(operator.outputs().get(i));
  }

  TensorType resultType(int i) {
    return graph.type(result(i), operator.outputs().get(i));
  }

  /// How a result is quantized, as the file says.
  @Nullable Quant quant(int i) {
    return result(i).quant();
  }

  Activation activation() {
    int code = options().integer("fused_activation_function");
    if (code < 0 || code >= ACTIVATIONS.length) {
      throw new FormatException("the fused activation " + code + "; expected 0 to 4");
    }
    return ACTIVATIONS[code];
  }

  Padding padding() {
    return options().integer("padding") == 0 ? Padding.SAME : Padding.VALID;
  }

  private String label(int result) {
    return result < results() ? result(result).name() : "";
  }

  /// A node whose result is quantized as the operator's first.
  Value add(Op op, Value... operands) {
    return add(op, quant(0), operands);
  }

  /// A node whose result is quantized as said, or as follows from its operands.
  Value add(Op op, @Nullable Quant quant, Value... operands) {
    return graph.add(label(0), op, List.of(operands), Arrays.asList(quant)).getFirst();
  }

  /// A node whose result is quantized as follows from its operands.
  Value plain(Op op, Value... operands) {
    return plain(op, List.of(operands));
  }

  Value plain(Op op, List<Value> operands) {
    return graph.add(label(0), op, operands, List.of()).getFirst();
  }

  /// A node with several results.
  List<Value> several(Op op, List<Value> operands) {
    return graph.add(label(0), op, operands, List.of());
  }

  Value constant(Tensor tensor) {
    return new Value.Constant(label(0).isEmpty() ? "c" : label(0) + "/c", tensor);
  }

  Value reshape(Value value, int... dims) {
    Shape to = Shape.of(dims);
    return value.type().shape().equals(to) ? value : reshaped(value, to);
  }

  private Value reshaped(Value value, Shape to) {
    if (value instanceof Value.Constant constant && to.isKnown()) {
      TensorType type = ShapeRules.infer(new Move.Reshape(to), List.of(value.type())).getFirst();
      return new Value.Constant(constant.name(), constant.tensor().view(type));
    }
    return plain(new Move.Reshape(to), value);
  }

  /// The operator's results.
  void give(Value... results) {
    give(List.of(results));
  }

  void give(List<Value> results) {
    for (int i = 0; i < Math.min(results.size(), results()); i++) {
      graph.give(operator.outputs().get(i), declared(results.get(i), i));
    }
  }

  /// Checks a result against the element type that the file says.
  private Value declared(Value value, int i) {
    DType dtype = result(i).type().dtypeOrNull();
    if (dtype != value.type().dtype()) {
      throw new FormatException(
          "gives "
              + value.type()
              + "; the file says "
              + result(i).type().name().toLowerCase(Locale.ROOT));
    }
    return value;
  }

  /// A value with an activation after it, quantized as the operator's result.
  Value activate(Value value, Activation activation) {
    return switch (activation) {
      case NONE -> value;
      case RELU -> add(new Pointwise.Unary(UnaryKind.RELU), value);
      case RELU6, RELU_N1_TO_1 ->
          add(new Pointwise.Clamp(activation.low(), activation.high()), value);
      case TANH -> add(new Pointwise.Unary(UnaryKind.TANH), value);
      case SIGMOID -> add(new Pointwise.Unary(UnaryKind.SIGMOID), value);
    };
  }
}
