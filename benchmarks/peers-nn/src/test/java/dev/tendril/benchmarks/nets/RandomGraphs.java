package dev.tendril.benchmarks.nets;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
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
import java.util.Arrays;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Small graphs of ops that are drawn at random, on pictures of a few pixels.
final class RandomGraphs {
  private static final Quant PIXELS = Quant.of(0.0173f, -11);

  private static final List<UnaryKind> UNARY =
      List.of(
          UnaryKind.ABS, UnaryKind.NEG, UnaryKind.SIN, UnaryKind.COS, UnaryKind.TANH,
          UnaryKind.SIGMOID, UnaryKind.RELU, UnaryKind.SQUARE, UnaryKind.SILU, UnaryKind.SOFTPLUS,
          UnaryKind.HARD_SWISH, UnaryKind.EXP, UnaryKind.FLOOR, UnaryKind.CEIL, UnaryKind.ATAN,
          UnaryKind.SINH, UnaryKind.EXPM1);
  private static final List<BinaryKind> BINARY =
      List.of(
          BinaryKind.ADD, BinaryKind.SUB, BinaryKind.MUL, BinaryKind.MIN, BinaryKind.MAX,
          BinaryKind.SQUARED_DIFFERENCE);
  private static final List<Activation> ACTIVATIONS =
      List.of(Activation.NONE, Activation.RELU, Activation.RELU6, Activation.RELU_N1_TO_1);

  private final Random random;
  private final GraphBuilder builder;

  private RandomGraphs(long seed, String name) {
    this.random = new Random(seed);
    this.builder = Graph.builder(name);
  }

  /// A graph of floats.
  static Graph floats(long seed) {
    RandomGraphs made = new RandomGraphs(seed, "floats" + seed);
    Value x = made.builder.input("x", TensorType.of(DType.F32, 1, 6, 5, 4));
    Value y = x;
    int count = 1 + made.random.nextInt(5);
    for (int i = 0; i < count; i++) {
      y = made.next(y);
    }
    return made.builder.output("y", y).build();
  }

  /// A graph of quantized numbers, one op that rescales, and others that move.
  static Graph bytes(long seed) {
    RandomGraphs made = new RandomGraphs(seed, "bytes" + seed);
    TensorType type = TensorType.of(DType.I8, 1, 6, 5, 4).with(PIXELS);
    Value x = made.builder.input("x", type);
    Value y = made.quantized(made.random.nextBoolean() ? made.moved(x) : x);
    return made.builder.output("y", y).build();
  }

  private int below(int limit) {
    return random.nextInt(limit);
  }

  private <T> T one(List<T> of) {
    return of.get(below(of.size()));
  }

  private Value constant(TensorType type) {
    double[] values = new double[(int) type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = type.dtype().isFloat() ? random.nextFloat() * 2 - 1 : below(255) - 127;
    }
    return builder.constant(Tensor.of(type, values));
  }

  private Value weights(int... dims) {
    return constant(TensorType.of(DType.F32, dims));
  }

