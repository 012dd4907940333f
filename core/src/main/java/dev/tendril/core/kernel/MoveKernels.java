package dev.tendril.core.kernel;

import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.op.Move;
import java.util.List;
import java.util.stream.IntStream;

/// What [Move] ops mean. All but padding are walks with the right strides.
final class MoveKernels {
  private MoveKernels() {}

  static void run(Move op, List<Tensor> operands, List<Tensor> results) {
    Tensor x = operands.getFirst();
    Tensor y = results.getFirst();
    Shape from = x.shape();
    Shape to = y.shape();
    long[] strides = from.strides();
    int rank = from.rank();
    switch (op) {
      case Move.Reshape _ -> y.memory().copyFrom(x.memory());
      case Move.Transpose(List<Integer> axes) ->
          fill(y, x, 0, new Walk(to.dims(), pick(strides, axes, from)));
      case Move.Broadcast _ -> fill(y, x, 0, new Walk(to.dims(), Walk.strides(from, to)));
      case Move.Slice slice -> {
        long offset = 0;
        for (int axis = 0; axis < rank; axis++) {
          offset += slice.first(axis, from) * strides[axis];
          strides[axis] *= slice.step().get(axis);
        }
        fill(y, x, offset, new Walk(to.dims(), strides));
      }
      case Move.Pad pad -> pad(pad, x, y);
      case Move.Concat(int axis) -> concat(op, from.axis(axis), operands, y);
      case Move.Reverse(List<Integer> axes) -> {
        long offset = 0;
        for (int given : axes) {
          int axis = from.axis(given);
          offset += (from.dim(axis) - 1) * strides[axis];
          strides[axis] = -strides[axis];
        }
        fill(y, x, offset, new Walk(to.dims(), strides));
      }
      case Move.Tile(List<Integer> repeats) -> {
        int[] dims = new int[2 * rank];
        long[] both = new long[2 * rank];
        for (int axis = 0; axis < rank; axis++) {
          dims[2 * axis] = repeats.get(axis);
          dims[2 * axis + 1] = from.dim(axis);
          both[2 * axis + 1] = strides[axis];
        }
        fill(y, x, 0, new Walk(dims, both));
      }
      case Move.SpaceToDepth(int block, boolean inverse) ->
          fill(y, x, 0, inverse ? depthToSpace(block, from, to) : spaceToDepth(block, from, to));
    }
  }

  private static long[] pick(long[] strides, List<Integer> axes, Shape shape) {
    return axes.stream().mapToLong(axis -> strides[shape.axis(axis)]).toArray();
  }

  /// Fills a result in order with the elements that a walk comes to.
  private static void fill(Tensor result, Tensor operand, long offset, Walk walk) {
    Cells from = Cells.bits(operand);
    Cells to = Cells.bits(result);
    for (long i = 0; walk.more(); walk.next()) {
      to.set(i++, from.integer(offset + walk.place(0)));
    }
  }

  /// Axes of the walk: image, row and column of the result, row and column within the block,
  /// channel.
  private static Walk spaceToDepth(int block, Shape from, Shape to) {
    long[] s = from.strides();
    return new Walk(
        new int[] {to.dim(0), to.dim(1), to.dim(2), block, block, from.dim(3)},
        new long[] {s[0], s[1] * block, s[2] * block, s[1], s[2], s[3]});
  }

  /// Axes of the walk: image, row of the operand, row within the block, column of the operand,
  /// column within the block, channel.
  private static Walk depthToSpace(int block, Shape from, Shape to) {
    long[] s = from.strides();
    int channels = to.dim(3);
    return new Walk(
        new int[] {from.dim(0), from.dim(1), block, from.dim(2), block, channels},
        new long[] {s[0], s[1], (long) block * channels, s[2], channels, 1});
  }

  private static void concat(Move op, int axis, List<Tensor> operands, Tensor result) {
    Cells to = Cells.bits(result);
    long[] strides = result.shape().strides();
    long offset = 0;
    for (Tensor operand : operands) {
      Cells from = Cells.bits(operand);
      Quant own = operand.type().quant();
      Rescale rescale =
          own == null || own.equals(result.type().quant())
              ? null
              : new Rescale(own, Refusal.quant(op, operands, result));
      long i = 0;
      for (Walk at = new Walk(operand.shape().dims(), strides); at.more(); at.next()) {
        long value = from.integer(i++);
        to.set(offset + at.place(0), rescale == null ? value : rescale.apply(value, result));
      }
      offset += operand.shape().dim(axis) * strides[axis];
    }
  }

  /// From the scale of an operand to that of the whole, in 32-bit floats as TensorFlow Lite does
  /// it.
  private record Rescale(float scale, float bias, int zeroPoint) {
    Rescale(Quant from, Quant to) {
      this(
          from.scale() * (1 / to.scale()),
          -from.zeroPoint() * (from.scale() * (1 / to.scale())),
          to.zeroPoint());
    }

    long apply(long q, Tensor result) {
      return FixedPoint.round(q * scale + bias, zeroPoint, result.dtype());
    }
  }

  private static void pad(Move.Pad op, Tensor x, Tensor y) {
    Shape from = x.shape();
    Shape to = y.shape();
    int rank = from.rank();
    long[] strides = from.strides();
    long[][] places = new long[rank][];
    for (int axis = 0; axis < rank; axis++) {
      int extent = from.dim(axis);
      int before = op.before().get(axis);
      long stride = strides[axis];
      places[axis] =
          IntStream.range(0, to.dim(axis))
              .mapToLong(i -> source(op.mode(), i - before, extent))
              .map(i -> i < 0 ? -1 : i * stride)
              .toArray();
    }
    Cells source = Cells.bits(x);
    Cells target = Cells.bits(y);
    Cells value = Cells.of(y);
    long i = 0;
    for (Walk at = new Walk(to.dims()); at.more(); at.next(), i++) {
      long place = 0;
      for (int axis = 0; axis < rank && place >= 0; axis++) {
        long step = places[axis][at.at(axis)];
        place = step < 0 ? -1 : place + step;
      }
      Quant quant = y.type().quant();
      if (place >= 0) {
        target.set(i, source.integer(place));
      } else if (quant == null) {
        value.set(i, op.value());
      } else {
        int channel = quant.isPerTensor() ? 0 : at.at(quant.axis());
        value.set(
            i,
            (long)
                FixedPoint.quantize(
                    (float) op.value(),
                    quant.scales()[channel],
                    quant.zeroPoints()[channel],
                    y.dtype()));
      }
    }
  }

  /// The place in the operand of a new element, or -1 for the constant.
  private static int source(Move.Pad.Mode mode, int place, int extent) {
    if (place >= 0 && place < extent) {
      return place;
    }
    return switch (mode) {
      case CONSTANT -> -1;
      case EDGE -> place < 0 ? 0 : extent - 1;
      case REFLECT -> place < 0 ? -place : 2 * (extent - 1) - place;
      case SYMMETRIC -> place < 0 ? -1 - place : 2 * extent - 1 - place;
    };
  }
}
