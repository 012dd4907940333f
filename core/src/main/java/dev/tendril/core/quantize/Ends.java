package dev.tendril.core.quantize;

import dev.tendril.core.Quant;
import dev.tendril.core.Tensor;

/// What comes out of graphs as the real numbers that it stands for.
final class Ends {
  private Ends() {}

  /// The real numbers of a tensor, which has one scale if it is quantized.
  static float[] reals(Tensor tensor) {
    Quant quant = tensor.type().quant();
    float[] values = tensor.toFloatArray();
    for (int i = 0; quant != null && i < values.length; i++) {
      values[i] = quant.scale() * (values[i] - quant.zeroPoint());
    }
    return values;
  }
}
