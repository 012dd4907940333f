package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.FormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Operators with a state. A long short-term memory of the plain kind is one op; peepholes,
/// projections, clipping and normalized gates are written out step by step, and so are simple
/// recurrences.
final class RecurrentMapping {
  /// The most steps that are written out.
  private static final int STEPS = 2048;

  private RecurrentMapping() {}

  static boolean read(OperatorImport op) {
    switch (op.name()) {
      case "SVDF" -> svdf(op);
      case "UNIDIRECTIONAL_SEQUENCE_LSTM" -> LstmMapping.sequence(op);
      case "LSTM" -> LstmMapping.step(op);
      case "RNN" -> simple(op, false);
      case "UNIDIRECTIONAL_SEQUENCE_RNN" -> simple(op, true);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void svdf(OperatorImport op) {
    int rank = op.options().integer("rank");
    Value x = op.in(0);
    Value bias;
    if (op.has(3)) {
      bias = op.in(3);
    } else {
      DType dtype = x.type().dtype().isFloat() ? x.type().dtype() : DType.I32;
      if (rank < 1) {
        throw new FormatException("a rank of " + rank);
      }
      bias = op.constant(Tensor.zeros(TensorType.of(dtype, op.shape(1).dim(0) / rank)));
    }
    List<Value> results =
        op.graph()
            .add(
                op.result(0).name(),
                new Structured.Svdf(rank, op.activation()),
                List.of(x, op.in(1), op.in(2), bias, op.state(4)),
                Arrays.asList(op.quant(0), op.entry(4).quant()));
    op.changeState(4, results.get(1));
    op.give(results.getFirst());
  }

  /// Steps along time: the axis is first or, without that flag, second.
  static List<Value> steps(OperatorImport op, Value x, boolean timeMajor) {
    Shape shape = x.type().shape();
    int axis = timeMajor ? 0 : 1;
    int count = shape.dim(axis);
    if (shape.rank() != 3 || count < 1 || count > STEPS) {
      throw new FormatException(
          "a sequence of " + shape + "; expected three axes and at most " + STEPS + " steps");
    }
    List<Value> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Integer> begin = new ArrayList<>(List.of(0, 0, 0));
      List<Integer> end = new ArrayList<>(List.of(Move.Slice.END, Move.Slice.END, Move.Slice.END));
      begin.set(axis, i);
      end.set(axis, i + 1);
      Value slice = op.plain(new Move.Slice(begin, end, List.of(1, 1, 1)), x);
      steps.add(op.plain(new Move.Reshape(shape.without(axis)), slice));
    }
    return steps;
  }

  /// Results of steps along time.
  static Value join(OperatorImport op, List<Value> steps, boolean timeMajor) {
    int axis = timeMajor ? 0 : 1;
    Value[] parts = new Value[steps.size()];
    for (int i = 0; i < parts.length; i++) {
      Shape shape = steps.get(i).type().shape();
      parts[i] = op.plain(new Move.Reshape(shape.inserted(axis, 1)), steps.get(i));
    }
    return op.plain(new Move.Concat(axis), parts);
  }

  /// Weights as floats, if there are any.
  static @Nullable Value real(OperatorImport op, int i) {
    if (!op.has(i)) {
      return null;
    }
    Value value = op.in(i);
    return value.type().quant() == null && value.type().dtype() != DType.F16
        ? value
        : op.plain(new Pointwise.Dequantize(), value);
  }

  static Value weights(OperatorImport op, int i) {
    Value value = real(op, i);
    if (value == null) {
      throw new FormatException("no operand " + i);
    }
    return value;
  }

  /// `x · weights' + bias`.
  static Value product(OperatorImport op, Value x, Value weights, @Nullable Value bias) {
    Contract.MatMul product = new Contract.MatMul(false, true, Activation.NONE);
    return bias == null ? op.plain(product, x, weights) : op.plain(product, x, weights, bias);
  }

  static Value add(OperatorImport op, Value a, Value b) {
    return op.plain(new Pointwise.Binary(BinaryKind.ADD), a, b);
  }

  static Value multiply(OperatorImport op, Value a, Value b) {
    return op.plain(new Pointwise.Binary(BinaryKind.MUL), a, b);
  }

  static Value activate(OperatorImport op, Value x, Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> op.plain(new Pointwise.Unary(UnaryKind.RELU), x);
      case RELU6, RELU_N1_TO_1 ->
          op.plain(new Pointwise.Clamp(activation.low(), activation.high()), x);
      case TANH -> op.plain(new Pointwise.Unary(UnaryKind.TANH), x);
      case SIGMOID -> op.plain(new Pointwise.Unary(UnaryKind.SIGMOID), x);
    };
  }

  private static void simple(OperatorImport op, boolean sequence) {
    if (!op.dtype(0).isFloat()) {
      throw new FormatException("a recurrence of " + op.in(0).type() + "; expected floats");
    }
    Value weights = weights(op, 1);
    Value recurrent = weights(op, 2);
    Value bias = weights(op, 3);
    Value state = op.state(4);
    boolean timeMajor = op.options().flag("time_major");
    List<Value> outputs = new ArrayList<>();
    for (Value x : sequence ? steps(op, op.in(0), timeMajor) : List.of(op.in(0))) {
      Value sum = add(op, product(op, x, weights, bias), product(op, state, recurrent, null));
      state = activate(op, sum, op.activation());
      outputs.add(state);
    }
    op.changeState(4, state);
    op.give(sequence ? join(op, outputs, timeMajor) : outputs.getFirst());
  }

  /// A filter whose state is a tensor that keeps its value.
  static void write(OperatorExport op, Structured.Svdf svdf) {
    if (!op.graph().isVariable(op.node().inputs().get(4))) {
      throw op.refusal(
          "a state that is an operand; the format keeps it: expected a note that names the output"
              + " which is the state of the next run");
    }
    int result = op.graph().add(op.node().name(), op.out());
    op.graph()
        .emit(
            "SVDF",
            op.type(0).quant() == null ? 1 : 3,
            OperatorExport.options(
                "rank", svdf.rank(),
                "fused_activation_function", OperatorExport.fused(svdf.activation())),
            op.all(),
            List.of(result));
    op.give(result);
  }
}
