package dev.tendril.core.kernel;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Reduce;
import java.util.Collections;
import java.util.List;

/// What pooling means. Integers, quantized or not, are averaged as they are: the sum divided by the
/// number of elements, rounded to the nearest, ties away from zero.
final class PoolKernels {
  /// How far scales may be apart that count as the same, as TensorFlow Lite has it.
  private static final float SAME_SCALE = 1e-6f;

  private PoolKernels() {}

  static void pool(Contract.Pool op, Tensor x, Tensor result) {
    Slide slide = slide(x, result, op.window(), op.strides(), op.padding());
    if (x.dtype().isFloat()) {
      real(op, slide, x, result);
    } else {
      integer(op, slide, x, result);
    }
  }

  private static Slide slide(
      Tensor x, Tensor result, List<Integer> window, List<Integer> strides, Padding padding) {
    List<Integer> dilations = Collections.nCopies(window.size(), 1);
    return new Slide(x.shape(), result.shape(), window, strides, dilations, padding);
  }

  private static void real(Contract.Pool op, Slide slide, Tensor x, Tensor result) {
    double[] values = x.toDoubleArray();
    boolean greatest = op.kind() == Reduce.Kind.MAX;
    int channels = x.shape().dim(-1);
    long index = 0;
    for (int n = 0; n < x.shape().dim(0); n++) {
      for (int place = 0; place < slide.places(); place++) {
        int found = slide.cover(place);
        for (int channel = 0; channel < channels; channel++) {
          double all = greatest ? Double.NEGATIVE_INFINITY : 0;
          for (int i = 0; i < found; i++) {
            double value = values[(n * slide.extents() + slide.elements[i]) * channels + channel];
            all = greatest ? Math.max(all, value) : all + value;
          }
          double pooled = greatest ? all : all / found;
          Elements.setDouble(
              result.memory(),
              result.dtype(),
              index++,
              RealAccumulator.activate(op.activation(), pooled));
        }
      }
    }
  }

  private static void integer(Contract.Pool op, Slide slide, Tensor x, Tensor result) {
    long[] values = x.toLongArray();
    boolean greatest = op.kind() == Reduce.Kind.MAX;
    int channels = x.shape().dim(-1);
    long low = bound(op.activation(), false, x, result);
    long high = bound(op.activation(), true, x, result);
    long index = 0;
    for (int n = 0; n < x.shape().dim(0); n++) {
      for (int place = 0; place < slide.places(); place++) {
        int found = slide.cover(place);
        for (int channel = 0; channel < channels; channel++) {
          long all = greatest ? Long.MIN_VALUE : 0;
          for (int i = 0; i < found; i++) {
            long value = values[(n * slide.extents() + slide.elements[i]) * channels + channel];
            all = greatest ? Math.max(all, value) : all + value;
          }
          long pooled = greatest ? all : (all > 0 ? all + found / 2 : all - found / 2) / found;
          Elements.setLong(result.memory(), result.dtype(), index++, Math.clamp(pooled, low, high));
        }
      }
    }
  }

  private static long bound(Activation activation, boolean upper, Tensor x, Tensor result) {
    Quant quant = result.type().quant();
    DType dtype = result.dtype();
    if (quant == null) {
      float bound = upper ? activation.high() : activation.low();
      return Math.clamp((long) bound, dtype.min(), dtype.max());
    }
    same(x, result);
    return upper
        ? FixedPoint.greatest(activation, quant, dtype)
        : FixedPoint.least(activation, quant, dtype);
  }

  /// Checks that a result is quantized as the operand is: nothing is rescaled.
  static void same(Tensor x, Tensor result) {
    Quant from = x.type().quant();
    Quant to = result.type().quant();
    if (from == null ? to == null : to != null && isSame(from, to)) {
      return;
    }
    throw new TensorException(
        "pooling or resizing "
            + x.type()
            + " to "
            + result.type()
            + ": expected the same quantization: quantize again after it");
  }

  private static boolean isSame(Quant from, Quant to) {
    return from.equals(to)
        || (from.isPerTensor()
            && to.isPerTensor()
            && from.zeroPoint() == to.zeroPoint()
            && Math.abs(from.scale() - to.scale()) <= SAME_SCALE);
  }

  static void argMax(Contract.PoolArgMax op, Tensor x, Tensor result) {
    Slide slide = slide(x, result, op.window(), op.strides(), op.padding());
    Shape shape = x.shape();
    int channels = shape.dim(-1);
    double[] values = x.toDoubleArray();
    long index = 0;
    for (int n = 0; n < shape.dim(0); n++) {
      for (int place = 0; place < slide.places(); place++) {
        int found = slide.cover(place);
        for (int channel = 0; channel < channels; channel++) {
          int best = slide.elements[0];
          double greatest = Double.NEGATIVE_INFINITY;
          for (int i = 0; i < found; i++) {
            double value = values[(n * slide.extents() + slide.elements[i]) * channels + channel];
            if (value > greatest || (Double.isNaN(value) && !Double.isNaN(greatest))) {
              best = slide.elements[i];
              greatest = value;
            }
          }
          Elements.setLong(result.memory(), result.dtype(), index++, best);
        }
      }
    }
  }
}
