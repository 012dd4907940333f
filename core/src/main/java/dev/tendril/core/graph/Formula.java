package dev.tendril.core.graph;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Writes ops into a graph as formulas are written, for the rules of [Gradients]. It also knows
/// which values depend on the inputs that gradients are asked for: the active ones, all floats.
final class Formula {
  private final GraphBuilder builder;
  private final Set<Value> active = new HashSet<>();
  private final List<Node> nodes = new ArrayList<>();

  Formula(GraphBuilder builder) {
    this.builder = builder;
  }

  GraphBuilder builder() {
    return builder;
  }

  /// The nodes so far.
  List<Node> nodes() {
    return nodes;
  }

  void activate(Value value) {
    active.add(value);
  }

  boolean isActive(Value value) {
    return active.contains(value);
  }

  List<Value> add(
      String name, Op op, List<Value> operands, List<? extends @Nullable Quant> quants) {
    List<Value> results = builder.add(name, op, operands, quants);
    if (results.getFirst() instanceof Value.Result result) {
      nodes.add(result.node());
    }
    if (operands.stream().anyMatch(active::contains)) {
      results.stream().filter(r -> r.type().dtype().isFloat()).forEach(active::add);
    }
    return results;
  }

  Value apply(Op op, Value... operands) {
    return add(op.name(), op, List.of(operands), List.of()).getFirst();
  }

  /// A number as a scalar.
  Value number(double value, DType dtype) {
    return builder.constant("c", Tensor.of(TensorType.of(dtype), value));
  }

  Value vector(DType dtype, double... values) {
    return builder.constant("c", Tensor.of(TensorType.of(dtype, values.length), values));
  }

  Value constant(Tensor tensor) {
    return builder.constant("c", tensor);
  }

  /// The same number everywhere.
  Value filled(double value, DType dtype, Shape shape) {
    return broadcast(number(value, dtype), shape);
  }

  Value zeros(TensorType type) {
    return filled(0, type.dtype(), type.shape());
  }

  Value unary(UnaryKind kind, Value x) {
    return apply(new Pointwise.Unary(kind), x);
  }

  Value binary(BinaryKind kind, Value x, Value y) {
    return apply(new Pointwise.Binary(kind), x, y);
  }

  Value add(Value x, Value y) {
    return binary(BinaryKind.ADD, x, y);
  }

  Value add(Value x, double y) {
    return y == 0 ? x : add(x, number(y, x.type().dtype()));
  }

  Value sub(Value x, Value y) {
    return binary(BinaryKind.SUB, x, y);
  }

  /// `y - x`.
  Value subFrom(double y, Value x) {
    return sub(number(y, x.type().dtype()), x);
  }

  Value mul(Value x, Value y) {
    return binary(BinaryKind.MUL, x, y);
  }

  Value mul(Value x, double y) {
    return y == 1 ? x : mul(x, number(y, x.type().dtype()));
  }

  Value div(Value x, Value y) {
    return binary(BinaryKind.DIV, x, y);
  }

  Value neg(Value x) {
    return unary(UnaryKind.NEG, x);
  }

  Value square(Value x) {
    return unary(UnaryKind.SQUARE, x);
  }

  /// `x^-1/2`.
  Value rsqrt(Value x) {
    return unary(UnaryKind.RSQRT, x);
  }

  Value compare(BinaryKind kind, Value x, double y) {
    return binary(kind, x, number(y, x.type().dtype()));
  }

  /// `x` where the condition holds, else 0.
  Value where(Value condition, Value x) {
    return select(condition, x, number(0, x.type().dtype()));
  }

  Value select(Value condition, Value x, Value y) {
    return apply(new Pointwise.Select(), condition, x, y);
  }

  Value cast(Value x, DType to) {
    return x.type().dtype() == to ? x : apply(new Pointwise.Cast(to), x);
  }

  Value reshape(Value x, Shape shape) {
    return x.type().shape().equals(shape) ? x : apply(new Move.Reshape(shape), x);
  }

  Value reshape(Value x, int... dims) {
    return reshape(x, Shape.of(dims));
  }

