package dev.tendril.core.graph;

import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Subgraph;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Ops that gradients are not derived of as one, written as simpler ops: recurrences step by step,
/// and graphs in place of their calls.
final class Expansions {
  private Expansions() {}

  /// The results of the op, written as others; empty where it stays as it is.
  static List<Value> expand(Formula f, Structured op, List<Value> x) {
    return switch (op) {
      case Structured.Call(Subgraph body) -> body(f, body, x);
      case Structured.Fused(Subgraph body) -> body(f, body, x);
      case Structured.Lstm _ -> lstm(f, x);
      case Structured.Gru(boolean resetAfter) -> gru(f, resetAfter, x);
      case Structured.LocalResponseNorm norm -> List.of(localResponseNorm(f, norm, x.getFirst()));
      case Structured.Softmax _,
          Structured.LogSoftmax _,
          Structured.LayerNorm _,
          Structured.BatchNorm _,
          Structured.L2Normalize _,
          Structured.Resize _,
          Structured.Svdf _,
          Structured.Fft _,
          Structured.RealFft _,
          Structured.LinearFilter _,
          Structured.TreeEnsemble _,
          Structured.If _,
          Structured.While _,
          Structured.Random _ ->
          List.of();
    };
  }

  private static List<Value> body(Formula f, Subgraph body, List<Value> x) {
    if (!(body instanceof Graph graph)) {
      throw new TensorException("gradients through " + body.name() + ", which is no graph");
    }
    return Gradients.write(f, graph.withTypes(x.stream().map(Value::type).toList()), x);
  }

  /// The products of all steps with the input weights, `[time, batch, gates · units]`.
  private static Value products(Formula f, Value x, Value weights) {
    return f.matmul(x, weights, false, true);
  }

  private static Value gate(Formula f, Value gates, int gate, int units) {
    return f.slice(gates, 1, gate * units, (gate + 1) * units);
  }

  private static Value sigmoid(Formula f, Value x) {
    return f.unary(UnaryKind.SIGMOID, x);
  }

  private static Value tanh(Formula f, Value x) {
    return f.unary(UnaryKind.TANH, x);
  }

  private static Value stacked(Formula f, List<Value> steps, Value first) {
    Shape shape = first.type().shape().inserted(0, 1);
    return steps.isEmpty()
        ? f.zeros(new TensorType(first.type().dtype(), shape.with(0, 0)))
        : f.concat(0, steps.stream().map(step -> f.reshape(step, shape)).toList());
  }

  private static List<Value> lstm(Formula f, List<Value> x) {
    Value products = f.add(products(f, x.get(0), x.get(1)), x.get(3));
    Value output = x.get(4);
    Value state = x.get(5);
    int units = output.type().shape().dim(1);
    List<Value> outputs = new ArrayList<>();
    for (int t = 0; t < x.getFirst().type().shape().dim(0); t++) {
      Value gates = f.add(f.at(products, 0, t), f.matmul(output, x.get(2), false, true));
      Value kept = f.mul(sigmoid(f, gate(f, gates, 1, units)), state);
      Value taken = f.mul(sigmoid(f, gate(f, gates, 0, units)), tanh(f, gate(f, gates, 2, units)));
      state = f.add(kept, taken);
      output = f.mul(sigmoid(f, gate(f, gates, 3, units)), tanh(f, state));
      outputs.add(output);
    }
    return List.of(stacked(f, outputs, x.get(4)), output, state);
  }

  private static List<Value> gru(Formula f, boolean resetAfter, List<Value> x) {
    Value output = x.get(4);
    int units = output.type().shape().dim(1);
    Value bias = x.get(3);
    Value products = f.add(products(f, x.get(0), x.get(1)), f.slice(bias, 0, 0, 3 * units));
    Value recurrentBias = f.slice(bias, 0, 3 * units, 6 * units);
    List<Value> outputs = new ArrayList<>();
    for (int t = 0; t < x.getFirst().type().shape().dim(0); t++) {
      Value input = f.at(products, 0, t);
      Value recurrent = f.add(f.matmul(output, x.get(2), false, true), recurrentBias);
      Value update = sigmoid(f, f.add(gate(f, input, 0, units), gate(f, recurrent, 0, units)));
      Value reset = sigmoid(f, f.add(gate(f, input, 1, units), gate(f, recurrent, 1, units)));
      Value part;
      if (resetAfter) {
        part = f.mul(reset, gate(f, recurrent, 2, units));
      } else {
        Value weights = f.slice(x.get(2), 0, 2 * units, 3 * units);
        part =
            f.add(
                f.matmul(f.mul(reset, output), weights, false, true),
                f.slice(recurrentBias, 0, 2 * units, 3 * units));
      }
      Value candidate = tanh(f, f.add(gate(f, input, 2, units), part));
      output = f.add(candidate, f.mul(update, f.sub(output, candidate)));
      outputs.add(output);
    }
    return List.of(stacked(f, outputs, x.get(4)), output);
  }

  /// Sums over neighboring channels are a product with a matrix of ones around its diagonal.
  private static Value localResponseNorm(Formula f, Structured.LocalResponseNorm op, Value x) {
    int channels = x.type().shape().dim(-1);
    List<Double> band = new ArrayList<>(Collections.nCopies(channels * channels, 0.0));
    for (int i = 0; i < channels; i++) {
      for (int j = 0; j < channels; j++) {
        if (Math.abs(i - j) <= op.radius()) {
          band.set(i * channels + j, 1.0);
        }
      }
    }
    TensorType type = TensorType.of(x.type().dtype(), channels, channels);
    Value near =
        f.constant(Tensor.of(type, band.stream().mapToDouble(Double::doubleValue).toArray()));
    int count = channels == 0 ? 0 : Math.toIntExact(x.type().shape().size() / channels);
    Value rows = f.reshape(f.square(x), count, channels);
    Value sums = f.reshape(f.matmul(rows, near, false, false), x.type().shape());
    Value scale = f.add(f.mul(sums, op.alpha()), op.bias());
    Value power = f.binary(BinaryKind.POW, scale, f.number(-op.beta(), x.type().dtype()));
    return f.mul(x, power);
  }
}
