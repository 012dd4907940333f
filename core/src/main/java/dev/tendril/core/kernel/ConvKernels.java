package dev.tendril.core.kernel;

import dev.tendril.core.Rounding;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Contract;
import java.util.Arrays;
import java.util.List;

/// What convolutions mean: for each place of the window, each output channel sums the products of
/// its filter and the elements that the window covers. Elements beyond the border add nothing,
/// which for quantized numbers means that padding is the zero point.
final class ConvKernels {
  private ConvKernels() {}

  static void conv(Contract.Conv op, List<Tensor> operands, Tensor result, Rounding rounding) {
    Shape x = operands.get(0).shape();
    Slide slide =
        new Slide(
            x,
            result.shape(),
            window(operands.get(1).shape(), 1),
            op.strides(),
            op.dilations(),
            op.padding());
    Accumulator sums = Accumulator.of(Product.of(op, op.activation(), rounding), operands, result);
    int channels = x.dim(-1) / op.groups();
    int out = result.shape().dim(-1);
    int filters = out / op.groups();
    long index = 0;
    for (int n = 0; n < x.dim(0); n++) {
      for (int place = 0; place < slide.places(); place++) {
        int found = slide.cover(place);
        for (int filter = 0; filter < out; filter++) {
          for (int i = 0; i < found; i++) {
            int element = n * slide.extents() + slide.elements[i];
            sums.add(
                element * x.dim(-1) + filter / filters * channels,
                1,
                (filter * slide.taps() + slide.taps[i]) * channels,
                1,
                channels);
          }
          sums.finish(index++, filter);
        }
      }
    }
  }

  static void depthwise(Contract.DepthwiseConv op, List<Tensor> operands, Tensor result) {
    Shape x = operands.get(0).shape();
    Slide slide =
        new Slide(
            x,
            result.shape(),
            window(operands.get(1).shape(), 0),
            op.strides(),
            op.dilations(),
            op.padding());
    Accumulator sums =
        Accumulator.of(Product.of(op, op.activation(), Rounding.EXACT), operands, result);
    int channels = x.dim(-1);
    int out = result.shape().dim(-1);
    int multiplier = out / Math.max(channels, 1);
    long index = 0;
    for (int n = 0; n < x.dim(0); n++) {
      for (int place = 0; place < slide.places(); place++) {
        int found = slide.cover(place);
        for (int filter = 0; filter < out; filter++) {
          for (int i = 0; i < found; i++) {
            int element = n * slide.extents() + slide.elements[i];
            sums.add(
                element * channels + filter / multiplier, 0, slide.taps[i] * out + filter, 0, 1);
          }
          sums.finish(index++, filter);
        }
      }
    }
  }

  static void transpose(Contract.ConvTranspose op, List<Tensor> operands, Tensor result) {
    Shape x = operands.get(0).shape();
    Slide slide =
        new Slide(
            result.shape(),
            x,
            window(operands.get(1).shape(), 1),
            op.strides(),
            op.dilations(),
            op.padding());
    Accumulator sums =
        Accumulator.of(Product.of(op, op.activation(), Rounding.EXACT), operands, result);
    int channels = x.dim(-1);
    int out = result.shape().dim(-1);
    long index = 0;
    for (int n = 0; n < x.dim(0); n++) {
      for (int element = 0; element < slide.extents(); element++) {
        int found = slide.sources(element);
        for (int filter = 0; filter < out; filter++) {
          for (int i = 0; i < found; i++) {
            int place = n * slide.places() + slide.elements[i];
            sums.add(
                place * channels,
                1,
                (filter * slide.taps() + slide.taps[i]) * channels,
                1,
                channels);
          }
          sums.finish(index++, filter);
        }
      }
    }
  }

  /// The extents of a filter from an axis on, without the last.
  private static List<Integer> window(Shape filter, int first) {
    return Arrays.stream(filter.dims(), first, filter.rank() - 1).boxed().toList();
  }
}