  private Value next(Value x) {
    Shape shape = x.type().shape();
    int rank = shape.rank();
    int last = shape.dim(-1);
    return switch (below(rank == 4 ? 18 : 12)) {
      case 0, 1 -> {
        Value calm = builder.add(new Pointwise.Unary(UnaryKind.TANH), x);
        yield builder.add(new Pointwise.Unary(one(UNARY)), calm);
      }
      case 2 -> builder.add(new Pointwise.Binary(one(BINARY)), x, weights(last));
      case 3 -> builder.add(new Pointwise.Binary(one(BINARY)), x, x);
      case 4 -> builder.add(new Structured.Softmax(below(rank), 1 + random.nextFloat()), x);
      case 5 -> {
        Value weights = random.nextBoolean() ? weights(7, last) : weights(last, 7);
        boolean rows = weights.type().shape().dim(1) == last && weights.type().shape().dim(0) == 7;
        Contract.MatMul product = new Contract.MatMul(false, rows, one(ACTIVATIONS));
        yield rank < 2 ? x : builder.add(product, x, weights, weights(7));
      }
      case 6 -> {
        Reduce.Kind kind = one(List.of(Reduce.Kind.SUM, Reduce.Kind.MEAN, Reduce.Kind.MAX));
        yield rank < 2
            ? x
            : builder.add(
                new Reduce.Reduction(kind, List.of(below(rank)), random.nextBoolean()), x);
      }
      case 7 -> moved(x);
      case 8 -> {
        Value zero = builder.constant(Tensor.scalar(0.25f));
        Value above = builder.add(new Pointwise.Binary(BinaryKind.GT), x, zero);
        yield builder.add(new Pointwise.Select(), above, x, zero);
      }
      case 9 -> {
        Value places = builder.constant(Tensor.vector(last - 1, 0, last / 2));
        yield builder.add(new Index.Gather(-1, 0), x, places);
      }
      case 10 ->
          builder.add(
              new Structured.LayerNorm(1, 1e-3f), x, weights(last), weights(last));
      case 11 -> builder.add(new Pointwise.Clamp(-0.3, 0.6), x);
      case 12, 13 -> convolution(x, last);
      case 14 ->
          builder.add(
              new Contract.DepthwiseConv(
                  List.of(1, 1), padding(), List.of(1, 1), one(ACTIVATIONS)),
              x,
              weights(1, 1, last * 2),
              weights(last * 2));
      case 15 -> {
        Reduce.Kind kind = random.nextBoolean() ? Reduce.Kind.MAX : Reduce.Kind.MEAN;
        yield builder.add(
            new Contract.Pool(kind, List.of(1, 2), List.of(1, 1), Padding.SAME, Activation.NONE),
            x);
      }
      case 16 ->
          builder.add(
              new Structured.Resize(
                  Structured.Resize.Method.BILINEAR, 7, 9, false, random.nextBoolean()),
              x);
      default ->
          builder.add(
              new Structured.BatchNorm(1e-3f),
              x,
              weights(last),
              builder.constant(Tensor.of(TensorType.of(DType.F32, last), ones(last))),
              weights(last),
              weights(last));
    };
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private Padding padding() {
    return random.nextBoolean() ? Padding.SAME : Padding.VALID;
  }

  private Value convolution(Value x, int channels) {
    return builder.add(
        new Contract.Conv(List.of(1, 2), Padding.SAME, List.of(1, 1), 1, one(ACTIVATIONS)),
        x,
        weights(3, 2, 3, channels),
        weights(3));
  }

  /// The elements elsewhere.
  private Value moved(Value x) {
    Shape shape = x.type().shape();
    int rank = shape.rank();
    int[] zeros = new int[rank];
    List<Integer> none = Arrays.stream(zeros).boxed().toList();
    Op op =
        switch (below(6)) {
          case 0 -> new Move.Reshape(Shape.of(Math.toIntExact(shape.size())));
          case 1 -> new Move.Transpose(IntStream.range(0, rank).map(i -> rank - 1 - i).boxed().toList());
          case 2 -> {
            List<Integer> after = new ArrayList<>(none);
            after.set(below(rank), 2);
            yield new Move.Pad(none, after, Move.Pad.Mode.CONSTANT, 0);
          }
          case 3 -> new Move.Concat(below(rank));
          case 4 -> {
            List<Integer> repeats = new ArrayList<>(Collections.nCopies(rank, 1));
            repeats.set(rank - 1, 2);
            yield new Move.Tile(repeats);
          }
          default -> new Move.Reverse(List.of(below(rank)));
        };
    return op instanceof Move.Concat ? builder.add(op, x, x) : builder.add(op, x);
  }

  private Value quantized(Value x) {
    Shape shape = x.type().shape();
    int last = shape.dim(-1);
    Quant to = Quant.of(0.01f + random.nextFloat() * 0.03f, below(40) - 20);
    Quant half = Quant.of(1 / 256f, -128);
    TensorType other =
        TensorType.of(DType.I8, last).with(Quant.of(0.008f + random.nextFloat() * 0.01f, 5));
    return switch (below(14)) {
      case 0 ->
          builder.addQuantized(new Pointwise.Binary(BinaryKind.ADD), to, x, constant(other));
      case 1 ->
          builder.addQuantized(new Pointwise.Binary(BinaryKind.SUB), to, x, constant(other));
      case 2 ->
          builder.addQuantized(new Pointwise.Binary(BinaryKind.MUL), to, x, constant(other));
      case 3 -> builder.addQuantized(new Pointwise.Unary(UnaryKind.SIGMOID), half, x);
      case 4 ->
          builder.addQuantized(new Pointwise.Unary(UnaryKind.TANH), Quant.of(1 / 128f, 0), x);
      case 5 -> builder.addQuantized(new Structured.Softmax(-1, 1), half, x);
      case 6 -> builder.addQuantized(new Pointwise.LeakyRelu(0.2f), to, x);
      case 7 -> builder.addQuantized(new Pointwise.Unary(UnaryKind.HARD_SWISH), to, x);
      case 8 -> builder.addQuantized(new Pointwise.Quantize(DType.I8), to, x);
      case 9 -> builder.addQuantized(new Pointwise.Unary(UnaryKind.RELU), to, x);
      case 10 ->
          builder.addQuantized(
              new Reduce.Reduction(Reduce.Kind.MEAN, List.of(-1), false), to, x);
      case 11 -> builder.add(new Pointwise.Dequantize(), x);
      case 12 ->
          builder.addQuantized(
              new Reduce.Reduction(Reduce.Kind.SUM, List.of(-1), true), Quant.of(0.1f, 3), x);
      default ->
          shape.rank() == 4
              ? builder.add(
                  new Contract.Pool(
                      Reduce.Kind.MEAN, List.of(1, 2), List.of(1, 1), Padding.SAME, Activation.NONE),
                  x)
              : builder.addQuantized(new Pointwise.Quantize(DType.I8), to, x);
    };
  }

  /// An operand for a graph's input.
  static Tensor operand(TensorType type, long seed) {
    Random random = new Random(seed);
    double[] values = new double[(int) type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = type.dtype().isFloat() ? random.nextFloat() * 4 - 2 : random.nextInt(256) - 128;
    }
    return Tensor.of(type, values);
  }
}
