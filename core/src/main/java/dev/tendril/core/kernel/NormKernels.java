package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.Structured;
import java.util.List;

/// What softmax and normalizations mean.
final class NormKernels {
  private NormKernels() {}

  static void softmax(Structured.Softmax op, Tensor x, Tensor result) {
    Lanes lanes = Lanes.of(x.shape(), op.axis());
    if (!x.dtype().isFloat()) {
      QuantizedSoftmax.softmax(op.name(), op.beta(), lanes, x, result);
      return;
    }
    double[] values = x.toDoubleArray();
    for (int line = 0; line < lanes.count(); line++) {
      int first = lanes.first(line);
      double greatest = greatest(lanes, first, values, op.beta());
      double sum = 0;
      for (int i = 0; i < lanes.length(); i++) {
        int at = first + i * lanes.step();
        values[at] = Math.exp(op.beta() * values[at] - greatest);
        sum += values[at];
      }
      for (int i = 0; i < lanes.length(); i++) {
        values[first + i * lanes.step()] /= sum;
      }
    }
    Values.store(values, result);
  }

  static void logSoftmax(Structured.LogSoftmax op, Tensor x, Tensor result) {
    Lanes lanes = Lanes.of(x.shape(), op.axis());
    if (!x.dtype().isFloat()) {
      QuantizedSoftmax.logSoftmax(op.name(), lanes, x, result);
      return;
    }
    double[] values = x.toDoubleArray();
    for (int line = 0; line < lanes.count(); line++) {
      int first = lanes.first(line);
      double greatest = greatest(lanes, first, values, 1);
      double sum = 0;
      for (int i = 0; i < lanes.length(); i++) {
        sum += Math.exp(values[first + i * lanes.step()] - greatest);
      }
      double log = Math.log(sum);
      for (int i = 0; i < lanes.length(); i++) {
        int at = first + i * lanes.step();
        values[at] = values[at] - greatest - log;
      }
    }
    Values.store(values, result);
  }

  private static double greatest(Lanes lanes, int first, double[] values, double beta) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < lanes.length(); i++) {
      greatest = Math.max(greatest, beta * values[first + i * lanes.step()]);
    }
    return greatest;
  }

  static void layerNorm(Structured.LayerNorm op, List<Tensor> operands, Tensor result) {
    double[] values = operands.get(0).toDoubleArray();
    double[] gamma = operands.get(1).toDoubleArray();
    double[] beta = operands.get(2).toDoubleArray();
    int length = gamma.length;
    for (int first = 0; first < values.length; first += length) {
      double mean = 0;
      for (int i = 0; i < length; i++) {
        mean += values[first + i];
      }
      mean /= length;
      double variance = 0;
      for (int i = 0; i < length; i++) {
        double deviation = values[first + i] - mean;
        variance += deviation * deviation;
      }
      double scale = Math.sqrt(variance / length + op.epsilon());
      for (int i = 0; i < length; i++) {
        values[first + i] = (values[first + i] - mean) / scale * gamma[i] + beta[i];
      }
    }
    Values.store(values, result);
  }

  static void batchNorm(Structured.BatchNorm op, List<Tensor> operands, Tensor result) {
    double[] values = operands.get(0).toDoubleArray();
    double[] mean = operands.get(1).toDoubleArray();
    double[] variance = operands.get(2).toDoubleArray();
    double[] gamma = operands.get(3).toDoubleArray();
    double[] beta = operands.get(4).toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      int channel = i % mean.length;
      double scale = Math.sqrt(variance[channel] + op.epsilon());
      values[i] = (values[i] - mean[channel]) / scale * gamma[channel] + beta[channel];
    }
    Values.store(values, result);
  }

  static void responseNorm(Structured.LocalResponseNorm op, Tensor x, Tensor result) {
    double[] values = x.toDoubleArray();
    double[] normalized = new double[values.length];
    int channels = x.shape().dim(-1);
    for (int i = 0; i < values.length; i++) {
      int channel = i % channels;
      double sum = 0;
      long end = Math.min((long) channel + op.radius(), channels - 1);
      for (int c = Math.max(channel - op.radius(), 0); c <= end; c++) {
        double value = values[i - channel + c];
        sum += value * value;
      }
      normalized[i] = values[i] / Math.pow(op.bias() + op.alpha() * sum, op.beta());
    }
    Values.store(normalized, result);
  }

  static void l2Normalize(Structured.L2Normalize op, Tensor x, Tensor result) {
    Lanes lanes = Lanes.of(x.shape(), op.axis());
    if (!x.dtype().isFloat()) {
      quantizedL2Normalize(op.name(), lanes, x, result);
      return;
    }
    double[] values = x.toDoubleArray();
    for (int line = 0; line < lanes.count(); line++) {
      int first = lanes.first(line);
      double sum = 0;
      for (int i = 0; i < lanes.length(); i++) {
        double value = values[first + i * lanes.step()];
        sum += value * value;
      }
      double norm = Math.sqrt(Math.max(sum, op.epsilon()));
      for (int i = 0; i < lanes.length(); i++) {
        values[first + i * lanes.step()] /= norm;
      }
    }
    Values.store(values, result);
  }

  /// The scale of the operand does not matter, and the result has 1/128.
  private static void quantizedL2Normalize(String op, Lanes lanes, Tensor x, Tensor result) {
    DType dtype = result.dtype();
    Quant from = x.type().quant();
    if (from == null || (dtype != DType.I8 && dtype != DType.U8)) {
      throw new TensorException(
          op + " of " + x.type() + " to " + result.type() + ": expected i8 or u8, quantized");
    }
    int zeroPoint = dtype == DType.I8 ? 0 : 128;
    QuantizedSoftmax.require(op, x, result, 1f / 128, zeroPoint);
    long[] values = Values.centered(x);
    for (int line = 0; line < lanes.count(); line++) {
      int first = lanes.first(line);
      int sum = 0;
      for (int i = 0; i < lanes.length(); i++) {
        int value = (int) values[first + i * lanes.step()];
        sum += value * value;
      }
      FixedPoint.Multiplier inverse = FixedFunctions.inverseSqrt(sum);
      FixedPoint.Multiplier scaled =
          new FixedPoint.Multiplier(inverse.factor(), inverse.shift() + 7);
      for (int i = 0; i < lanes.length(); i++) {
        int at = first + i * lanes.step();
        int value = (int) values[at];
        int out = dtype == DType.I8 ? scaled.times(value) : inverse.times(value * 128);
        Elements.setLong(
            result.memory(), dtype, at, FixedPoint.clamp((long) out + zeroPoint, dtype));
      }
    }
  }
}
