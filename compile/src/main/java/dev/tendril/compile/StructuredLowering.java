package dev.tendril.compile;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.kernel.ResizePlace;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Structured;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// [Structured] ops in StableHLO, apart from those that run subgraphs.
final class StructuredLowering {
  private StructuredLowering() {}

  static List<Hlo> lower(HloBuilder b, Structured op, List<Hlo> x, List<TensorType> results) {
    TensorType result = results.getFirst();
    Hlo first = b.wide(x.getFirst());
    return switch (op) {
      case Structured.Softmax(int axis, float beta, boolean _) ->
          one(b, softmax(b, first, axis, beta), result);
      case Structured.LogSoftmax(int axis) -> one(b, logSoftmax(b, first, axis), result);
      case Structured.LayerNorm(int axes, float epsilon) ->
          one(b, layerNorm(b, axes, epsilon, first, x), result);
      case Structured.BatchNorm(float epsilon) -> one(b, batchNorm(b, epsilon, first, x), result);
      case Structured.L2Normalize(int axis, float epsilon) ->
          one(b, l2Normalize(b, axis, epsilon, first), result);
      case Structured.LocalResponseNorm norm -> one(b, responseNorm(b, norm, first), result);
      case Structured.Resize resize -> one(b, resize(b, resize, x.getFirst()), result);
      case Structured.Lstm _ -> RecurrentLowering.lstm(b, x);
      case Structured.Gru(boolean resetAfter) -> RecurrentLowering.gru(b, resetAfter, x);
      case Structured.Svdf(int rank, Activation activation) ->
          RecurrentLowering.svdf(b, rank, activation, x);
      case Structured.Fft(boolean inverse) ->
          one(b, SpectrumLowering.fft(b, inverse, first), result);
      case Structured.RealFft(int length, boolean inverse) ->
          one(b, SpectrumLowering.realFft(b, length, inverse, first), result);
      case Structured.LinearFilter _ -> throw new Unlowered("a recurrence along an axis");
      case Structured.TreeEnsemble _ -> throw new Unlowered("trees");
      case Structured.Random(Structured.Random.Distribution distribution, List<Integer> _) ->
          List.of(RandomLowering.random(b, distribution, x.getFirst(), result.shape()));
      case Structured.Body _ -> throw new IllegalArgumentException(op.name());
    };
  }

  private static List<Hlo> one(HloBuilder b, Hlo value, TensorType result) {
    return List.of(b.convert(value, result.dtype()));
  }

  private static Hlo softmax(HloBuilder b, Hlo x, int axis, float beta) {
    int along = x.shape().axis(axis);
    Hlo scaled = beta == 1 ? x : b.mul(x, beta);
    Hlo weights = b.unary("exponential", b.sub(scaled, b.maxKept(scaled, along)));
    return b.div(weights, b.sumKept(weights, along));
  }

  private static Hlo logSoftmax(HloBuilder b, Hlo x, int axis) {
    int along = x.shape().axis(axis);
    Hlo less = b.sub(x, b.maxKept(x, along));
    return b.sub(less, b.unary("log", b.sumKept(b.unary("exponential", less), along)));
  }

  private static Hlo layerNorm(HloBuilder b, int axes, float epsilon, Hlo x, List<Hlo> operands) {
    int[] last = IntStream.range(x.rank() - axes, x.rank()).toArray();
    double count = Arrays.stream(last).mapToDouble(x::dim).reduce(1, (p, q) -> p * q);
    Hlo off = b.sub(x, b.div(b.sumKept(x, last), count));
    Hlo variance = b.div(b.sumKept(b.mul(off, off), last), count);
    Hlo normal = b.div(off, b.unary("sqrt", b.add(variance, epsilon)));
    return b.add(b.mul(normal, b.wide(operands.get(1))), b.wide(operands.get(2)));
  }

  private static Hlo batchNorm(HloBuilder b, float epsilon, Hlo x, List<Hlo> operands) {
    List<Hlo> wide = operands.stream().map(b::wide).toList();
    Hlo scale = b.unary("sqrt", b.add(wide.get(2), epsilon));
    Hlo normal = b.div(b.sub(x, wide.get(1)), scale);
    return b.add(b.mul(normal, wide.get(3)), wide.get(4));
  }

