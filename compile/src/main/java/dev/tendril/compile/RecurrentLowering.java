package dev.tendril.compile;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import java.util.ArrayList;
import java.util.List;

/// Recurrences in StableHLO, written step by step.
final class RecurrentLowering {
  private static final int MOST_STEPS = 256;

  private RecurrentLowering() {}

  private static int steps(Hlo x) {
    if (x.dim(0) > MOST_STEPS) {
      throw new Unlowered(x.dim(0) + " steps, which are written one by one; at most " + MOST_STEPS);
    }
    return x.dim(0);
  }

  /// `x · weightsᵀ`.
  private static Hlo product(HloBuilder b, Hlo x, Hlo weights) {
    return b.dot(x, weights, 0, x.rank() - 1, 1);
  }

  private static Hlo gate(HloBuilder b, Hlo gates, int gate, int units) {
    return b.slice(gates, 1, gate * units, (gate + 1) * units);
  }

  private static Hlo sigmoid(HloBuilder b, Hlo x) {
    return b.unary("logistic", x);
  }

  private static Hlo tanh(HloBuilder b, Hlo x) {
    return b.unary("tanh", x);
  }

  /// Steps as one value along a first axis.
  private static Hlo stacked(HloBuilder b, List<Hlo> steps, TensorType type) {
    Shape shape = type.shape().inserted(0, 1);
    return steps.isEmpty()
        ? b.filled(0, type.with(shape.with(0, 0)))
        : b.concat(0, steps.stream().map(step -> b.reshape(step, shape)).toList());
  }

  static List<Hlo> lstm(HloBuilder b, List<Hlo> operands) {
    DType dtype = operands.getFirst().dtype();
    List<Hlo> x = operands.stream().map(b::wide).toList();
    Hlo products = b.add(product(b, x.get(0), x.get(1)), x.get(3));
    Hlo output = x.get(4);
    Hlo state = x.get(5);
    int units = output.dim(1);
    List<Hlo> outputs = new ArrayList<>();
    for (int t = 0; t < steps(x.get(0)); t++) {
      Hlo gates = b.add(b.at(products, 0, t), product(b, output, x.get(2)));
      Hlo kept = b.mul(sigmoid(b, gate(b, gates, 1, units)), state);
      Hlo taken = b.mul(sigmoid(b, gate(b, gates, 0, units)), tanh(b, gate(b, gates, 2, units)));
      state = b.add(kept, taken);
      output = b.mul(sigmoid(b, gate(b, gates, 3, units)), tanh(b, state));
      outputs.add(output);
    }
    Hlo all = stacked(b, outputs, output.type());
    return List.of(b.convert(all, dtype), b.convert(output, dtype), b.convert(state, dtype));
  }

  static List<Hlo> gru(HloBuilder b, boolean resetAfter, List<Hlo> operands) {
    DType dtype = operands.getFirst().dtype();
    List<Hlo> x = operands.stream().map(b::wide).toList();
    Hlo output = x.get(4);
    int units = output.dim(1);
    Hlo bias = x.get(3);
    Hlo products = b.add(product(b, x.get(0), x.get(1)), b.slice(bias, 0, 0, 3 * units));
    Hlo recurrentBias = b.slice(bias, 0, 3 * units, 6 * units);
    List<Hlo> outputs = new ArrayList<>();
    for (int t = 0; t < steps(x.get(0)); t++) {
      Hlo input = b.at(products, 0, t);
      Hlo recurrent = b.add(product(b, output, x.get(2)), recurrentBias);
      Hlo update = sigmoid(b, b.add(gate(b, input, 0, units), gate(b, recurrent, 0, units)));
      Hlo reset = sigmoid(b, b.add(gate(b, input, 1, units), gate(b, recurrent, 1, units)));
      Hlo part;
      if (resetAfter) {
        part = b.mul(reset, gate(b, recurrent, 2, units));
      } else {
        Hlo weights = b.slice(x.get(2), 0, 2 * units, 3 * units);
        part =
            b.add(
                product(b, b.mul(reset, output), weights),
                b.slice(recurrentBias, 0, 2 * units, 3 * units));
      }
      Hlo candidate = tanh(b, b.add(gate(b, input, 2, units), part));
      output = b.add(candidate, b.mul(update, b.sub(output, candidate)));
      outputs.add(output);
    }
    Hlo all = stacked(b, outputs, output.type());
    return List.of(b.convert(all, dtype), b.convert(output, dtype));
  }

  static List<Hlo> svdf(HloBuilder b, int rank, Activation activation, List<Hlo> operands) {
    DType dtype = operands.getFirst().dtype();
    List<Hlo> x = operands.stream().map(b::wide).toList();
    int batch = x.get(0).dim(0);
    int filters = x.get(1).dim(0);
    int memory = x.get(2).dim(1);
    Hlo newest = b.reshape(product(b, x.get(0), x.get(1)), batch, filters, 1);
    Hlo before = b.reshape(x.get(4), batch, filters, memory);
    Hlo state = b.concat(2, List.of(b.slice(before, 2, 1, memory), newest));
    Hlo weighed = b.mul(state, x.get(2));
    Hlo each = b.reshape(weighed, batch, filters / rank, rank * memory);
    Hlo sums = b.reduce("add", each, b.scalar(0, each.dtype()), 2);
    Hlo output = ContractLowering.activate(b, activation, b.add(sums, x.get(3)));
    Hlo next = b.reshape(state, x.get(4).shape());
    return List.of(b.convert(output, dtype), b.convert(next, dtype));
  }
}
