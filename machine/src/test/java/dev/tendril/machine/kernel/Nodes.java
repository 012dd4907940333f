package dev.tendril.machine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Nodes that kernels are tested on, with operands.
///
/// @param constants how many of the last operands are constant
record Nodes(String name, Node node, List<Tensor> operands, int constants) {
  /// Products, convolutions and pools of many shapes: whole and partial vectors, one and many rows,
  /// borders, strides, gaps, with and without a bias and something that is added.
  static List<Nodes> all(Random random) {
    List<Nodes> all = new ArrayList<>();
    int[][] shapes = {
      {1, 1, 1},
      {1, 5, 3},
      {1, 40, 130},
      {2, 17, 9},
      {3, 8, 8},
      {5, 33, 40},
      {7, 12, 16},
      {13, 4, 24},
      {12, 64, 33},
      {26, 10, 100},
      {49, 16, 15},
      {6, 7, 300},
      {33, 700, 9}
    };
    for (int[] s : shapes) {
      for (int turned = 0; turned < 4; turned++) {
        boolean a = (turned & 1) != 0;
        boolean b = (turned & 2) != 0;
        Tensor x = a ? random(random, s[1], s[0]) : random(random, s[0], s[1]);
        Tensor w = b ? random(random, s[2], s[1]) : random(random, s[1], s[2]);
        Op op = new Contract.MatMul(a, b, turned == 0 ? Activation.NONE : Activation.RELU6);
        all.add(of(op, 2, x, w, random(random, s[2])));
        if (!b) {
          all.add(of(op, 0, x, w));
          all.add(of(op, 0, x, w, random(random, s[2])));
        }
      }
    }
    Tensor batch = random(random, 3, 5, 7);
    all.add(
        of(new Contract.MatMul(false, false, Activation.NONE), 0, batch, random(random, 3, 7, 9)));
    for (int width : new int[] {1, 5, 16, 37}) {
      all.add(of(new Structured.Softmax(-1, 1.5f), 0, random(random, 7, width)));
      Op norm = new Structured.LayerNorm(1, 1e-3f);
      all.add(of(norm, 0, random(random, 5, width), random(random, width), random(random, width)));
      Op mean = new Reduce.Reduction(Reduce.Kind.MEAN, List.of(1, 2), false);
      all.add(of(mean, 0, random(random, 2, 3, 4, width)));
    }
    for (int channels : new int[] {1, 8, 21}) {
      for (boolean corners : new boolean[] {false, true}) {
        Op resize =
            new Structured.Resize(Structured.Resize.Method.BILINEAR, 7, 5, corners, !corners);
        all.add(of(resize, 0, random(random, 2, 4, 3, channels)));
      }
    }
    for (int size : new int[] {1, 5, 8, 16, 37, 40_003}) {
      all.add(region(random, size));
      Tensor one = random(random, 1);
      Tensor x = random(random, size);
      all.add(of(new Pointwise.Binary(BinaryKind.SUB), 0, x, random(random, size)));
      all.add(of(new Pointwise.Binary(BinaryKind.MUL), 1, x, one));
      all.add(of(new Pointwise.Unary(UnaryKind.RELU), 0, x));
    }
    all.add(added(random, 9, 20, 24));
    all.add(added(random, 40, 600, 11));
    all.add(added(random, 4, 3, 11));
    for (int stride = 1; stride <= 2; stride++) {
      for (Padding padding : List.of(Padding.SAME, Padding.VALID, Padding.all(2, 2))) {
        windows(all, random, stride, padding);
      }
    }
    return all;
  }

  private static void windows(List<Nodes> all, Random random, int stride, Padding padding) {
    List<Integer> strides = List.of(stride, stride);
    List<Integer> ones = List.of(1, 1);
    for (int channels : new int[] {3, 19, 32}) {
      Tensor x = random(random, 2, 6, 14, channels);
      Op conv = new Contract.Conv(strides, padding, ones, 1, Activation.RELU);
      Tensor bias = random(random, 21);
      all.add(of(conv, 2, x, random(random, 21, 3, 3, channels), bias));
      all.add(of(conv, 1, x, random(random, 8, 1, 1, channels)));
      for (List<Integer> gaps : List.of(ones, List.of(2, 1), List.of(1, 2))) {
        Op depthwise = new Contract.DepthwiseConv(strides, padding, gaps, Activation.RELU6);
        Tensor own = random(random, channels);
        all.add(of(depthwise, 2, x, random(random, 3, 3, channels), own));
        if (padding.kind() != Padding.Kind.VALID) {
          all.add(of(depthwise, 0, x, random(random, 5, 4, channels)));
        }
      }
      for (Reduce.Kind kind : List.of(Reduce.Kind.MAX, Reduce.Kind.MEAN)) {
        Op pool = new Contract.Pool(kind, List.of(3, 3), strides, padding, Activation.NONE);
        all.add(of(pool, 0, x));
      }
    }
  }