  /// Divided by the greatest first, so that squares do not overflow.
  private static Hlo l2Normalize(HloBuilder b, int axis, float epsilon, Hlo x) {
    int along = x.shape().axis(axis);
    Hlo most = b.max(b.maxKept(b.unary("abs", x), along), b.scalar(1, x.dtype()));
    Hlo isUsual = b.op("is_finite", "", most.type().with(DType.BOOL), most);
    Hlo scale = b.select(isUsual, most, 1);
    Hlo scaled = b.div(x, scale);
    Hlo sum = b.sumKept(b.mul(scaled, scaled), along);
    Hlo least = b.div(b.div(b.scalar(epsilon, x.dtype()), scale), scale);
    return b.div(scaled, b.unary("sqrt", b.max(sum, least)));
  }

  private static Hlo responseNorm(HloBuilder b, Structured.LocalResponseNorm op, Hlo x) {
    int axis = x.rank() - 1;
    int reach = Math.min(op.radius(), Math.max(0, x.dim(axis) - 1));
    int[] window = new int[x.rank()];
    Arrays.fill(window, 1);
    int[] strides = window.clone();
    window[axis] = 2 * reach + 1;
    int[] around = new int[x.rank()];
    around[axis] = reach;
    Hlo zero = b.scalar(0, x.dtype());
    Hlo sum = b.reduceWindow("add", b.mul(x, x), zero, window, strides, around, around);
    Hlo base = b.add(b.mul(sum, op.alpha()), op.bias());
    return b.div(x, b.binary("power", base, b.scalar(op.beta(), x.dtype())));
  }

  private static Hlo resize(HloBuilder b, Structured.Resize op, Hlo x) {
    if (op.method() == Structured.Resize.Method.NEAREST) {
      Hlo rows = IndexLowering.gather(b, x, nearest(b, op, x.dim(1), op.height()), 1);
      return IndexLowering.gather(b, rows, nearest(b, op, x.dim(2), op.width()), 2);
    }
    if (!x.dtype().isFloat()) {
      throw new Unlowered("bilinear mixtures of integers, which are rounded in a way of their own");
    }
    Hlo tall = mix(b, ResizePlace.between(op, x.dtype(), x.dim(1), op.height()), b.wide(x), 1);
    return mix(b, ResizePlace.between(op, x.dtype(), x.dim(2), op.width()), tall, 2);
  }

  private static Hlo nearest(HloBuilder b, Structured.Resize op, int extent, int wanted) {
    return b.constant(
        Tensor.vector(
            IntStream.range(0, wanted)
                .map(i -> ResizePlace.nearest(op, i, extent, wanted))
                .toArray()));
  }

  /// Neighbors along an axis, each with its weight.
  private static Hlo mix(HloBuilder b, ResizePlace[] places, Hlo x, int axis) {
    Hlo low = places(b, places, x, axis, ResizePlace::low);
    Hlo high = places(b, places, x, axis, ResizePlace::high);
    Hlo part = weights(b, places, x, axis, place -> place.part());
    Hlo rest = weights(b, places, x, axis, place -> 1 - place.part());
    return b.add(b.mul(low, rest), b.mul(high, part));
  }

  private static Hlo places(
      HloBuilder b, ResizePlace[] places, Hlo x, int axis, ToDoubleFunction<ResizePlace> which) {
    int[] indices = Arrays.stream(places).mapToInt(p -> (int) which.applyAsDouble(p)).toArray();
    return IndexLowering.gather(b, x, b.constant(Tensor.vector(indices)), axis);
  }

  private static Hlo weights(
      HloBuilder b, ResizePlace[] places, Hlo x, int axis, ToDoubleFunction<ResizePlace> which) {
    int[] dims = new int[x.rank()];
    Arrays.fill(dims, 1);
    dims[axis] = places.length;
    double[] values = Arrays.stream(places).mapToDouble(which).toArray();
    Hlo weights = b.constant(Tensor.of(new TensorType(x.dtype(), Shape.of(dims)), values));
    return b.broadcast(weights, x.shape().with(axis, places.length));
  }
}
