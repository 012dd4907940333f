package dev.tendril.core.graph;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// The gradients of [Contract].
///
/// A convolution is `y[p] = Σ x[p·s + w·d - pad] · f[w]`. The gradient by `x` is the transposed
/// convolution of that by `y`. The gradient by `f` is a convolution too, of `x` by the gradient as
/// a filter: sums go over images, and places and window, and so strides and dilations, change roles
/// (Dumoulin and Visin, *A guide to convolution arithmetic*, 2016).
final class ContractGradients {
  private ContractGradients() {}

  static void apply(Contract op, Backward b) {
    switch (op) {
      case Contract.MatMul matmul -> matmul(matmul, b);
      case Contract.Conv conv -> conv(conv, b);
      case Contract.DepthwiseConv conv -> depthwise(conv, b);
      case Contract.ConvTranspose conv -> convTranspose(conv, b);
      case Contract.Pool pool -> pool(pool, b);
      case Contract.PoolArgMax _ -> {}
      case Contract.Attention attention -> attention(attention, b);
    }
  }

  /// The gradient before the activation; that by the bias, if there is one, is its sum.
  private static Value before(Activation activation, Backward b) {
    Value dy = PointwiseGradients.beforeActivation(b.f, activation, b.y(), b.dy());
    if (b.wants(2)) {
      b.give(2, b.f.sumLeading(dy, 1));
    }
    return dy;
  }

  private static void matmul(Contract.MatMul op, Backward b) {
    Formula f = b.f;
    Value dy = before(op.activation(), b);
    boolean ta = op.transposeA();
    boolean tb = op.transposeB();
    if (b.wants(0)) {
      b.giveSummed(0, ta ? f.matmul(b.x(1), dy, tb, true) : f.matmul(dy, b.x(1), false, !tb));
    }
    if (b.wants(1)) {
      b.giveSummed(1, tb ? f.matmul(dy, b.x(0), true, ta) : f.matmul(b.x(0), dy, !ta, false));
    }
  }

  /// How a window slides over extents that are known.
  private record Slide(List<Integer> strides, Padding padding, List<Integer> dilations) {
    static Slide of(
        Shape x, int[] window, List<Integer> strides, Padding padding, List<Integer> dilations) {
      List<Integer> before = new ArrayList<>();
      List<Integer> after = new ArrayList<>();
      for (int i = 0; i < window.length; i++) {
        int extent = x.dim(i + 1);
        before.add(padding.before(i, extent, window[i], strides.get(i), dilations.get(i)));
        after.add(padding.after(i, extent, window[i], strides.get(i), dilations.get(i)));
      }
      return new Slide(strides, Padding.explicit(before, after), dilations);
    }

    /// With strides as dilations, and dilations as strides.
    Slide exchanged() {
      return new Slide(/* strides= */ dilations, padding, /* dilations= */ strides);
    }

    Contract.Conv conv() {
      return new Contract.Conv(strides, padding, dilations, 1, Activation.NONE);
    }

    Contract.ConvTranspose transposed(Shape spatial) {
      return new Contract.ConvTranspose(strides, padding, dilations, spatial, Activation.NONE);
    }
  }

  private static int[] spatial(Shape shape) {
    return IntStream.range(1, shape.rank() - 1).map(shape::dim).toArray();
  }

  /// The gradient by the filter `[out, window..., in]` of the convolution from `x` to `dy`.
  private static Value byFilter(Formula f, Slide slide, Value x, Value dy, int[] window) {
    int axes = window.length;
    Value found = f.apply(slide.exchanged().conv(), swapped(f, x), swapped(f, dy));
    for (int i = 0; i < axes; i++) {
      found = f.slice(found, i + 1, 0, window[i]);
    }
    return swapped(f, found);
  }

  /// The first and the last axis exchanged.
  private static Value swapped(Formula f, Value x) {
    int last = x.type().shape().rank() - 1;
    int[] axes = IntStream.rangeClosed(0, last).toArray();
    axes[0] = last;
    axes[last] = 0;
    return f.transpose(x, axes);
  }

  private static void conv(Contract.Conv op, Backward b) {
    Formula f = b.f;
    Value dy = before(op.activation(), b);
    int[] window = spatial(b.shape(1));
    Slide slide = Slide.of(b.shape(0), window, op.strides(), op.padding(), op.dilations());
    int in = b.shape(1).dim(-1);
    int out = b.shape(1).dim(0) / op.groups();
    int last = b.shape(0).rank() - 1;
    List<Value> byX = new ArrayList<>();
    List<Value> byFilter = new ArrayList<>();
    for (int g = 0; g < op.groups(); g++) {
      Value dyGroup = f.slice(dy, last, g * out, (g + 1) * out);
      if (b.wants(0)) {
        Value filter = swapped(f, f.slice(b.x(1), 0, g * out, (g + 1) * out));
        byX.add(f.apply(slide.transposed(Shape.of(spatial(b.shape(0)))), dyGroup, filter));
      }
      if (b.wants(1)) {
        Value x = f.slice(b.x(0), last, g * in, (g + 1) * in);
        byFilter.add(byFilter(f, slide, x, dyGroup, window));
      }
    }
    if (b.wants(0)) {
      b.give(0, f.concat(last, byX));
    }
    if (b.wants(1)) {
      b.give(1, f.concat(0, byFilter));
    }
  }

