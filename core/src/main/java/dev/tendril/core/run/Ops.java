package dev.tendril.core.run;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// The ops, as methods on tensors: for `import static`. A method computes at once, on the current
/// device; of symbolic tensors, while a [Function] is traced, it records a node instead. What each
/// means, and what it takes, stands with its record in `dev.tendril.core.op`.
///
/// All throw [TensorException] with one line when operands do not fit. Axes may be negative: -1 is
/// the last.
public final class Ops {
  private Ops() {}

  /// Any op; its first result.
  public static Tensor apply(Op op, Tensor... operands) {
    return applyAll(op, List.of(operands)).getFirst();
  }

  /// Any op; all its results.
  public static List<Tensor> applyAll(Op op, List<Tensor> operands) {
    for (Tensor operand : operands) {
      if (operand.isSymbolic()) {
        return Trace.add(op, operands);
      }
    }
    return Eager.run(op, operands);
  }

  /// @see UnaryKind#NEG
  public static Tensor neg(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.NEG), x);
  }

  /// @see UnaryKind#ABS
  public static Tensor abs(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.ABS), x);
  }

  /// @see UnaryKind#SIGN
  public static Tensor sign(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.SIGN), x);
  }

  /// @see UnaryKind#SQUARE
  public static Tensor square(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.SQUARE), x);
  }

  /// @see UnaryKind#RELU
  public static Tensor relu(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.RELU), x);
  }

  /// @see UnaryKind#NOT
  public static Tensor not(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.NOT), x);
  }

  /// @see UnaryKind#FLOOR
  public static Tensor floor(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.FLOOR), x);
  }

  /// @see UnaryKind#CEIL
  public static Tensor ceil(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.CEIL), x);
  }

  /// @see UnaryKind#ROUND
  public static Tensor round(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.ROUND), x);
  }

  /// @see UnaryKind#RECIPROCAL
  public static Tensor reciprocal(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.RECIPROCAL), x);
  }

  /// @see UnaryKind#SQRT
  public static Tensor sqrt(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.SQRT), x);
  }

  /// @see UnaryKind#RSQRT
  public static Tensor rsqrt(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.RSQRT), x);
  }

  /// @see UnaryKind#EXP
  public static Tensor exp(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.EXP), x);
  }

  /// @see UnaryKind#EXPM1
  public static Tensor expm1(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.EXPM1), x);
  }

  /// @see UnaryKind#LOG
  public static Tensor log(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.LOG), x);
  }

  /// @see UnaryKind#LOG1P
  public static Tensor log1p(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.LOG1P), x);
  }

  /// @see UnaryKind#SIN
  public static Tensor sin(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.SIN), x);
  }

  /// @see UnaryKind#COS
  public static Tensor cos(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.COS), x);
  }

  /// @see UnaryKind#TAN
  public static Tensor tan(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.TAN), x);
  }

  /// @see UnaryKind#ASIN
  public static Tensor asin(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.ASIN), x);
  }

  /// @see UnaryKind#ACOS
  public static Tensor acos(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.ACOS), x);
  }

  /// @see UnaryKind#ATAN
  public static Tensor atan(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.ATAN), x);
  }

  /// @see UnaryKind#SINH
  public static Tensor sinh(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.SINH), x);
  }

  /// @see UnaryKind#COSH
  public static Tensor cosh(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.COSH), x);
  }

  /// @see UnaryKind#TANH
  public static Tensor tanh(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.TANH), x);
  }

  /// @see UnaryKind#SIGMOID
  public static Tensor sigmoid(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.SIGMOID), x);
  }

  /// @see UnaryKind#ERF
  public static Tensor erf(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.ERF), x);
  }

  /// @see UnaryKind#SILU
  public static Tensor silu(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.SILU), x);
  }

  /// @see UnaryKind#SOFTPLUS
  public static Tensor softplus(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.SOFTPLUS), x);
  }

  /// @see UnaryKind#HARD_SWISH
  public static Tensor hardSwish(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.HARD_SWISH), x);
  }

  /// @see UnaryKind#IS_NAN
  public static Tensor isNan(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.IS_NAN), x);
  }

  /// @see UnaryKind#IS_FINITE
  public static Tensor isFinite(Tensor x) {
    return apply(new Pointwise.Unary(UnaryKind.IS_FINITE), x);
  }

  /// @see BinaryKind#ADD
  public static Tensor add(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.ADD), x, y);
  }

  /// @see BinaryKind#SUB
  public static Tensor sub(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.SUB), x, y);
  }

  /// @see BinaryKind#MUL
  public static Tensor mul(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.MUL), x, y);
  }

  /// @see BinaryKind#DIV
  public static Tensor div(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.DIV), x, y);
  }

  /// @see BinaryKind#FLOOR_DIV
  public static Tensor floorDiv(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.FLOOR_DIV), x, y);
  }

  /// @see BinaryKind#MOD
  public static Tensor mod(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.MOD), x, y);
  }

  /// @see BinaryKind#POW
  public static Tensor pow(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.POW), x, y);
  }

  /// @see BinaryKind#MIN
  public static Tensor min(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.MIN), x, y);
  }

  /// @see BinaryKind#MAX
  public static Tensor max(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.MAX), x, y);
  }

  /// @see BinaryKind#ATAN2
  public static Tensor atan2(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.ATAN2), x, y);
  }

  /// @see BinaryKind#SQUARED_DIFFERENCE
  public static Tensor squaredDifference(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.SQUARED_DIFFERENCE), x, y);
  }

  /// @see BinaryKind#EQ
  public static Tensor equal(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.EQ), x, y);
  }

  /// @see BinaryKind#NE
  public static Tensor notEqual(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.NE), x, y);
  }

  /// @see BinaryKind#LT
  public static Tensor less(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.LT), x, y);
  }

  /// @see BinaryKind#LE
  public static Tensor lessOrEqual(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.LE), x, y);
  }

  /// @see BinaryKind#GT
  public static Tensor greater(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.GT), x, y);
  }

  /// @see BinaryKind#GE
  public static Tensor greaterOrEqual(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.GE), x, y);
  }

  /// @see BinaryKind#AND
  public static Tensor and(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.AND), x, y);
  }

  /// @see BinaryKind#OR
  public static Tensor or(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.OR), x, y);
  }

  /// @see BinaryKind#XOR
  public static Tensor xor(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.XOR), x, y);
  }

  /// @see BinaryKind#SHIFT_LEFT
  public static Tensor shiftLeft(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.SHIFT_LEFT), x, y);
  }

  /// @see BinaryKind#SHIFT_RIGHT
  public static Tensor shiftRight(Tensor x, Tensor y) {
    return apply(new Pointwise.Binary(BinaryKind.SHIFT_RIGHT), x, y);
  }

  /// @see Pointwise.Select
  public static Tensor select(Tensor condition, Tensor a, Tensor b) {
    return apply(new Pointwise.Select(), condition, a, b);
  }

  /// @see Pointwise.Clamp
  public static Tensor clamp(Tensor x, double low, double high) {
    return apply(new Pointwise.Clamp(low, high), x);
  }

  /// @see Pointwise.LeakyRelu
  public static Tensor leakyRelu(Tensor x, float alpha) {
    return apply(new Pointwise.LeakyRelu(alpha), x);
  }

  /// @see Pointwise.Elu
  public static Tensor elu(Tensor x, float alpha) {
    return apply(new Pointwise.Elu(alpha), x);
  }

  /// @see Pointwise.Gelu
  public static Tensor gelu(Tensor x) {
    return apply(new Pointwise.Gelu(false), x);
  }

  /// @see Pointwise.Cast
  public static Tensor cast(Tensor x, DType to) {
    return apply(new Pointwise.Cast(to), x);
  }

  /// @see Pointwise.Dequantize
  public static Tensor dequantize(Tensor x) {
    return apply(new Pointwise.Dequantize(), x);
  }

  /// @see Move.Reshape
  public static Tensor reshape(Tensor x, int... shape) {
    return apply(new Move.Reshape(Shape.of(shape)), x);
  }

  /// @see Move.Transpose
  public static Tensor transpose(Tensor x, int... axes) {
    return apply(new Move.Transpose(list(axes)), x);
  }

  /// @see Move.Broadcast
  public static Tensor broadcast(Tensor x, int... shape) {
    return apply(new Move.Broadcast(Shape.of(shape)), x);
  }

  /// Every element from `begin` to `end`, exclusively, along each axis.
  ///
  /// @see Move.Slice
  public static Tensor slice(Tensor x, List<Integer> begin, List<Integer> end) {
    return apply(new Move.Slice(begin, end, Collections.nCopies(begin.size(), 1)), x);
  }

  /// Zeros around.
  ///
  /// @see Move.Pad
  public static Tensor pad(Tensor x, List<Integer> before, List<Integer> after) {
    return apply(new Move.Pad(before, after, Move.Pad.Mode.CONSTANT, 0), x);
  }

  /// @see Move.Concat
  public static Tensor concat(int axis, Tensor... parts) {
    return apply(new Move.Concat(axis), parts);
  }

  /// Tensors of one shape, along a new axis.
  public static Tensor stack(int axis, Tensor... parts) {
    if (parts.length == 0) {
      throw new TensorException("stack of no tensors; expected at least one");
    }
    int at = axis < 0 ? axis + parts[0].shape().rank() + 1 : axis;
    List<Tensor> grown = new ArrayList<>();
    for (Tensor part : parts) {
      grown.add(apply(new Move.Reshape(part.shape().inserted(at, 1)), part));
    }
    return applyAll(new Move.Concat(at), grown).getFirst();
  }

  /// Equal parts along an axis.
  public static List<Tensor> split(Tensor x, int axis, int parts) {
    int at = x.shape().axis(axis);
    int extent = x.shape().dim(at);
    if (parts < 1 || extent % parts != 0) {
      throw new TensorException(
          "split of " + x.type() + " along axis " + axis + " into " + parts + " equal parts");
    }
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      List<Integer> begin = new ArrayList<>(Collections.nCopies(x.shape().rank(), 0));
      List<Integer> end = new ArrayList<>(Collections.nCopies(begin.size(), Move.Slice.END));
      begin.set(at, i * (extent / parts));
      end.set(at, (i + 1) * (extent / parts));
      results.add(slice(x, begin, end));
    }
    return results;
  }

  /// @see Move.Reverse
  public static Tensor reverse(Tensor x, int... axes) {
    return apply(new Move.Reverse(list(axes)), x);
  }

  /// @see Move.Tile
  public static Tensor tile(Tensor x, int... repeats) {
    return apply(new Move.Tile(list(repeats)), x);
  }

  /// The sum along axes, all when none are given; they are gone from the result.
  ///
  /// @see Reduce.Reduction
  public static Tensor sum(Tensor x, int... axes) {
    return reduce(Reduce.Kind.SUM, x, false, axes);
  }

  /// The mean along axes, all when none are given.
  public static Tensor mean(Tensor x, int... axes) {
    return reduce(Reduce.Kind.MEAN, x, false, axes);
  }

  /// The greatest along axes, all when none are given.
  public static Tensor maximum(Tensor x, int... axes) {
    return reduce(Reduce.Kind.MAX, x, false, axes);
  }

  /// The least along axes, all when none are given.
  public static Tensor minimum(Tensor x, int... axes) {
    return reduce(Reduce.Kind.MIN, x, false, axes);
  }

  /// Any reduction.
  ///
  /// @param keep whether reduced axes stay, with extent 1
  public static Tensor reduce(Reduce.Kind kind, Tensor x, boolean keep, int... axes) {
    return apply(new Reduce.Reduction(kind, list(axes), keep), x);
  }

  /// @see Reduce.ArgExtreme
  public static Tensor argMax(Tensor x, int axis) {
    return apply(new Reduce.ArgExtreme(true, axis, DType.I32), x);
  }

  /// @see Reduce.ArgExtreme
  public static Tensor argMin(Tensor x, int axis) {
    return apply(new Reduce.ArgExtreme(false, axis, DType.I32), x);
  }

  /// Running sums along an axis.
  ///
  /// @see Reduce.Cumulative
  public static Tensor cumulativeSum(Tensor x, int axis) {
    return apply(new Reduce.Cumulative(Reduce.Kind.SUM, axis, false, false), x);
  }

  /// @see Contract.MatMul
  public static Tensor matmul(Tensor a, Tensor b) {
    return apply(new Contract.MatMul(false, false, Activation.NONE), a, b);
  }

  /// `activation(x · weights + bias)`.
  ///
  /// @see Contract.MatMul
  public static Tensor dense(Tensor x, Tensor weights, Tensor bias, Activation activation) {
    return apply(new Contract.MatMul(false, false, activation), x, weights, bias);
  }

  /// A convolution over two axes.
  ///
  /// @param filter `[out, height, width, in]`
  /// @see Contract.Conv
  public static Tensor conv2d(
      Tensor x, Tensor filter, Tensor bias, int stride, Padding padding, Activation activation) {
    return apply(
        new Contract.Conv(List.of(stride, stride), padding, List.of(1, 1), 1, activation),
        x,
        filter,
        bias);
  }

  /// @param filter `[height, width, channels · multiplier]`
  /// @see Contract.DepthwiseConv
  public static Tensor depthwiseConv2d(
      Tensor x, Tensor filter, Tensor bias, int stride, Padding padding, Activation activation) {
    return apply(
        new Contract.DepthwiseConv(List.of(stride, stride), padding, List.of(1, 1), activation),
        x,
        filter,
        bias);
  }

  /// @see Contract.Pool
  public static Tensor maxPool2d(Tensor x, int window, int stride, Padding padding) {
    return pool(Reduce.Kind.MAX, x, window, stride, padding);
  }

  /// @see Contract.Pool
  public static Tensor averagePool2d(Tensor x, int window, int stride, Padding padding) {
    return pool(Reduce.Kind.MEAN, x, window, stride, padding);
  }

  private static Tensor pool(Reduce.Kind kind, Tensor x, int window, int stride, Padding padding) {
    return apply(
        new Contract.Pool(
            kind, List.of(window, window), List.of(stride, stride), padding, Activation.NONE),
        x);
  }

  /// @see Contract.Attention
  public static Tensor attention(Tensor q, Tensor k, Tensor v, boolean causal) {
    float scale = (float) (1 / Math.sqrt(q.shape().dim(-1)));
    return apply(new Contract.Attention(scale, causal), q, k, v);
  }

  /// @see Index.Gather
  public static Tensor gather(Tensor x, Tensor indices, int axis) {
    return apply(new Index.Gather(axis, 0), x, indices);
  }

  /// @see Index.GatherNd
  public static Tensor gatherNd(Tensor x, Tensor indices) {
    return apply(new Index.GatherNd(0), x, indices);
  }

  /// @see Index.ScatterNd
  public static Tensor scatterNd(
      Tensor x, Tensor indices, Tensor updates, Index.ScatterNd.Combine combine) {
    return apply(new Index.ScatterNd(combine), x, indices, updates);
  }

  /// 32-bit floats, along a new last axis.
  ///
  /// @see Index.OneHot
  public static Tensor oneHot(Tensor indices, int depth) {
    return apply(new Index.OneHot(depth, indices.shape().rank(), DType.F32), indices);
  }

  /// Values and places.
  ///
  /// @see Index.TopK
  public static List<Tensor> topK(Tensor x, int k) {
    return applyAll(new Index.TopK(k), List.of(x));
  }

  /// Values and places.
  ///
  /// @see Index.Sort
  public static List<Tensor> sort(Tensor x, int axis, boolean descending) {
    return applyAll(new Index.Sort(axis, descending), List.of(x));
  }

  /// @see Index.NonZero
  public static Tensor nonZero(Tensor x) {
    return apply(new Index.NonZero(), x);
  }

  /// @see Index.Iota
  public static Tensor iota(DType type, int axis, int... shape) {
    return apply(new Index.Iota(Shape.of(shape), axis, type));
  }

  /// @see Structured.Softmax
  public static Tensor softmax(Tensor x, int axis) {
    return apply(new Structured.Softmax(axis, 1), x);
  }

  /// @see Structured.LogSoftmax
  public static Tensor logSoftmax(Tensor x, int axis) {
    return apply(new Structured.LogSoftmax(axis), x);
  }

  /// Over the last axis.
  ///
  /// @see Structured.LayerNorm
  public static Tensor layerNorm(Tensor x, Tensor gamma, Tensor beta, float epsilon) {
    return apply(new Structured.LayerNorm(1, epsilon), x, gamma, beta);
  }

  /// Bilinear, with half-pixel centers.
  ///
  /// @see Structured.Resize
  public static Tensor resize(Tensor x, int height, int width) {
    return apply(
        new Structured.Resize(Structured.Resize.Method.BILINEAR, height, width, false, true), x);
  }

  /// @see Structured.Fft
  public static Tensor fft(Tensor x, boolean inverse) {
    return apply(new Structured.Fft(inverse), x);
  }

  /// @see Structured.RealFft
  public static Tensor realFft(Tensor x, int length) {
    return apply(new Structured.RealFft(length, false), x);
  }

  /// @see Structured.LinearFilter
  public static Tensor linearFilter(Tensor x, Tensor numerator, Tensor denominator, int axis) {
    return apply(new Structured.LinearFilter(axis), x, numerator, denominator);
  }

  /// Numbers of a distribution.
  ///
  /// @param seed the same seed and stream give the same numbers
  /// @see Structured.Random
  public static Tensor random(
      Structured.Random.Distribution distribution, long seed, long stream, int... shape) {
    return apply(
        new Structured.Random(distribution, list(shape)), Tensor.of(new long[] {seed, stream}, 2));
  }

  private static List<Integer> list(int... values) {
    return IntStream.of(values).boxed().toList();
  }
}
