package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.Structured;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// What a step of a singular-value-decomposition filter means (Nakkiran et al. 2015): each filter
/// forgets its oldest feature, takes the product of its weights and the input as the newest, and
/// gives the product of its memory and its time weights; `rank` filters make an output.
final class SvdfKernels {
  private SvdfKernels() {}

  static void svdf(Structured.Svdf op, List<Tensor> operands, List<Tensor> results) {
    int batch = operands.get(0).shape().dim(0);
    int filters = operands.get(1).shape().dim(0);
    int memory = operands.get(2).shape().dim(1);
    if (operands.get(0).dtype().isFloat()) {
      real(op, operands, results, batch, filters, memory);
    } else {
      quantized(op, operands, results, batch, filters, memory);
    }
  }

  private static void real(
      Structured.Svdf op,
      List<Tensor> operands,
      List<Tensor> results,
      int batch,
      int filters,
      int memory) {
    double[] x = operands.get(0).toDoubleArray();
    double[] feature = Values.reals(operands.get(1));
    double[] time = Values.reals(operands.get(2));
    double[] bias = operands.get(3).toDoubleArray();
    double[] state = operands.get(4).toDoubleArray();
    double[] out = new double[batch * bias.length];
    int inputs = operands.get(0).shape().dim(1);
    for (int cell = 0; cell < batch * filters; cell++) {
      int filter = cell % filters;
      int sample = cell / filters;
      double newest = 0;
      for (int i = 0; i < inputs; i++) {
        newest += feature[filter * inputs + i] * x[sample * inputs + i];
      }
      System.arraycopy(state, cell * memory + 1, state, cell * memory, memory - 1);
      state[cell * memory + memory - 1] = newest;
      for (int i = 0; i < memory; i++) {
        out[cell / op.rank()] += time[filter * memory + i] * state[cell * memory + i];
      }
    }
    for (int i = 0; i < out.length; i++) {
      double sum = out[i] + bias[i % bias.length];
      out[i] = RealAccumulator.activate(op.activation(), sum);
    }
    Values.store(out, results.get(0));
    Values.store(state, results.get(1));
  }

  private static void quantized(
      Structured.Svdf op,
      List<Tensor> operands,
      List<Tensor> results,
      int batch,
      int filters,
      int memory) {
    Quant stateQuant = quant(operands.get(4));
    Quant outQuant = quant(results.get(0));
    FixedPoint.Multiplier toState =
        multiplier(quant(operands.get(0)), quant(operands.get(1)), stateQuant);
    FixedPoint.Multiplier toOut = multiplier(stateQuant, quant(operands.get(2)), outQuant);
    long[] x = Values.centered(operands.get(0));
    long[] feature = operands.get(1).toLongArray();
    long[] time = operands.get(2).toLongArray();
    long[] bias = operands.get(3).toLongArray();
    long[] state = operands.get(4).toLongArray();
    DType stateType = operands.get(4).dtype();
    int[] sums = new int[batch * bias.length];
    int inputs = operands.get(0).shape().dim(1);
    for (int cell = 0; cell < batch * filters; cell++) {
      int filter = cell % filters;
      int sample = cell / filters;
      int newest = 0;
      for (int i = 0; i < inputs; i++) {
        newest += (int) (feature[filter * inputs + i] * x[sample * inputs + i]);
      }
      System.arraycopy(state, cell * memory + 1, state, cell * memory, memory - 1);
      state[cell * memory + memory - 1] =
          FixedPoint.clamp((long) toState.times(newest) + stateQuant.zeroPoint(), stateType);
      for (int i = 0; i < memory; i++) {
        long value = state[cell * memory + i] - stateQuant.zeroPoint();
        sums[cell / op.rank()] += (int) (time[filter * memory + i] * value);
      }
    }
    int low = FixedPoint.least(op.activation(), outQuant, DType.I8);
    int high = FixedPoint.greatest(op.activation(), outQuant, DType.I8);
    MemorySegment out = results.get(0).memory();
    for (int i = 0; i < sums.length; i++) {
      int sum = sums[i] + (int) bias[i % bias.length];
      long value = (long) toOut.times(sum) + outQuant.zeroPoint();
      Elements.setLong(out, DType.I8, i, Math.clamp(value, low, high));
    }
    MemorySegment next = results.get(1).memory();
    for (int i = 0; i < state.length; i++) {
      Elements.setLong(next, stateType, i, state[i]);
    }
  }

  private static Quant quant(Tensor tensor) {
    Quant quant = tensor.type().quant();
    if (quant == null) {
      throw new TensorException("svdf to or from " + tensor.type() + ": expected a quantization");
    }
    return IntegerAccumulator.one("svdf", quant);
  }

  /// All in 32 bits, as TensorFlow Lite has it.
  private static FixedPoint.Multiplier multiplier(Quant a, Quant b, Quant to) {
    return FixedPoint.quantizeMultiplier(a.scale() * b.scale() / to.scale());
  }
}