  private static void convTranspose(Contract.ConvTranspose op, Backward b) {
    Formula f = b.f;
    Value dy = before(op.activation(), b);
    int[] window = spatial(b.shape(1));
    Slide slide = Slide.of(dy.type().shape(), window, op.strides(), op.padding(), op.dilations());
    if (b.wants(0)) {
      b.give(0, f.apply(slide.conv(), dy, swapped(f, b.x(1))));
    }
    if (b.wants(1)) {
      b.give(1, swapped(f, byFilter(f, slide, dy, b.x(0), window)));
    }
  }

  /// Place by place of the window: the gradient by `x` is spread to where the filter read it.
  private static void depthwise(Contract.DepthwiseConv op, Backward b) {
    Formula f = b.f;
    Value dy = before(op.activation(), b);
    Shape x = b.shape(0);
    int[] window = {b.shape(1).dim(0), b.shape(1).dim(1)};
    Slide slide = Slide.of(x, window, op.strides(), op.padding(), op.dilations());
    int channels = x.dim(3);
    int multiple = channels == 0 ? 1 : b.shape(1).dim(2) / channels;
    Value sum = null;
    List<Value> byFilter = new ArrayList<>();
    for (int i = 0; i < window[0]; i++) {
      for (int j = 0; j < window[1]; j++) {
        if (b.wants(0)) {
          Value weights = f.at(f.at(b.x(1), 0, i), 0, j);
          Value part = f.mul(dy, weights);
          Shape split = dy.type().shape().with(3, channels).inserted(4, multiple);
          part = f.sum(f.reshape(part, split), false, 4);
          part = back(f, slide, part, 1, i, x.dim(1));
          part = back(f, slide, part, 2, j, x.dim(2));
          sum = sum == null ? part : f.add(sum, part);
        }
        if (b.wants(1)) {
          Value part = read(f, slide, b.x(0), 1, i, dy.type().shape().dim(1));
          part = read(f, slide, part, 2, j, dy.type().shape().dim(2));
          Shape apart = part.type().shape().inserted(4, 1);
          Value wide = f.broadcast(f.reshape(part, apart), apart.with(4, multiple));
          Value product = f.mul(f.reshape(wide, dy.type().shape()), dy);
          byFilter.add(f.reshape(f.sumLeading(product, 1), 1, channels * multiple));
        }
      }
    }
    if (sum != null) {
      b.give(0, sum);
    }
    if (b.wants(1)) {
      b.give(1, f.reshape(f.concat(0, byFilter), b.shape(1)));
    }
  }

  /// What a place of the window reads along an axis, zeros beyond the border.
  private static Value read(Formula f, Slide slide, Value x, int axis, int place, int count) {
    int stride = slide.strides().get(axis - 1);
    int first = place * slide.dilations().get(axis - 1) - slide.padding().before().get(axis - 1);
    int reach = (count - 1) * stride + 1;
    int extent = x.type().shape().dim(axis);
    Value part = f.pad(x, axis, -first, first + reach - extent);
    if (stride == 1) {
      return part;
    }
    int rank = x.type().shape().rank();
    int[] steps = new int[rank];
    Arrays.fill(steps, 1);
    steps[axis] = stride;
    return f.apply(
        new Move.Slice(
            Collections.nCopies(rank, 0),
            Formula.list(part.type().shape().dims()),
            Formula.list(steps)),
        part);
  }

  /// The reverse of [#read].
  private static Value back(Formula f, Slide slide, Value dy, int axis, int place, int extent) {
    int first = place * slide.dilations().get(axis - 1) - slide.padding().before().get(axis - 1);
    return MoveGradients.spread(f, dy, axis, first, slide.strides().get(axis - 1), extent);
  }

  private static void pool(Contract.Pool op, Backward b) {
    Formula f = b.f;
    Value dy = PointwiseGradients.beforeActivation(f, op.activation(), b.y(), b.dy());
    if (op.kind() == Reduce.Kind.MAX) {
      Value places =
          f.apply(new Contract.PoolArgMax(op.window(), op.strides(), op.padding()), b.x());
      b.give(0, toPlaces(f, places, dy, b.shape(0)));
    } else {
      b.give(0, average(op, b, dy));
    }
  }

