package dev.tendril.compile;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Reduce;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// [Contract] ops in StableHLO.
final class ContractLowering {
  private ContractLowering() {}

  static Hlo lower(HloBuilder b, Contract op, List<Hlo> x, TensorType result) {
    return switch (op) {
      case Contract.MatMul(boolean a, boolean t, Activation activation) ->
          end(b, matmul(b, a, t, x, result), x, activation, result);
      case Contract.Conv c -> {
        Window window = new Window(c.strides(), c.dilations(), c.padding());
        Hlo sum = conv(b, window, x.get(0), x.get(1), 1, c.groups(), result);
        yield end(b, sum, x, c.activation(), result);
      }
      case Contract.DepthwiseConv c -> {
        Window window = new Window(c.strides(), c.dilations(), c.padding());
        Shape filter = x.get(1).shape();
        Hlo each = b.reshape(x.get(1), filter.inserted(2, 1));
        Hlo sum = depthwise(b, window, x.get(0), each, result);
        yield end(b, sum, x, c.activation(), result);
      }
      case Contract.ConvTranspose c ->
          end(b, transposed(b, c, x.get(0), x.get(1), result), x, c.activation(), result);
      case Contract.Pool pool -> pool(b, pool, x.getFirst(), result);
      case Contract.PoolArgMax _ -> throw new Unlowered("places of the greatest of windows");
      case Contract.Attention(float scale, boolean causal) ->
          attention(b, scale, causal, x, result);
    };
  }

  private static Hlo matmul(
      HloBuilder b, boolean transposeA, boolean transposeB, List<Hlo> x, TensorType result) {
    Hlo p = term(b, x.get(0), result.dtype());
    Hlo q = term(b, x.get(1), result.dtype());
    int batches = 0;
    if (q.rank() > 2) {
      Shape batch = Shape.of(Arrays.copyOf(result.shape().dims(), result.shape().rank() - 2));
      batches = batch.rank();
      p = b.broadcast(p, joined(batch, p));
      q = b.broadcast(q, joined(batch, q));
    }
    return b.dot(p, q, batches, p.rank() - (transposeA ? 2 : 1), q.rank() - (transposeB ? 1 : 2));
  }

  private static Shape joined(Shape batch, Hlo matrix) {
    return batch.inserted(batch.rank(), matrix.dim(-2)).inserted(batch.rank() + 1, matrix.dim(-1));
  }

  /// Integers are multiplied as the result has them.
  private static Hlo term(HloBuilder b, Hlo x, DType result) {
    return x.dtype().isFloat() ? x : b.convert(x, result);
  }

  /// Adds the bias, if there is one, and applies the activation.
  private static Hlo end(
      HloBuilder b, Hlo sum, List<Hlo> operands, Activation activation, TensorType result) {
    Hlo y = sum;
    if (operands.size() > 2) {
      y = b.add(y, b.convert(operands.get(2), y.dtype()));
    }
    return b.convert(activate(b, activation, y), result.dtype());
  }

