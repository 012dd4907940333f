package dev.tendril.core.kernel;

import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Structured;
import java.util.List;

/// What recurrences mean. The state is kept in 64 bits from step to step and rounded only where it
/// is a result.
final class RecurrentKernels {
  private final double[] x;
  private final double[] inputWeights;
  private final double[] recurrentWeights;
  private final double[] bias;
  private final double[] output;
  private final int inputs;
  private final int units;
  private final int batch;
  private final int steps;

  private RecurrentKernels(List<Tensor> operands) {
    x = operands.get(0).toDoubleArray();
    inputWeights = Values.reals(operands.get(1));
    recurrentWeights = Values.reals(operands.get(2));
    bias = operands.get(3).toDoubleArray();
    output = operands.get(4).toDoubleArray();
    steps = operands.get(0).shape().dim(0);
    batch = operands.get(0).shape().dim(1);
    inputs = operands.get(0).shape().dim(2);
    units = operands.get(4).shape().dim(1);
  }

  /// Row `row` of the input weights times an input.
  private double input(int row, int step, int sample) {
    int first = (step * batch + sample) * inputs;
    double sum = 0;
    for (int i = 0; i < inputs; i++) {
      sum += inputWeights[row * inputs + i] * x[first + i];
    }
    return sum;
  }

  /// Row `row` of the recurrent weights times a part of a vector.
  private double recurrent(int row, double[] vector, int first) {
    double sum = 0;
    for (int i = 0; i < units; i++) {
      sum += recurrentWeights[row * units + i] * vector[first + i];
    }
    return sum;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private void storeStep(int step, Tensor outputs) {
    for (int i = 0; i < output.length; i++) {
      Elements.setDouble(
          outputs.memory(), outputs.dtype(), (long) step * output.length + i, output[i]);
    }
  }

  static void lstm(List<Tensor> operands, List<Tensor> results) {
    RecurrentKernels kernel = new RecurrentKernels(operands);
    double[] state = operands.get(5).toDoubleArray();
    for (int step = 0; step < kernel.steps; step++) {
      kernel.lstmStep(step, state);
      kernel.storeStep(step, results.get(0));
    }
    Values.store(kernel.output, results.get(1));
    Values.store(state, results.get(2));
  }

  private void lstmStep(int step, double[] state) {
    double[] before = output.clone();
    for (int sample = 0; sample < batch; sample++) {
      for (int unit = 0; unit < units; unit++) {
        double[] gates = new double[4];
        for (int gate = 0; gate < 4; gate++) {
          int row = gate * units + unit;
          gates[gate] =
              input(row, step, sample) + recurrent(row, before, sample * units) + bias[row];
        }
        int at = sample * units + unit;
        state[at] = sigmoid(gates[1]) * state[at] + sigmoid(gates[0]) * Math.tanh(gates[2]);
        output[at] = sigmoid(gates[3]) * Math.tanh(state[at]);
      }
    }
  }

  static void gru(Structured.Gru op, List<Tensor> operands, List<Tensor> results) {
    RecurrentKernels kernel = new RecurrentKernels(operands);
    for (int step = 0; step < kernel.steps; step++) {
      kernel.gruStep(op.resetAfter(), step);
      kernel.storeStep(step, results.get(0));
    }
    Values.store(kernel.output, results.get(1));
  }

  private void gruStep(boolean resetAfter, int step) {
    double[] before = output.clone();
    double[] kept = new double[units];
    double[] reset = new double[units];
    for (int sample = 0; sample < batch; sample++) {
      int first = sample * units;
      for (int unit = 0; unit < units; unit++) {
        reset[unit] = sigmoid(gate(units + unit, step, sample, before));
        kept[unit] = reset[unit] * before[first + unit];
      }
      for (int unit = 0; unit < units; unit++) {
        int row = 2 * units + unit;
        double update = sigmoid(gate(unit, step, sample, before));
        double in = input(row, step, sample) + bias[row];
        double memory =
            resetAfter
                ? reset[unit] * (recurrent(row, before, first) + bias[3 * units + row])
                : recurrent(row, kept, 0) + bias[3 * units + row];
        double candidate = Math.tanh(in + memory);
        output[first + unit] = update * before[first + unit] + (1 - update) * candidate;
      }
    }
  }

  private double gate(int row, int step, int sample, double[] before) {
    return input(row, step, sample)
        + bias[row]
        + recurrent(row, before, sample * units)
        + bias[3 * units + row];
  }
}
