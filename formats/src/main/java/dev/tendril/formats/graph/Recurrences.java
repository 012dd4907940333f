package dev.tendril.formats.graph;

import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.FormatException;
import java.util.ArrayList;
import java.util.List;

/// Recurrences step by step, for formats without loops or cells.
final class Recurrences {
  private static final int MOST_STEPS = 1000;

  private final GraphDraft d;
  private final int units;
  private final int steps;

  private Recurrences(GraphDraft d, List<Value> x) {
    this.d = d;
    this.units = x.get(4).type().shape().dim(1);
    this.steps = x.get(0).type().shape().dim(0);
    if (steps < 1 || steps > MOST_STEPS) {
      throw new FormatException(
          "a recurrence of "
              + steps
              + " steps, which are written one by one; expected 1 to "
              + MOST_STEPS);
    }
  }

  static List<Value> lstm(GraphDraft d, List<Value> x) {
    return new Recurrences(d, x).lstm(x);
  }

  static List<Value> gru(GraphDraft d, boolean resetAfter, List<Value> x) {
    return new Recurrences(d, x).gru(resetAfter, x);
  }

  private Value gate(Value gates, int number) {
    return d.slice(gates, 1, number * units, (number + 1) * units);
  }

  private Value sigmoid(Value x) {
    return d.unary(UnaryKind.SIGMOID, x);
  }

  private Value tanh(Value x) {
    return d.unary(UnaryKind.TANH, x);
  }

  private Value mul(Value x, Value y) {
    return d.binary(BinaryKind.MUL, x, y);
  }

  private Value add(Value x, Value y) {
    return d.binary(BinaryKind.ADD, x, y);
  }

  /// The operand of a step, times the input weights.
  private Value product(List<Value> x, int step) {
    Value row = d.slice(x.get(0), 0, step, step + 1);
    Value flat = d.reshape(row, row.type().shape().without(0));
    return d.matmul(flat, x.get(1), false, true);
  }

  private Value stacked(List<Value> outputs) {
    List<Value> rows = new ArrayList<>();
    for (Value output : outputs) {
      rows.add(d.reshape(output, output.type().shape().inserted(0, 1)));
    }
    return rows.size() == 1 ? rows.getFirst() : d.concat(0, rows);
  }

  private List<Value> lstm(List<Value> x) {
    Value output = x.get(4);
    Value state = x.get(5);
    List<Value> outputs = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      Value recurrent = add(d.matmul(output, x.get(2), false, true), x.get(3));
      Value gates = add(product(x, step), recurrent);
      Value kept = mul(sigmoid(gate(gates, 1)), state);
      state = add(kept, mul(sigmoid(gate(gates, 0)), tanh(gate(gates, 2))));
      output = mul(sigmoid(gate(gates, 3)), tanh(state));
      outputs.add(output);
    }
    return List.of(stacked(outputs), output, state);
  }

  private List<Value> gru(boolean resetAfter, List<Value> x) {
    Value output = x.get(4);
    Value bias = d.slice(x.get(3), 0, 0, 3 * units);
    Value recurrentBias = d.slice(x.get(3), 0, 3 * units, 6 * units);
    List<Value> outputs = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      Value input = add(product(x, step), bias);
      Value recurrent = add(d.matmul(output, x.get(2), false, true), recurrentBias);
      Value update = sigmoid(add(gate(input, 0), gate(recurrent, 0)));
      Value reset = sigmoid(add(gate(input, 1), gate(recurrent, 1)));
      Value part;
      if (resetAfter) {
        part = mul(reset, gate(recurrent, 2));
      } else {
        Value weights = d.slice(x.get(2), 0, 2 * units, 3 * units);
        Value product = d.matmul(mul(reset, output), weights, false, true);
        part = add(product, d.slice(recurrentBias, 0, 2 * units, 3 * units));
      }
      Value candidate = tanh(add(gate(input, 2), part));
      Value difference = d.binary(BinaryKind.SUB, output, candidate);
      output = add(candidate, mul(update, difference));
      outputs.add(output);
    }
    return List.of(stacked(outputs), output);
  }
}