  /// Adds each number to the place of the same image and channel.
  private static Value toPlaces(Formula f, Value places, Value dy, Shape shape) {
    Shape from = dy.type().shape();
    int images = shape.dim(0);
    int channels = shape.dim(-1);
    int area = images * channels == 0 ? 0 : (int) (shape.size() / images / channels);
    int count = (int) from.size() / Math.max(1, images * channels);
    Shape flat = Shape.of(images, count, channels);
    Value place = f.mul(f.cast(f.reshape(places, flat), DType.I64), channels);
    Value image = f.mul(f.iota(DType.I64, 0, flat), (double) area * channels);
    Value index = f.add(f.add(place, image), f.iota(DType.I64, 2, flat));
    int all = (int) from.size();
    Value sums =
        f.scatter(
            Shape.of(Math.toIntExact(shape.size())), f.reshape(index, all, 1), f.reshape(dy, all));
    return f.reshape(sums, shape);
  }

  /// Each window's share goes to all of it: a transposed convolution of each channel with ones.
  private static Value average(Contract.Pool op, Backward b, Value dy) {
    Formula f = b.f;
    Shape shape = b.shape(0);
    int axes = op.window().size();
    int[] window = op.window().stream().mapToInt(Integer::intValue).toArray();
    Slide slide = Slide.of(shape, window, op.strides(), op.padding(), Collections.nCopies(axes, 1));
    Value share = f.mul(dy, f.constant(shares(slide, window, shape, dy.type())));
    Value channels = f.move(share, axes + 1, 1);
    int[] places = spatial(dy.type().shape());
    int images = shape.dim(0) * shape.dim(-1);
    Value flat =
        f.reshape(
            channels,
            IntStream.concat(
                    IntStream.concat(IntStream.of(images), IntStream.of(places)), IntStream.of(1))
                .toArray());
    int[] ones =
        IntStream.concat(IntStream.concat(IntStream.of(1), IntStream.of(window)), IntStream.of(1))
            .toArray();
    Value spread =
        f.apply(
            slide.transposed(Shape.of(spatial(shape))),
            flat,
            f.filled(1, b.dtype(), Shape.of(ones)));
    Shape apart = shape;
    for (int i = axes + 1; i > 1; i--) {
      apart = apart.with(i, shape.dim(i - 1));
    }
    return f.move(f.reshape(spread, apart.with(1, shape.dim(-1))), 1, axes + 1);
  }

  /// One by the number of elements in each window, `[1, places..., 1]`.
  private static Tensor shares(Slide slide, int[] window, Shape shape, TensorType type) {
    int axes = window.length;
    Shape places = type.shape().with(0, 1).with(-1, 1);
    double[] shares = new double[(int) places.size()];
    long[] strides = places.strides();
    for (int p = 0; p < shares.length; p++) {
      int count = 1;
      for (int axis = 0; axis < axes; axis++) {
        int place = (int) (p / strides[axis + 1] % places.dim(axis + 1));
        int first = place * slide.strides().get(axis) - slide.padding().before().get(axis);
        int end = Math.min(first + window[axis], shape.dim(axis + 1));
        count *= Math.max(0, end - Math.max(first, 0));
      }
      shares[p] = count == 0 ? 0 : 1.0 / count;
    }
    return Tensor.of(new TensorType(type.dtype(), places), shares);
  }

  private static void attention(Contract.Attention op, Backward b) {
    Formula f = b.f;
    Value q = b.x(0);
    Value k = b.x(1);
    Value v = b.x(2);
    Value scores = f.mul(f.matmul(q, k, false, true), op.scale());
    if (b.has(3)) {
      scores = f.add(scores, b.x(3));
    }
    int m = b.shape(0).dim(-2);
    int n = b.shape(1).dim(-2);
    if (op.causal()) {
      double[] hidden = new double[m * n];
      for (int i = 0; i < m; i++) {
        for (int j = Math.max(0, i + n - m + 1); j < n; j++) {
          hidden[i * n + j] = Double.NEGATIVE_INFINITY;
        }
      }
      scores = f.add(scores, f.constant(Tensor.of(TensorType.of(b.dtype(), m, n), hidden)));
    }
    Value weights = f.apply(new Structured.Softmax(-1, 1), scores);
    if (b.wants(2)) {
      b.giveSummed(2, f.matmul(weights, b.dy(), true, false));
    }
    Value byWeights = f.matmul(b.dy(), v, false, true);
    Value inner = f.sum(f.mul(byWeights, weights), true, -1);
    Value byScores = f.mul(weights, f.sub(byWeights, inner));
    if (b.wants(0)) {
      b.giveSummed(0, f.mul(f.matmul(byScores, k, false, false), op.scale()));
    }
    if (b.wants(1)) {
      b.giveSummed(1, f.mul(f.matmul(byScores, q, true, false), op.scale()));
    }
    if (b.wants(3)) {
      b.giveSummed(3, byScores);
    }
  }
}