  static Tensor random(Random random, int... dims) {
    int size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat(-1, 1);
    }
    return Tensor.of(values, dims);
  }

  static Nodes of(Op op, int constants, Tensor... operands) {
    GraphBuilder builder = Graph.builder("g");
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < operands.length; i++) {
      values.add(
          i < operands.length - constants
              ? builder.input("x" + i, operands[i].type())
              : builder.constant("c" + i, operands[i]));
    }
    Value result = builder.add(op, values).getFirst();
    Node node = builder.output("y", result).build().nodes().getFirst();
    StringBuilder name = new StringBuilder(op.toString());
    for (Tensor operand : operands) {
      name.append(' ').append(operand.type());
    }
    return new Nodes(name.toString(), node, List.of(operands), constants);
  }

  /// A product to which something is added before it is rectified.
  private static Nodes added(Random random, int m, int k, int n) {
    Tensor x = random(random, m, k);
    Tensor w = random(random, k, n);
    Tensor r = random(random, m, n);
    GraphBuilder body = Graph.builder("body");
    Value product =
        body.add(
            new Contract.MatMul(false, false, Activation.NONE),
            body.input("x", x.type()),
            body.input("w", w.type()));
    Value sum = body.add(new Pointwise.Binary(BinaryKind.ADD), product, body.input("r", r.type()));
    Value y = body.add(new Pointwise.Unary(UnaryKind.RELU), sum);
    return of(new Structured.Fused(body.output("y", y).build()), 0, x, w, r);
  }

  /// `clamp(√((s (x + y) - 0.5 - y)²) / 3, 0.05, 0.2)` of two tensors and a number.
  private static Nodes region(Random random, int size) {
    Tensor x = random(random, size);
    Tensor one = random(random, 1);
    GraphBuilder body = Graph.builder("body");
    Value y = body.input("y", x.type());
    Value sum = body.add(new Pointwise.Binary(BinaryKind.ADD), body.input("x", x.type()), y);
    Value scaled = body.add(new Pointwise.Binary(BinaryKind.MUL), body.input("s", one.type()), sum);
    Value half = body.constant(Tensor.scalar(0.5f));
    Value less = body.add(new Pointwise.Binary(BinaryKind.SUB), scaled, half);
    Value squared = body.add(new Pointwise.Binary(BinaryKind.SQUARED_DIFFERENCE), less, y);
    Value root = body.add(new Pointwise.Unary(UnaryKind.SQRT), squared);
    Value three = body.constant(Tensor.scalar(3f));
    Value third = body.add(new Pointwise.Binary(BinaryKind.DIV), root, three);
    Value result = body.add(new Pointwise.Clamp(0.05, 0.2), third);
    Structured.Fused op = new Structured.Fused(body.output("z", result).build());
    return of(op, 0, random(random, size), x, one);
  }

  /// Fails where results are not those of the reference, but for rounding.
  void check(List<Tensor> results, String what) {
    GraphBuilder builder = Graph.builder("g");
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      inputs.add(builder.input("x" + i, operands.get(i).type()));
    }
    Graph graph = builder.output("y", builder.add(node.op(), inputs).getFirst()).build();
    Tensor expected = graph.evaluate(operands).getFirst();
    Tensor actual = results.getFirst();
    assertEquals(expected.type(), actual.type(), name);
    for (long i = 0; i < expected.shape().size(); i++) {
      double e = expected.get(i);
      double a = actual.get(i);
      long at = i;
      assertTrue(
          Math.abs(e - a) <= 5e-6 * Math.max(4, Math.abs(e)),
          () -> what + ", " + name + ": element " + at + ": " + a + "; expected " + e);
    }
  }
}
