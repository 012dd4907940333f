package dev.tendril.core.graph;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.Subgraph;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The gradients of [Structured]. Recurrences, and graphs that are called, are not here: they are
/// written as simpler ops before, by [Expansions].
final class StructuredGradients {
  private StructuredGradients() {}

  static void apply(Structured op, Backward b) {
    Formula f = b.f;
    switch (op) {
      case Structured.Softmax(int axis, float beta, _) -> {
        Value inner = f.sum(f.mul(b.dy(), b.y()), true, axis);
        b.give(0, f.mul(f.mul(b.y(), f.sub(b.dy(), inner)), beta));
      }
      case Structured.LogSoftmax(int axis) -> {
        Value shares = f.unary(UnaryKind.EXP, b.y());
        b.give(0, f.sub(b.dy(), f.mul(shares, f.sum(b.dy(), true, axis))));
      }
      case Structured.L2Normalize(int axis, float epsilon) -> l2(axis, epsilon, b);
      case Structured.LayerNorm(int axes, float epsilon) -> layerNorm(axes, epsilon, b);
      case Structured.BatchNorm(float epsilon) -> batchNorm(epsilon, b);
      case Structured.Resize resize -> resize(resize, b);
      case Structured.Fft(boolean inverse) -> {
        double length = b.shape(0).dim(-2);
        Value back = f.apply(new Structured.Fft(!inverse), b.dy());
        b.give(0, f.mul(back, inverse ? 1 / length : length));
      }
      case Structured.RealFft fft -> b.give(0, fft.inverse() ? toSpectrum(fft, b) : toReal(fft, b));
      case Structured.LinearFilter(int axis) -> {
        if (b.wants(1) || b.wants(2)) {
          throw b.refusal(" by its coefficients, only by x");
        }
        // The transpose of a filter from rest is the filter from the other end.
        Move.Reverse reverse = new Move.Reverse(List.of(axis));
        Value dy = f.apply(reverse, b.dy());
        b.give(0, f.apply(reverse, f.apply(op, dy, b.x(1), b.x(2))));
      }
      case Structured.If branches -> branches(branches, b);
      case Structured.Random _ -> {}
      case Structured.While _ -> throw b.refusal(": write the loop as a fixed number of steps");
      case Structured.Svdf _,
          Structured.TreeEnsemble _,
          Structured.Lstm _,
          Structured.Gru _,
          Structured.LocalResponseNorm _,
          Structured.Call _,
          Structured.Fused _ ->
          throw b.refusal("");
    }
  }

  private static void l2(int axis, float epsilon, Backward b) {
    Formula f = b.f;
    Value sum = f.sum(f.square(b.x()), true, axis);
    Value floor = f.number(epsilon, b.dtype());
    Value scale = f.rsqrt(f.binary(BinaryKind.MAX, sum, floor));
    Value along = f.sum(f.mul(b.dy(), b.y()), true, axis);
    Value turned = f.mul(b.y(), f.where(f.binary(BinaryKind.GT, sum, floor), along));
    b.give(0, f.mul(scale, f.sub(b.dy(), turned)));
  }

  private static Value mean(Formula f, Value x, int[] axes) {
    return f.reduce(Reduce.Kind.MEAN, x, true, axes);
  }

  private static void layerNorm(int count, float epsilon, Backward b) {
    Formula f = b.f;
    int rank = b.shape(0).rank();
    int[] axes = IntStream.range(rank - count, rank).toArray();
    Value centered = f.sub(b.x(), mean(f, b.x(), axes));
    Value scale = f.rsqrt(f.add(mean(f, f.square(centered), axes), epsilon));
    Value normal = f.mul(centered, scale);
    if (b.wants(0)) {
      Value dy = f.mul(b.dy(), b.x(1));
      Value even = f.sub(dy, mean(f, dy, axes));
      Value turned = f.mul(normal, mean(f, f.mul(dy, normal), axes));
      b.give(0, f.mul(scale, f.sub(even, turned)));
    }
    if (b.wants(1)) {
      b.give(1, f.sumLeading(f.mul(b.dy(), normal), count));
    }
    if (b.wants(2)) {
      b.give(2, f.sumLeading(b.dy(), count));
    }
  }

  private static void batchNorm(float epsilon, Backward b) {
    Formula f = b.f;
    Value scale = f.rsqrt(f.add(b.x(2), epsilon));
    Value slope = f.mul(b.x(3), scale);
    Value centered = f.sub(b.x(0), b.x(1));
    if (b.wants(0)) {
      b.give(0, f.mul(b.dy(), slope));
    }
    if (b.wants(1)) {
      b.give(1, f.neg(f.mul(f.sumLeading(b.dy(), 1), slope)));
    }
    Value along = f.sumLeading(f.mul(b.dy(), centered), 1);
    if (b.wants(2)) {
      b.give(2, f.mul(f.mul(along, f.mul(slope, f.square(scale))), -0.5));
    }
    if (b.wants(3)) {
      b.give(3, f.mul(along, scale));
    }
    if (b.wants(4)) {
      b.give(4, f.sumLeading(b.dy(), 1));
    }
  }