  static Hlo activate(HloBuilder b, Activation activation, Hlo x) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> b.max(x, b.scalar(0, x.dtype()));
      case RELU6, RELU_N1_TO_1 ->
          b.clamp(Math.max(activation.low(), least(x)), x, activation.high());
      case TANH -> b.unary("tanh", x);
      case SIGMOID -> b.unary("logistic", x);
    };
  }

  private static double least(Hlo x) {
    return x.dtype().isFloat() ? Double.NEGATIVE_INFINITY : x.dtype().min();
  }

  /// How a window slides along spatial axes.
  private record Window(List<Integer> strides, List<Integer> dilations, Padding padding) {
    int axes() {
      return strides.size();
    }

    int before(int axis, int extent, int window) {
      return padding.before(axis, extent, window, strides.get(axis), dilations.get(axis));
    }

    /// What makes the number of places right, also where windows do not reach the end.
    int after(int axis, int extent, int window, int places) {
      int reach = (window - 1) * dilations.get(axis) + 1;
      return (places - 1) * strides.get(axis) + reach - extent - before(axis, extent, window);
    }
  }

  private static List<Integer> ones(int count) {
    return Collections.nCopies(count, 1);
  }

  /// @param first the axis of the filter that is the first spatial one
  private static Hlo conv(
      HloBuilder b, Window w, Hlo x, Hlo filter, int first, int groups, TensorType result) {
    int[] before = new int[w.axes()];
    int[] after = new int[w.axes()];
    for (int i = 0; i < before.length; i++) {
      int extent = x.dim(i + 1);
      int size = filter.dim(i + first);
      before[i] = w.before(i, extent, size);
      after[i] = w.after(i, extent, size, result.shape().dim(i + 1));
    }
    return convolution(
        b,
        x,
        filter,
        places(w.axes(), "o", "i"),
        w.strides(),
        before,
        after,
        ones(w.axes()),
        w.dilations(),
        groups,
        result);
  }

  private static Hlo depthwise(HloBuilder b, Window w, Hlo x, Hlo filter, TensorType result) {
    int[] before = new int[2];
    int[] after = new int[2];
    for (int i = 0; i < 2; i++) {
      before[i] = w.before(i, x.dim(i + 1), filter.dim(i));
      after[i] = w.after(i, x.dim(i + 1), filter.dim(i), result.shape().dim(i + 1));
    }
    return convolution(
        b,
        x,
        filter,
        "[0, 1, i, o]",
        w.strides(),
        before,
        after,
        ones(2),
        w.dilations(),
        x.dim(3),
        result);
  }

  /// Every element of `x` adds its window: a convolution of `x` with zeros between its elements by
  /// the filter turned around.
  private static Hlo transposed(
      HloBuilder b, Contract.ConvTranspose op, Hlo x, Hlo filter, TensorType result) {
    Window w = new Window(op.strides(), op.dilations(), op.padding());
    int[] before = new int[w.axes()];
    int[] after = new int[w.axes()];
    for (int i = 0; i < before.length; i++) {
      int extent = result.shape().dim(i + 1);
      int size = filter.dim(i + 1);
      int reach = (size - 1) * op.dilations().get(i) + 1;
      int spread = (x.dim(i + 1) - 1) * op.strides().get(i) + 1;
      before[i] = reach - 1 - w.before(i, extent, size);
      after[i] = extent - before[i] - spread + reach - 1;
    }
    List<Integer> spatial = IntStream.range(1, w.axes() + 1).boxed().toList();
    return convolution(
        b,
        x,
        b.reverse(filter, spatial),
        places(w.axes(), "o", "i"),
        ones(w.axes()),
        before,
        after,
        op.strides(),
        op.dilations(),
        1,
        result);
  }

  /// Such as `[o, 0, 1, i]`.
  private static String places(int axes, String first, String last) {
    return IntStream.range(0, axes)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", ", "[" + first + ", ", ", " + last + "]"));
  }

  private static Hlo convolution(
      HloBuilder b,
      Hlo given,
      Hlo weights,
      String filterPlaces,
      List<Integer> strides,
      int[] before,
      int[] after,
      List<Integer> spread,
      List<Integer> dilations,
      int groups,
      TensorType result) {
    Hlo x = term(b, given, result.dtype());
    Hlo filter = term(b, weights, result.dtype());
    String data = places(strides.size(), "b", "f");
    return b.op(
        "convolution",
        "window_strides = "
            + HloTypes.array(strides)
            + ", padding = "
            + HloBuilder.padding(before, after)
            + ", lhs_dilation = "
            + HloTypes.array(spread)
            + ", rhs_dilation = "
            + HloTypes.array(dilations)
            + ", dimension_numbers = #stablehlo.conv<"
            + data
            + "x"
            + filterPlaces
            + "->"
            + data
            + ">, feature_group_count = "
            + groups
            + " : i64, batch_group_count = 1 : i64, "
            + HloBuilder.PRECISION,
        new TensorType(HloBuilder.sums(x.dtype()), result.shape()),
        x,
        filter);
  }

  private static Hlo pool(HloBuilder b, Contract.Pool op, Hlo given, TensorType result) {
    Window w = new Window(op.strides(), ones(op.strides().size()), op.padding());
    int rank = given.rank();
    int[] window = new int[rank];
    int[] strides = new int[rank];
    int[] before = new int[rank];
    int[] after = new int[rank];
    Arrays.fill(window, 1);
    Arrays.fill(strides, 1);
    for (int i = 0; i < w.axes(); i++) {
      int size = op.window().get(i);
      window[i + 1] = size;
      strides[i + 1] = op.strides().get(i);
      before[i + 1] = w.before(i, given.dim(i + 1), size);
      after[i + 1] = w.after(i, given.dim(i + 1), size, result.shape().dim(i + 1));
    }
    if (op.kind() == Reduce.Kind.MAX) {
      Hlo first = ReduceLowering.neutral(b, op.kind(), given.dtype());
      Hlo most = b.reduceWindow("maximum", given, first, window, strides, before, after);
      return activated(b, op.activation(), most);
    }
    boolean whole = !given.dtype().isFloat();
    Hlo x = whole ? b.convert(given, DType.I64) : b.wide(given);
    Hlo zero = b.scalar(0, x.dtype());
    Hlo sum = b.reduceWindow("add", x, zero, window, strides, before, after);
    Hlo one = b.filled(1, x.type().with(x.shape().with(0, 1).with(rank - 1, 1)));
    Hlo count = b.reduceWindow("add", one, zero, window, strides, before, after);
    if (whole) {
      Hlo half = b.div(count, 2);
      Hlo up = b.compare("GT", sum, 0);
      sum = b.select(up, b.add(sum, half), b.sub(sum, half));
    }
    return activated(b, op.activation(), b.convert(b.div(sum, count), given.dtype()));
  }

  private static Hlo activated(HloBuilder b, Activation activation, Hlo x) {
    return b.convert(activate(b, activation, b.wide(x)), x.dtype());
  }

  private static Hlo attention(
      HloBuilder b, float scale, boolean causal, List<Hlo> operands, TensorType result) {
    Shape batch = Shape.of(Arrays.copyOf(result.shape().dims(), result.shape().rank() - 2));
    List<Hlo> x = new ArrayList<>();
    for (Hlo operand : operands.subList(0, 3)) {
      x.add(b.broadcast(operand, joined(batch, operand)));
    }
    int rank = batch.rank();
    Hlo scores = b.mul(b.dot(x.get(0), x.get(1), rank, rank + 1, rank + 1), scale);
    if (operands.size() > 3) {
      scores = b.add(scores, b.convert(operands.get(3), scores.dtype()));
    }
    Hlo nothing = b.scalar(Double.NEGATIVE_INFINITY, scores.dtype());
    if (causal) {
      int m = scores.dim(-2);
      int n = scores.dim(-1);
      Shape matrix = Shape.of(m, n);
      Hlo last = b.add(b.iota(matrix, 0, DType.I32), n - m);
      Hlo seen = b.compare("LE", b.iota(matrix, 1, DType.I32), last);
      scores = b.select(seen, scores, nothing);
    }
    Hlo most = b.maxKept(scores, rank + 1);
    Hlo blind = b.compare("EQ", most, nothing);
    Hlo weights = b.unary("exponential", b.sub(scores, b.select(blind, 0, most)));
    Hlo sum = b.select(blind, 1, b.sumKept(weights, rank + 1));
    Hlo values = b.convert(x.get(2), weights.dtype());
    Hlo mean = b.div(b.dot(weights, values, rank, rank + 1, rank), sum);
    return b.convert(mean, result.dtype());
  }
}
