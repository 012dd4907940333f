package dev.tendril.core.kernel;

import dev.tendril.core.Elements;
import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// All values of a tensor as an array, for kernels that read each of them many times.
final class Values {
  private Values() {}

  /// The real numbers that a tensor stands for: quantized ones as `scale · (q - zeroPoint)` in 32
  /// bits.
  static double[] reals(Tensor tensor) {
    Quant quant = tensor.type().quant();
    if (quant == null) {
      return tensor.toDoubleArray();
    }
    long[] centered = centered(tensor);
    double[] values = new double[centered.length];
    long inner = inner(tensor, quant);
    for (int i = 0; i < values.length; i++) {
      float scale = quant.scales()[index(quant, inner, i)];
      values[i] = scale * (float) centered[i];
    }
    return values;
  }

  /// The integers of a tensor, less their zero points if it is quantized.
  static long[] centered(Tensor tensor) {
    long[] values = tensor.toLongArray();
    Quant quant = tensor.type().quant();
    if (quant != null) {
      long inner = inner(tensor, quant);
      for (int i = 0; i < values.length; i++) {
        values[i] -= quant.zeroPoints()[index(quant, inner, i)];
      }
    }
    return values;
  }

  static double @Nullable [] realsOrNull(@Nullable Tensor tensor) {
    return tensor == null ? null : reals(tensor);
  }

  /// Rounds real numbers to the elements of a tensor.
  static void store(double[] values, Tensor result) {
    MemorySegment memory = result.memory();
    for (int i = 0; i < values.length; i++) {
      Elements.setDouble(memory, result.dtype(), i, values[i]);
    }
  }

  private static long inner(Tensor tensor, Quant quant) {
    return quant.isPerTensor() ? 1 : tensor.shape().size(quant.axis() + 1, tensor.shape().rank());
  }

  private static int index(Quant quant, long inner, long i) {
    return quant.isPerTensor() ? 0 : (int) (i / inner % quant.scales().length);
  }
}
