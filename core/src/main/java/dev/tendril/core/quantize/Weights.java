package dev.tendril.core.quantize;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.kernel.FixedPoint;
import org.jspecify.annotations.Nullable;

/// Weights as integers with a scale for each output channel and no zero points, and the bias to
/// their products, of the scale `x · weights`.
///
/// Rounded weights are off to one side or the other, and what they are multiplied with has a mean,
/// so sums are off by the same on average: the bias makes up for it (Nagel et al. 2019, "Data-Free
/// Quantization Through Weight Equalization and Bias Correction", section 4.2).
///
/// @param bias null where there is none
record Weights(Tensor weights, @Nullable Tensor bias) {
  /// Sums of 32 bits must have room for a bias and the products.
  private static final double MOST_BIAS = 1 << 30;

  /// A bias to weights that are all 0 is this in integers.
  private static final double LONE_BIAS = 1 << 20;

  /// How far the scale of 4-bit weights is taken down from that of the greatest, in steps.
  private static final int CLIPPED = 12;

  private static final double STEP = 0.04;

  /// @param axis that channels are along
  /// @param dtype of the weights: I8 or I4
  /// @param bias null where there is none
  /// @param x how the other operand is quantized; null for weights alone
  /// @param biasType of the bias: I32 or I64
  /// @param partners the mean of the numbers that each weight is multiplied with; empty where it is
  ///     not known
  static Weights of(
      Tensor weights,
      int axis,
      DType dtype,
      @Nullable Tensor bias,
      @Nullable Quant x,
      DType biasType,
      double[] partners) {
    Shape shape = weights.shape();
    int channels = shape.dim(axis);
    int inner = Math.toIntExact(shape.size(axis + 1, shape.rank()));
    float[] values = weights.toFloatArray();
    double[] scales = scales(values, channels, inner, dtype);
    double[] terms = bias == null ? new double[channels] : bias.toDoubleArray();
    for (int c = 0; c < channels; c++) {
      double term = x == null ? 0 : Math.abs(terms[c]) / x.scale();
      if (scales[c] == 0) {
        scales[c] = term == 0 ? 1 : term / LONE_BIAS;
      } else if (biasType == DType.I32) {
        scales[c] = Math.max(scales[c], term / MOST_BIAS);
      }
    }
    float[] steps = new float[channels];
    for (int c = 0; c < channels; c++) {
      steps[c] = Math.max((float) scales[c], Float.MIN_NORMAL);
    }
    Quant quant = Quant.perAxis(steps, axis);
    Tensor integers = Tensor.zeros(new TensorType(dtype, shape, quant));
    long greatest = dtype.max();
    for (int i = 0; i < values.length; i++) {
      int c = i / inner % channels;
      long q = (long) FixedPoint.roundHalfAway(values[i] / steps[c]);
      q = Math.clamp(q, -greatest, greatest);
      Elements.setLong(integers.memory(), dtype, i, q);
      if (i < partners.length) {
        terms[c] += partners[i] * (values[i] - (double) q * steps[c]);
      }
    }
    if (x == null || (bias == null && partners.length == 0)) {
      return new Weights(integers, null);
    }
    return new Weights(integers, bias(terms, x.scale(), steps, biasType));
  }

  private static Tensor bias(double[] terms, float scale, float[] steps, DType dtype) {
    float[] scales = new float[steps.length];
    for (int c = 0; c < steps.length; c++) {
      scales[c] = Math.max(scale * steps[c], Float.MIN_NORMAL);
    }
    Tensor integers =
        Tensor.allocate(new TensorType(dtype, Shape.of(steps.length), Quant.perAxis(scales, 0)));
    for (int c = 0; c < steps.length; c++) {
      double q = FixedPoint.roundHalfAway(terms[c] / ((double) scale * steps[c]));
      Elements.setLong(integers.memory(), dtype, c, (long) q);
    }
    return integers;
  }

  private static double[] scales(float[] values, int channels, int inner, DType dtype) {
    double[] scales = new double[channels];
    for (int i = 0; i < values.length; i++) {
      int c = i / inner % channels;
      scales[c] = Math.max(scales[c], Math.abs(values[i]) / (double) dtype.max());
    }
    return dtype == DType.I4 ? clipped(values, inner, scales) : scales;
  }

  /// Scales of few integers that have the least squared error: to cut the greatest weights off a
  /// little may make all others more exact.
  private static double[] clipped(float[] values, int inner, double[] scales) {
    int channels = scales.length;
    double[] best = scales.clone();
    double[] least = new double[channels];
    for (int step = 0; step <= CLIPPED; step++) {
      double[] errors = new double[channels];
      double factor = 1 - STEP * step;
      for (int i = 0; i < values.length; i++) {
        int c = i / inner % channels;
        double scale = scales[c] * factor;
        double q = scale == 0 ? 0 : Math.clamp(Math.rint(values[i] / scale), -7, 7);
        double error = values[i] - q * scale;
        errors[c] += error * error;
      }
      for (int c = 0; c < channels; c++) {
        if (step == 0 || errors[c] < least[c]) {
          least[c] = errors[c];
          best[c] = scales[c] * factor;
        }
      }
    }
    return best;
  }
}
