package dev.tendril.core.cpu.fused;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.ShapeRules;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FusedKernelsTest {
  private static final FusedKernels KERNELS = new FusedKernels();

  private static final float[] EDGES = {
    0f,
    -0f,
    1f,
    -1f,
    0.5f,
    -0.5f,
    1.5f,
    2.5f,
    -2.5f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    1e-30f,
    -1e-30f,
    1e-7f,
    88.7f,
    88.8f,
    -87.4f,
    -103.9f,
    -104.1f,
    1e30f,
    -1e30f,
    16777216f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  static Stream<Op> ops() {
    List<Op> ops = new ArrayList<>();
    for (UnaryKind kind : UnaryKind.values()) {
      if (kind != UnaryKind.NOT) {
        ops.add(new Pointwise.Unary(kind));
      }
    }
    for (BinaryKind kind : BinaryKind.values()) {
      if (!kind.isBitwise()) {
        ops.add(new Pointwise.Binary(kind));
      }
    }
    ops.add(new Pointwise.Clamp(-0.5, 2));
    ops.add(new Pointwise.LeakyRelu(0.1f));
    ops.add(new Pointwise.Elu(1.5f));
    ops.add(new Pointwise.Gelu(true));
    ops.add(new Pointwise.Gelu(false));
    return ops.stream();
  }

  @ParameterizedTest
  @MethodSource("ops")
  void everyOpIsWhatTheReferenceSays(Op op) {
    SplittableRandom random = new SplittableRandom(op.name().hashCode());
    int count = op instanceof Pointwise.Binary ? 2 : 1;
    for (int[] dims : new int[][] {{}, {1}, {7}, {8}, {3, 5}, {2, 3, 17}, {0, 4}}) {
      List<Tensor> operands = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        operands.add(random(random, dims));
      }
      check(op, operands);
    }
    List<Tensor> edges = new ArrayList<>();
    edges.add(Tensor.of(EDGES, EDGES.length, 1));
    if (count == 2) {
      edges.add(Tensor.of(EDGES, EDGES.length));
    }
    check(op, edges);
  }

  @Test
  void operandsBroadcast() {
    SplittableRandom random = new SplittableRandom(5);
    Op add = new Pointwise.Binary(BinaryKind.ADD);
    for (int i = 0; i < 300; i++) {
      int rank = random.nextInt(5);
      int[] a = new int[rank];
      int[] b = new int[rank];
      for (int axis = 0; axis < rank; axis++) {
        int extent = random.nextInt(1, 20);
        a[axis] = random.nextInt(3) == 0 ? 1 : extent;
        b[axis] = random.nextInt(3) == 0 ? 1 : extent;
      }
      int cut = rank == 0 ? 0 : random.nextInt(rank);
      check(add, List.of(random(random, a), random(random, Arrays.copyOfRange(b, cut, rank))));
    }
  }

  @Test
  void regionsAreWhatTheirOpsAreOneByOne() {
    SplittableRandom random = new SplittableRandom(9);
    for (int size : new int[] {1, 9, 1000, 50_003}) {
      GraphBuilder builder = Graph.builder("region");
      Value x = builder.input("x", TensorType.of(DType.F32, size));
      Value y = builder.input("y", TensorType.of(DType.F32, 1));
      Value half = builder.constant(Tensor.scalar(0.5f));
      Value product = builder.add(new Pointwise.Binary(BinaryKind.MUL), x, y);
      Value sum = builder.add(new Pointwise.Binary(BinaryKind.ADD), product, half);
      Value positive = builder.add(new Pointwise.Binary(BinaryKind.GT), sum, x);
      Value tanh = builder.add(new Pointwise.Unary(UnaryKind.TANH), sum);
      builder.output("out", builder.add(new Pointwise.Select(), positive, tanh, x));
      check(
          new Structured.Fused(builder.build()), List.of(random(random, size), random(random, 1)));
    }
  }

  @Test
  void whatIsNotSupportedHasAReason() {
    Node node =
        new Node(
            "n",
            new Pointwise.Unary(UnaryKind.NEG),
            List.of(new Value.Input("x", TensorType.of(DType.F64, 2))),
            List.of(TensorType.of(DType.F64, 2)));
    assertEquals("f64: loops are of f32 only", KERNELS.supports(node).reason());
  }

  private static Tensor random(SplittableRandom random, int... dims) {
    float[] values = new float[(int) Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          random.nextInt(10) == 0
              ? EDGES[random.nextInt(EDGES.length)]
              : (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-2, 3)));
    }
    return Tensor.of(values, dims);
  }

  private static void check(Op op, List<Tensor> operands) {
    List<TensorType> types = operands.stream().map(Tensor::type).toList();
    List<TensorType> results = ShapeRules.infer(op, types);
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      inputs.add(new Value.Input("x" + i, types.get(i)));
    }
    Node node = new Node("n", op, inputs, results);
    if (!KERNELS.supports(node).isYes()) {
      return;
    }
    Tensor expected = ReferenceKernels.run(op, operands, results).getFirst();
    for (int threads : new int[] {1, 3}) {
      Tensor actual = Tensor.allocate(results.getFirst());
      KERNELS
          .prepare(node, threads)
          .bind(
              operands.stream().map(Tensor::memory).toList(),
              List.of(actual.memory()),
              MemorySegment.NULL)
          .run();
      for (long i = 0; i < expected.shape().size(); i++) {
        same(op, operands, i, (float) expected.get(i), (float) actual.get(i));
      }
    }
  }

  private static void same(Op op, List<Tensor> operands, long at, float expected, float actual) {
    boolean close =
        Float.compare(expected, actual) == 0
            || expected == actual
            || Math.abs(expected - actual) <= 2e-6 * Math.abs(expected) + 3e-7 * least(op)
            || (Math.abs(expected) >= 1e38 && Math.abs(actual) >= 1e38);
    assertTrue(
        close, op + " of " + operands + " at " + at + ": " + actual + "; expected " + expected);
  }

  /// Sums of several parts may cancel: how large the parts are.
  private static double least(Op op) {
    return switch (op) {
      case Structured.Fused _ -> 1;
      case Pointwise.Gelu _ -> 1;
      case Pointwise.Unary unary when unary.kind() == UnaryKind.SOFTPLUS -> 1e-3;
      default -> 1e-30;
    };
  }
}
