package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Activation;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Sums in 64 bits, rounded to the result's type once. Quantized weights are dequantized before.
final class RealAccumulator implements Accumulator {
  private final Activation activation;
  private final double[] x;
  private final double[] w;
  private final double[] bias;
  private final MemorySegment memory;
  private final DType dtype;
  private double sum;

  RealAccumulator(Product product, List<Tensor> operands, Tensor result) {
    activation = product.activation();
    x = Values.reals(operands.get(0));
    w = Values.reals(operands.get(1));
    bias = operands.size() > 2 ? Values.reals(operands.get(2)) : new double[0];
    memory = result.memory();
    dtype = result.dtype();
  }

  @Override
  public void add(int xFirst, int xStep, int wFirst, int wStep, int count) {
    for (int i = 0, a = xFirst, b = wFirst; i < count; i++, a += xStep, b += wStep) {
      sum += x[a] * w[b];
    }
  }

  @Override
  public void finish(long index, int channel) {
    double value = bias.length == 0 ? sum : sum + bias[channel];
    Elements.setDouble(memory, dtype, index, activate(activation, value));
    sum = 0;
  }

  static double activate(Activation activation, double x) {
    return switch (activation) {
      case NONE -> x;
      case RELU, RELU6, RELU_N1_TO_1 -> Math.min(Math.max(x, activation.low()), activation.high());
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
    };
  }
}