  Value broadcast(Value x, Shape shape) {
    return x.type().shape().equals(shape) ? x : apply(new Move.Broadcast(shape), x);
  }

  Value transpose(Value x, int... axes) {
    boolean same = Arrays.equals(axes, IntStream.range(0, axes.length).toArray());
    return same ? x : apply(new Move.Transpose(list(axes)), x);
  }

  /// An axis moved to another place, the others staying in their order.
  Value move(Value x, int from, int to) {
    int[] axes = new int[x.type().shape().rank()];
    axes[to] = from;
    int other = 0;
    for (int i = 0; i < axes.length; i++) {
      if (i != to) {
        other += other == from ? 1 : 0;
        axes[i] = other++;
      }
    }
    return transpose(x, axes);
  }

  /// The elements from `begin` to `end` along an axis.
  Value slice(Value x, int axis, int begin, int end) {
    Shape shape = x.type().shape();
    if (begin == 0 && end == shape.dim(axis)) {
      return x;
    }
    int[] begins = new int[shape.rank()];
    int[] ends = shape.dims();
    begins[axis] = begin;
    ends[axis] = end;
    return apply(new Move.Slice(list(begins), list(ends), Collections.nCopies(shape.rank(), 1)), x);
  }

  /// One place along an axis, which goes.
  Value at(Value x, int axis, int place) {
    Value part = slice(x, axis, place, place + 1);
    return reshape(part, part.type().shape().without(axis));
  }

  /// Zeros before and after along an axis; negative numbers cut elements off.
  Value pad(Value x, int axis, int before, int after) {
    int extent = x.type().shape().dim(axis);
    int end = after < 0 ? extent + after : extent;
    Value cut = slice(x, axis, before < 0 ? -before : 0, end);
    if (before <= 0 && after <= 0) {
      return cut;
    }
    int[] befores = new int[x.type().shape().rank()];
    int[] afters = new int[befores.length];
    befores[axis] = Math.max(before, 0);
    afters[axis] = Math.max(after, 0);
    return apply(new Move.Pad(list(befores), list(afters), Move.Pad.Mode.CONSTANT, 0), cut);
  }

  Value concat(int axis, List<Value> parts) {
    return parts.size() == 1
        ? parts.getFirst()
        : add("concat", new Move.Concat(axis), parts, List.of()).getFirst();
  }

  Value reduce(Reduce.Kind kind, Value x, boolean keep, int... axes) {
    return axes.length == 0 ? x : apply(new Reduce.Reduction(kind, list(axes), keep), x);
  }

  Value sum(Value x, boolean keep, int... axes) {
    return reduce(Reduce.Kind.SUM, x, keep, axes);
  }

  /// The sum over all axes but the last `kept`.
  Value sumLeading(Value x, int kept) {
    return sum(x, false, IntStream.range(0, x.type().shape().rank() - kept).toArray());
  }

  /// The sum over the axes that were stretched when a shape was broadcast.
  Value unbroadcast(Value x, Shape shape) {
    Shape from = x.type().shape();
    int added = from.rank() - shape.rank();
    int[] axes =
        IntStream.range(0, from.rank())
            .filter(i -> i < added || (shape.dim(i - added) == 1 && from.dim(i) != 1))
            .toArray();
    return reshape(sum(x, true, axes), shape);
  }

  Value matmul(Value a, Value b, boolean transposeA, boolean transposeB) {
    return apply(new Contract.MatMul(transposeA, transposeB, Activation.NONE), a, b);
  }

  Value iota(DType dtype, int axis, Shape shape) {
    return apply(new Index.Iota(shape, axis, dtype), new Value[0]);
  }

  /// Zeros with updates added at tuples of indices.
  Value scatter(Shape shape, Value indices, Value updates) {
    Value zeros = filled(0, updates.type().dtype(), shape);
    return apply(new Index.ScatterNd(Index.ScatterNd.Combine.ADD), zeros, indices, updates);
  }

  static List<Integer> list(int... values) {
    return Arrays.stream(values).boxed().toList();
  }
}
