package dev.tendril.core.op;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.ShapeException;
import dev.tendril.core.TensorType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The types of results of [Contract].
final class ContractShapes {
  private ContractShapes() {}

  static List<TensorType> infer(Contract op, List<TensorType> types) {
    TensorType result =
        switch (op) {
          case Contract.MatMul matmul -> matmul(matmul, types);
          case Contract.Conv conv -> conv(conv, types);
          case Contract.DepthwiseConv depthwise -> depthwise(depthwise, types);
          case Contract.ConvTranspose transpose -> transpose(transpose, types);
          case Contract.Pool pool -> pool(pool, types);
          case Contract.PoolArgMax pool -> argMax(pool, types);
          case Contract.Attention attention -> attention(attention, types);
        };
    return List.of(result);
  }

  private static TensorType matmul(Contract.MatMul op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 2, 3, "a, b and maybe a bias");
    operands.rankAtLeast(0, 2, "a");
    operands.rankAtLeast(1, 2, "b");
    int m = operands.dim(0, op.transposeA() ? -1 : -2);
    int k = operands.dim(0, op.transposeA() ? -2 : -1);
    int channel = op.transposeB() ? -2 : -1;
    operands.dim(1, op.transposeB() ? -1 : -2, k, "b with an inner extent");
    int n = operands.dim(1, channel);
    DType dtype = product(operands, operands.shape(1).axis(channel), n, op.activation(), "a", "b");
    Shape batch = batch(operands, operands.shape(0), operands.shape(1));
    return new TensorType(dtype, join(batch, m, n));
  }

  private static TensorType conv(Contract.Conv op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 2, 3, "x, filter and maybe a bias");
    int axes = op.strides().size();
    operands.rank(0, axes + 2, "x");
    operands.rank(1, axes + 2, "a filter");
    int channels = operands.dim(0, -1);
    int out = operands.dim(1, 0);
    if (op.groups() < 1
        || (channels != Shape.ANY && channels % op.groups() != 0)
        || (out != Shape.ANY && out % op.groups() != 0)) {
      throw operands.misfit(
          op.groups()
              + " groups; expected a divisor of the channels, "
              + text(channels)
              + ", and of the filters, "
              + text(out));
    }
    int channelsOfGroup = channels == Shape.ANY ? Shape.ANY : channels / op.groups();
    operands.dim(1, -1, channelsOfGroup, "a filter with channels of a group");
    DType dtype = product(operands, 0, out, op.activation(), "x", "a filter");
    List<Integer> window = window(operands.shape(1), 1, axes);
    Windows windows = new Windows(operands, window, op.strides(), op.dilations(), op.padding());
    return new TensorType(dtype, slide(windows, operands.shape(0), out));
  }

  private static TensorType depthwise(Contract.DepthwiseConv op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 2, 3, "x, filter and maybe a bias");
    operands.rank(0, 4, "x");
    operands.rank(1, 3, "a filter");
    int channels = operands.dim(0, -1);
    int out = operands.dim(1, -1);
    if (channels != Shape.ANY && out != Shape.ANY && (channels == 0 || out % channels != 0)) {
      throw operands.misfit(
          "a filter of " + out + " channels; expected a multiple of those of x, " + channels);
    }
    DType dtype = product(operands, 2, out, op.activation(), "x", "a filter");
    List<Integer> window = window(operands.shape(1), 0, 2);
    Windows windows = new Windows(operands, window, op.strides(), op.dilations(), op.padding());
    return new TensorType(dtype, slide(windows, operands.shape(0), out));
  }

  private static TensorType transpose(Contract.ConvTranspose op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 2, 3, "x, filter and maybe a bias");
    int axes = op.strides().size();
    operands.rank(0, axes + 2, "x");
    operands.rank(1, axes + 2, "a filter");
    operands.dim(1, -1, operands.dim(0, -1), "a filter with channels of x");
    int out = operands.dim(1, 0);
    DType dtype = product(operands, 0, out, op.activation(), "x", "a filter");
    List<Integer> window = window(operands.shape(1), 1, axes);
    Windows windows = new Windows(operands, window, op.strides(), op.dilations(), op.padding());
    if (op.spatial().rank() != axes) {
      throw operands.misfit(
          "a result of spatial extents " + op.spatial() + "; expected " + axes + " of them");
    }
    int[] dims = operands.shape(0).dims();
    for (int axis = 0; axis < axes; axis++) {
      int wanted = op.spatial().dim(axis);
      int extent = wanted == Shape.ANY ? windows.extent(axis, dims[axis + 1]) : wanted;
      int places = windows.places(axis, extent);
      if (places != dims[axis + 1] && places != Shape.ANY && dims[axis + 1] != Shape.ANY) {
        throw operands.misfit(
            "a result of extent "
                + extent
                + ", of which the convolution makes "
                + places
                + "; expected as many as x has, "
                + dims[axis + 1]);
      }
      dims[axis + 1] = extent;
    }
    dims[axes + 1] = out;
    return new TensorType(dtype, Shape.of(dims));
  }

  private static TensorType pool(Contract.Pool op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 1, 1, "x");
    if (op.kind() != Reduce.Kind.MAX && op.kind() != Reduce.Kind.MEAN) {
      throw operands.misfit("the " + op.kind().text() + " of windows; expected max or mean");
    }
    Shape shape = pooled(operands, op.window(), op.strides(), op.padding());
    activation(operands, op.activation());
    return types.getFirst().with(shape);
  }

  private static TensorType argMax(Contract.PoolArgMax op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 1, 1, "x");
    return new TensorType(DType.I32, pooled(operands, op.window(), op.strides(), op.padding()));
  }

  private static Shape pooled(
      Operands operands, List<Integer> window, List<Integer> strides, Padding padding) {
    operands.rank(0, window.size() + 2, "x");
    if (operands.dtype(0) == DType.BOOL) {
      throw operands.mistype("x of booleans; expected numbers");
    }
    perTensor(operands, 0, "x");
    operands.positive(window, "a window of");
    Windows windows =
        new Windows(operands, window, strides, Collections.nCopies(window.size(), 1), padding);
    for (int axis = 0; axis < padding.before().size(); axis++) {
      if (Math.max(padding.before().get(axis), padding.after().get(axis)) >= window.get(axis)) {
        throw operands.misfit(
            "padding "
                + padding.before()
                + ", "
                + padding.after()
                + " for a window of "
                + window
                + "; expected less than the window");
      }
    }
    return slide(windows, operands.shape(0), operands.dim(0, -1));
  }

  private static TensorType attention(Contract.Attention op, List<TensorType> types) {
    Operands operands = new Operands(op, types, 3, 4, "q, k, v and maybe a mask");
    for (int i = 0; i < types.size(); i++) {
      operands.real(i, i == 3 ? "a mask" : "q, k or v");
      operands.dtype(i, operands.dtype(0), i == 3 ? "a mask" : "k or v");
    }
    operands.rankAtLeast(0, 2, "q");
    operands.rankAtLeast(1, 2, "k");
    operands.rankAtLeast(2, 2, "v");
    int m = operands.dim(0, -2);
    operands.dim(1, -1, operands.dim(0, -1), "k with a last extent");
    int n = operands.dim(2, -2, operands.dim(1, -2), "v with rows");
    Shape batch = batch(operands, operands.shape(0), operands.shape(1));
    batch = batch(operands, join(batch, 1, 1), operands.shape(2));
    if (operands.has(3)) {
      Shape scores = join(batch, m, n);
      Shape both = broadcast(operands, scores, operands.shape(3));
      boolean fits = both.rank() == scores.rank();
      for (int axis = 0; fits && axis < both.rank(); axis++) {
        fits = scores.dim(axis) == Shape.ANY || both.dim(axis) == scores.dim(axis);
      }
      if (!fits) {
        throw operands.misfit("a mask that does not broadcast to the scores, " + scores);
      }
    }
    return new TensorType(operands.dtype(0), join(batch, m, operands.dim(2, -1)));
  }

  /// Checks the element types of a sum of products and its bias.
  ///
  /// @param axis the axis of the second operand that its scales may differ along
  /// @param out the number of output channels
  private static DType product(
      Operands operands, int axis, int out, Activation activation, String x, String weights) {
    DType dtype = operands.dtype(0);
    if (dtype == DType.BOOL) {
      throw operands.mistype(x + " of booleans; expected numbers");
    }
    perTensor(operands, 0, x);
    boolean hybrid = dtype.isFloat() && operands.isQuantized(1);
    if (operands.isQuantized(0) != operands.isQuantized(1) && !hybrid) {
      throw operands.mistype(x + " or " + weights + " is quantized alone; expected both or none");
    }
    if (!operands.isQuantized(1)) {
      operands.dtype(1, dtype, weights);
    } else if ((dtype.bits() > 16 && !hybrid) || operands.dtype(1).bits() > 16) {
      throw operands.mistype("quantized numbers of 32 bits; expected 4, 8 or 16");
    }
    Quant quant = operands.type(1).quant();
    if (quant != null && !quant.isPerTensor() && quant.axis() != axis) {
      throw operands.misfit(
          weights + " with scales along axis " + quant.axis() + "; expected axis " + axis);
    }
    if (operands.has(2)) {
      operands.vector(2, out, "a bias");
      bias(operands, dtype);
    }
    activation(operands, activation);
    return dtype;
  }

  private static void bias(Operands operands, DType dtype) {
    if (!operands.isQuantized(0)) {
      operands.dtype(2, dtype, "a bias");
    } else if (operands.dtype(2) != DType.I32 && operands.dtype(2) != DType.I64) {
      throw operands.mistype(
          "a bias of " + operands.dtype(2).text() + " to quantized numbers; expected i32 or i64");
    }
  }

  private static void activation(Operands operands, Activation activation) {
    if (!activation.isRange() && !operands.dtype(0).isFloat()) {
      throw operands.mistype(
          "the activation " + activation + " of integers; expected one that keeps to a range");
    }
  }

  static void perTensor(Operands operands, int operand, String name) {
    Quant quant = operands.type(operand).quant();
    if (quant != null && !quant.isPerTensor()) {
      throw operands.mistype(name + " with scales along an axis; expected one scale");
    }
  }

  private static Shape slide(Windows windows, Shape x, int out) {
    int[] dims = x.dims();
    for (int axis = 0; axis < dims.length - 2; axis++) {
      dims[axis + 1] = windows.places(axis, dims[axis + 1]);
    }
    dims[dims.length - 1] = out;
    return Shape.of(dims);
  }

  private static List<Integer> window(Shape filter, int first, int axes) {
    return Arrays.stream(filter.dims(), first, first + axes).boxed().toList();
  }

  /// The axes before the last two of both, broadcast.
  private static Shape batch(Operands operands, Shape a, Shape b) {
    return broadcast(operands, outer(a), outer(b));
  }

  private static Shape broadcast(Operands operands, Shape a, Shape b) {
    try {
      return Shape.broadcast(a, b);
    } catch (ShapeException e) {
      throw operands.misfit(String.valueOf(e.getMessage()));
    }
  }

  private static Shape outer(Shape shape) {
    return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
  }

  private static Shape join(Shape batch, int m, int n) {
    return batch.inserted(batch.rank(), m).inserted(batch.rank() + 1, n);
  }

  private static String text(int dim) {
    return dim == Shape.ANY ? "?" : Integer.toString(dim);
  }
}
