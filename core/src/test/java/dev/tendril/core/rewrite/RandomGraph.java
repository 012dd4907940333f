package dev.tendril.core.rewrite;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Makes random graphs of images. Ops that jump, such as rounding, are left out: a difference in
/// the last bit would become a large one.
final class RandomGraph {
  private static final List<UnaryKind> UNARY =
      List.of(UnaryKind.NEG, UnaryKind.ABS, UnaryKind.RELU, UnaryKind.TANH, UnaryKind.SIGMOID);
  private static final List<BinaryKind> BINARY =
      List.of(
          BinaryKind.ADD,
          BinaryKind.SUB,
          BinaryKind.MUL,
          BinaryKind.DIV,
          BinaryKind.MIN,
          BinaryKind.MAX);

  private final SplittableRandom random;
  private final GraphBuilder builder = Graph.builder("random");
  private final List<Value> values = new ArrayList<>();

  private RandomGraph(SplittableRandom random) {
    this.random = random;
  }

  static Graph of(long seed) {
    return new RandomGraph(new SplittableRandom(seed)).graph();
  }

  private Graph graph() {
    values.add(builder.input("x", TensorType.of(DType.F32, 1, 3, 4, 2)));
    values.add(builder.input("z", TensorType.of(DType.F32, 1, 3, 4, 2)));
    int count = 3 + random.nextInt(25);
    for (int i = 0; i < count; i++) {
      Value x = pick();
      Value made = x.type().shape().size() > 2000 ? mean(x) : node(x);
      values.add(made);
    }
    builder.output("y", values.getLast());
    builder.output("w", pick());
    return builder.build();
  }

  /// Mostly the last, so that chains grow.
  private Value pick() {
    return random.nextInt(3) > 0 ? values.getLast() : values.get(random.nextInt(values.size()));
  }

  private Value constant(double low, double high, int... dims) {
    double[] numbers = new double[IntStream.of(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextDouble(low, high);
    }
    return builder.constant(Tensor.of(TensorType.of(DType.F32, dims), numbers));
  }

  private Value node(Value x) {
    Shape shape = x.type().shape();
    int rank = shape.rank();
    int last = rank == 0 ? 1 : shape.dim(-1);
    return switch (random.nextInt(16)) {
      case 0, 1 -> builder.add(new Pointwise.Unary(UNARY.get(random.nextInt(UNARY.size()))), x);
      case 2 -> builder.add(new Pointwise.Clamp(random.nextInt(-3, 1), random.nextInt(1, 7)), x);
      case 3, 4 -> binary(x, random.nextBoolean() ? constant(0.5, 2) : constant(0.5, 2, last));
      case 5 -> same(x);
      case 6 -> builder.add(new Move.Transpose(shuffled(rank)), x);
      case 7 -> builder.add(new Move.Reshape(Shape.of(shuffled(shape))), x);
      case 8 -> slice(x);
      case 9 -> rank == 0 ? x : builder.add(new Move.Concat(random.nextInt(rank)), x, x);
      case 10 -> pad(x);
      case 11 -> rank < 2 ? x : matmul(x);
      case 12 -> rank == 4 ? conv(x) : binary(x, constant(0, 0.5));
      case 13 -> rank == 0 ? x : norm(x);
      case 14 -> binary(x, neutral());
      default -> builder.add(new Pointwise.Unary(UnaryKind.RELU), x);
    };
  }

  private Value neutral() {
    return builder.constant(Tensor.scalar((float) random.nextInt(2)));
  }

  private Value binary(Value x, Value y) {
    BinaryKind kind = BINARY.get(random.nextInt(BINARY.size()));
    boolean divides = kind == BinaryKind.DIV;
    if (divides && y instanceof Value.Constant(_, Tensor tensor) && tensor.get(0) == 0) {
      return x;
    }
    return divides || random.nextBoolean()
        ? builder.add(new Pointwise.Binary(kind), x, y)
        : builder.add(new Pointwise.Binary(kind), y, x);
  }

  /// With another value of the same shape.
  private Value same(Value x) {
    List<Value> others = values.stream().filter(v -> v.type().equals(x.type())).toList();
    Value y = others.get(random.nextInt(others.size()));
    return builder.add(
        new Pointwise.Binary(random.nextBoolean() ? BinaryKind.ADD : BinaryKind.MAX), x, y);
  }

  private List<Integer> shuffled(int rank) {
    List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    for (int i = rank - 1; i > 0; i--) {
      Collections.swap(axes, i, random.nextInt(i + 1));
    }
    return axes;
  }

  private List<Integer> shuffled(Shape shape) {
    return shuffled(shape.rank()).stream().map(shape::dim).toList();
  }

  private Value slice(Value x) {
    List<Integer> begin = new ArrayList<>();
    List<Integer> end = new ArrayList<>();
    List<Integer> step = new ArrayList<>();
    for (int dim : x.type().shape().dims()) {
      int first = dim > 3 ? random.nextInt(2) : 0;
      begin.add(first);
      end.add(dim > 3 && random.nextBoolean() ? dim - 1 : Move.Slice.END);
      step.add(dim > 3 ? 1 + random.nextInt(2) : 1);
    }
    return builder.add(new Move.Slice(begin, end, step), x);
  }

  private Value pad(Value x) {
    int rank = x.type().shape().rank();
    List<Integer> before = new ArrayList<>(Collections.nCopies(rank, 0));
    List<Integer> after = new ArrayList<>(Collections.nCopies(rank, 0));
    if (rank == 4) {
      before.set(1, random.nextInt(2));
      after.set(2, random.nextInt(2));
    }
    Value padded = builder.add(new Move.Pad(before, after, Move.Pad.Mode.CONSTANT, 0), x);
    return rank == 4 ? conv(padded) : padded;
  }

  private Value matmul(Value x) {
    boolean transposed = random.nextBoolean();
    int k = x.type().shape().dim(-1);
    return builder.add(
        new Contract.MatMul(false, transposed, Activation.NONE),
        x,
        transposed ? constant(-0.5, 0.5, 3, k) : constant(-0.5, 0.5, k, 3));
  }

  private Value conv(Value x) {
    int channels = x.type().shape().dim(-1);
    return random.nextBoolean()
        ? builder.add(
            new Contract.Conv(List.of(1, 1), Padding.VALID, List.of(1, 1), 1, Activation.NONE),
            x,
            constant(-0.5, 0.5, 2, 1, 1, channels),
            constant(-0.5, 0.5, 2))
        : builder.add(
            new Contract.DepthwiseConv(List.of(1, 1), Padding.SAME, List.of(1, 1), Activation.NONE),
            x,
            constant(-0.5, 0.5, 2, 2, channels));
  }

  private Value norm(Value x) {
    int channels = x.type().shape().dim(-1);
    return builder.add(
        new Structured.BatchNorm(0.1f),
        x,
        constant(-1, 1, channels),
        constant(0.5, 2, channels),
        constant(-1, 1, channels),
        constant(-1, 1, channels));
  }

  private Value mean(Value x) {
    return builder.add(
        new Reduce.Reduction(
            Reduce.Kind.MEAN, List.of(random.nextInt(x.type().shape().rank())), false),
        x);
  }
}
