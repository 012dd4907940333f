package dev.tendril.machine.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.FixedPoint;
import dev.tendril.core.kernel.Requantization;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.spi.Support;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// What the kernels of quantized contractions share: bytes, constant weights, and 32-bit sums.
///
/// @param signed whether the data are signed bytes
/// @param zeroPoint that of the data
/// @param weights less their zero points, in the order of the filter
/// @param rescaling from sums to the result
record QuantizedLayer(boolean signed, int zeroPoint, short[] weights, Rescaling rescaling) {
  /// Whether a node is such a one.
  ///
  /// @param axis that of output channels of the weights
  static Support supports(Node node, int axis) {
    TensorType x = node.inputs().getFirst().type();
    TensorType y = node.outputs().getFirst();
    if (!isBytes(x) || !isBytes(y)) {
      return Support.no("numbers that are not quantized to bytes with one scale");
    }
    if (!(node.inputs().get(1) instanceof Value.Constant weights)) {
      return Support.no("weights that are not constant");
    }
    if (!isByte(weights.type().dtype()) || weights.type().quant() == null) {
      return Support.no("weights that are not quantized to bytes");
    }
    Quant quant = weights.type().quant();
    int channels = weights.type().shape().dim(axis);
    if (!quant.isPerTensor() && (quant.axis() != axis || quant.scales().length != channels)) {
      return Support.no("scales along an axis that is not that of channels");
    }
    for (int zeroPoint : quant.zeroPoints()) {
      if (!isZero(zeroPoint, weights.type().dtype())) {
        return Support.no("a zero point that no byte is");
      }
    }
    if (node.inputs().size() > 2
        && (!(node.inputs().get(2) instanceof Value.Constant bias)
            || (bias.type().dtype() != DType.I32 && bias.type().dtype() != DType.I64))) {
      return Support.no("a bias that is not constant");
    }
    return x.shape().size() == 0 || y.shape().size() == 0 || weights.type().shape().size() == 0
        ? Support.no("no elements")
        : Support.YES;
  }

  /// Whether numbers are bytes with one scale, and a zero point among them.
  static boolean isBytes(TensorType type) {
    Quant quant = type.quant();
    return isByte(type.dtype())
        && quant != null
        && quant.isPerTensor()
        && isZero(quant.zeroPoint(), type.dtype());
  }

  private static boolean isByte(DType dtype) {
    return dtype == DType.I8 || dtype == DType.U8;
  }

  private static boolean isZero(int zeroPoint, DType dtype) {
    return zeroPoint >= dtype.min() && zeroPoint <= dtype.max();
  }

  /// Prepares a node.
  ///
  /// @param inner the weights between one of a channel and the next channel's
  /// @param singleScale whether scales are multiplied in 32 bits
  static QuantizedLayer of(
      Node node,
      int channels,
      int inner,
      Activation activation,
      boolean singleScale,
      Rounding rounding) {
    TensorType x = node.inputs().getFirst().type();
    TensorType y = node.outputs().getFirst();
    Tensor filter = ((Value.Constant) node.inputs().get(1)).tensor();
    Quant from = quant(x);
    Quant scales = quant(filter.type());
    Quant to = quant(y);
    byte[] bytes = filter.memory().toArray(ValueLayout.JAVA_BYTE);
    short[] weights = new short[bytes.length];
    boolean signedWeights = filter.dtype() == DType.I8;
    int reach =
        (int) Math.max(x.dtype().max() - from.zeroPoint(), from.zeroPoint() - x.dtype().min());
    long[] most = new long[channels];
    for (int i = 0; i < bytes.length; i++) {
      int channel = i / inner % channels;
      int zero = scales.zeroPoints()[scales.zeroPoints().length == 1 ? 0 : channel];
      weights[i] = (short) ((signedWeights ? bytes[i] : bytes[i] & 0xff) - zero);
      most[channel] += (long) Math.abs(weights[i]) * reach;
    }
    int[] bias = new int[channels];
    if (node.inputs().size() > 2) {
      long[] numbers = ((Value.Constant) node.inputs().get(2)).tensor().toLongArray();
      for (int i = 0; i < channels; i++) {
        bias[i] = (int) numbers[i];
        most[i] += Math.abs(numbers[i]);
      }
    }
    double[] ratios = FixedPoint.ratios(x.dtype(), from, scales, to, singleScale);
    boolean up =
        Requantization.of((Contract) node.op(), activation, x, filter.type(), y, rounding).up();
    Rounding way = rounding == Rounding.DESKTOP && !up ? Rounding.EXACT : rounding;
    double[] each = new double[channels];
    for (int i = 0; i < channels; i++) {
      each[i] = ratios[ratios.length == 1 ? 0 : i];
    }
    return new QuantizedLayer(
        x.dtype() == DType.I8,
        from.zeroPoint(),
        weights,
        new Rescaling(each, bias, most, activation, to, y.dtype(), way));
  }

  static Quant quant(TensorType type) {
    Quant quant = type.quant();
    if (quant == null) {
      throw new TensorException(type + ": expected a quantized type");
    }
    return quant;
  }

  /// A row of padding: the zero point.
  byte[] padding(int bytes) {
    byte[] row = new byte[bytes];
    Arrays.fill(row, (byte) zeroPoint);
    return row;
  }
}