  /// Resampling is linear, axis by axis; the transposed matrices lead back.
  private static void resize(Structured.Resize op, Backward b) {
    Formula f = b.f;
    Shape x = b.shape(0);
    int[] d = x.dims();
    Value tall = f.constant(weights(op, d[1], op.height(), b.dtype(), true));
    Value wide = f.constant(weights(op, d[2], op.width(), b.dtype(), false));
    Value rows = f.reshape(b.dy(), d[0], op.height(), op.width() * d[3]);
    Value upright = f.matmul(tall, rows, false, false);
    Value columns = f.reshape(upright, d[0] * d[1], op.width(), d[3]);
    b.give(0, f.reshape(f.matmul(wide, columns, false, false), x));
  }

  /// How much each element along an axis counts for each result, `[from, to]`: what resampling
  /// makes of single ones.
  private static Tensor weights(
      Structured.Resize op, int from, int to, DType dtype, boolean vertical) {
    double[] ones = new double[from * from];
    for (int i = 0; i < from; i++) {
      ones[i * from + i] = 1;
    }
    Structured.Resize along =
        new Structured.Resize(
            op.method(),
            vertical ? to : 1,
            vertical ? 1 : to,
            op.alignCorners(),
            op.halfPixelCenters());
    TensorType source = TensorType.of(dtype, from, vertical ? from : 1, vertical ? 1 : from, 1);
    TensorType result = TensorType.of(dtype, from, vertical ? to : 1, vertical ? 1 : to, 1);
    return ReferenceKernels.run(along, List.of(Tensor.of(source, ones)), List.of(result))
        .getFirst()
        .view(TensorType.of(dtype, from, to));
  }

  /// The gradient of the forward transform: the sum of waves, whose real part is taken.
  private static Value toReal(Structured.RealFft op, Backward b) {
    Formula f = b.f;
    Shape spectrum = b.dy().type().shape();
    int axis = spectrum.rank() - 2;
    int length = op.length();
    Value whole = f.pad(b.dy(), axis, 0, length - spectrum.dim(axis));
    Value waves = f.mul(f.apply(new Structured.Fft(true), whole), length);
    Value real = f.at(waves, axis + 1, 0);
    return f.pad(real, axis, 0, b.shape(0).dim(-1) - length);
  }

  /// The gradient of the inverse: the spectrum, in which all but the ends count twice.
  private static Value toSpectrum(Structured.RealFft op, Backward b) {
    Formula f = b.f;
    int length = op.length();
    int half = length / 2 + 1;
    double[] weights = new double[half];
    for (int k = 0; k < half; k++) {
      weights[k] = (k == 0 || 2 * k == length ? 1.0 : 2.0) / length;
    }
    Value spectrum = f.apply(new Structured.RealFft(length, false), b.dy());
    Value scale = f.reshape(f.vector(b.dtype(), weights), half, 1);
    int axis = b.shape(0).rank() - 2;
    return f.pad(f.mul(spectrum, scale), axis, 0, b.shape(0).dim(-2) - half);
  }

  private static void branches(Structured.If op, Backward b) {
    Formula f = b.f;
    List<Integer> asked =
        IntStream.range(1, b.node().inputs().size())
            .filter(b::wants)
            .map(i -> i - 1)
            .boxed()
            .toList();
    List<Value> operands = new ArrayList<>(b.node().inputs());
    List<TensorType> results = new ArrayList<>();
    for (int i = 0; i < b.node().outputs().size(); i++) {
      TensorType type = b.node().outputs().get(i);
      if (type.dtype().isFloat()) {
        results.add(type);
        operands.add(b.dy(i));
      } else {
        results.add(type);
        operands.add(f.zeros(type));
      }
    }
    List<TensorType> types =
        b.node().inputs().subList(1, b.node().inputs().size()).stream().map(Value::type).toList();
    Structured.If back =
        new Structured.If(
            branch(op.then(), b, types, results, asked),
            branch(op.otherwise(), b, types, results, asked));
    List<Value> found = f.add("if", back, operands, List.of());
    for (int i = 0; i < found.size(); i++) {
      b.give(asked.get(i) + 1, found.get(i));
    }
  }

  private static Graph branch(
      Subgraph branch,
      Backward b,
      List<TensorType> operands,
      List<TensorType> results,
      List<Integer> asked) {
    if (!(branch instanceof Graph graph)) {
      throw b.refusal(": the branch " + branch.name() + " is no graph");
    }
    for (TensorType type : operands) {
      if (!type.shape().isKnown()) {
        throw new TensorException("gradients of branch " + graph.name() + " on " + type);
      }
    }
    return Gradients.ofBranch(graph.withTypes(operands), results, asked);
  }
}
