package dev.tendril.conformance.ops;

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
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.util.List;

/// Cases of ops that run graphs.
final class BodyCases {
  private static final List<DType> FLOATS = List.of(DType.F32, DType.F64, DType.BF16);

  private final CaseList to;
  private final Draw draw;

  private BodyCases(CaseList to) {
    this.to = to;
    this.draw = to.draw;
  }

  static void addTo(CaseList to) {
    BodyCases cases = new BodyCases(to);
    for (DType dtype : FLOATS) {
      cases.branches(dtype);
      cases.loops(dtype);
      cases.calls(dtype);
      cases.fused(dtype);
      cases.contracted(dtype);
    }
  }

  private static Op unary(UnaryKind kind) {
    return new Pointwise.Unary(kind);
  }

  private static Op binary(BinaryKind kind) {
    return new Pointwise.Binary(kind);
  }

  private void branches(DType dtype) {
    TensorType type = TensorType.of(dtype, 3, 4);
    GraphBuilder then = Graph.builder("then");
    Value x = then.input("x", type);
    Value y = then.input("y", type);
    then.output("out", then.add(unary(UnaryKind.TANH), then.add(binary(BinaryKind.MUL), x, y)));
    GraphBuilder otherwise = Graph.builder("otherwise");
    Value a = otherwise.input("x", type);
    otherwise.input("y", type);
    otherwise.output("out", otherwise.add(unary(UnaryKind.EXP), a));
    Op op = new Structured.If(then.build(), otherwise.build());
    for (boolean way : new boolean[] {true, false}) {
      to.add(op, Tensor.of(new boolean[] {way}), draw.usual(dtype, 3, 4), draw.usual(dtype, 3, 4));
    }
  }

  /// Squares a count of times.
  private void loops(DType dtype) {
    TensorType counter = TensorType.of(DType.I32);
    TensorType type = TensorType.of(dtype, 4);
    GraphBuilder condition = Graph.builder("condition");
    Value left = condition.input("left", counter);
    condition.input("x", type);
    condition.output(
        "more", condition.add(binary(BinaryKind.GT), left, condition.constant(Tensor.scalar(0))));
    GraphBuilder body = Graph.builder("body");
    Value count = body.input("left", counter);
    Value x = body.input("x", type);
    body.output("left", body.add(binary(BinaryKind.SUB), count, body.constant(Tensor.scalar(1))));
    body.output("x", body.add(unary(UnaryKind.SQUARE), x));
    Op op = new Structured.While(condition.build(), body.build());
    for (int times : new int[] {0, 1, 3}) {
      to.add(op, Tensor.scalar(times), draw.tensor(dtype, Draw.Domain.UNIT, 4));
    }
  }

  private void calls(DType dtype) {
    GraphBuilder body = Graph.builder("layer");
    Value x = body.input("x", TensorType.of(dtype, Shape.ANY, 3));
    Value weights = body.input("w", TensorType.of(dtype, 3, 2));
    Value product = body.add(new Contract.MatMul(false, false, Activation.NONE), x, weights);
    body.output("product", product);
    body.output("sigmoid", body.add(unary(UnaryKind.SIGMOID), product));
    Op op = new Structured.Call(body.build());
    to.add(op, draw.usual(dtype, 5, 3), draw.usual(dtype, 3, 2));
    to.add(op, draw.usual(dtype, 0, 3), draw.usual(dtype, 3, 2));
  }

  /// `tanh(a · b) + |a|`, and a choice by a comparison on the way.
  private void fused(DType dtype) {
    Shape any = Shape.of(Shape.ANY, Shape.ANY);
    GraphBuilder sum = Graph.builder("region");
    Value a = sum.input("a", new TensorType(dtype, any));
    Value b = sum.input("b", TensorType.of(dtype, Shape.ANY));
    Value c =
        sum.add(
            binary(BinaryKind.ADD),
            sum.add(unary(UnaryKind.TANH), sum.add(binary(BinaryKind.MUL), a, b)),
            sum.add(unary(UnaryKind.ABS), a));
    sum.output("y", c);
    fused(dtype, sum.build());
    GraphBuilder choice = Graph.builder("choice");
    Value x = choice.input("a", new TensorType(dtype, any));
    Value y = choice.input("b", TensorType.of(dtype, Shape.ANY));
    Value less = choice.add(binary(BinaryKind.LT), x, y);
    choice.output(
        "y",
        choice.add(
            new Pointwise.Select(),
            less,
            choice.add(unary(UnaryKind.EXP), x),
            choice.add(new Pointwise.Clamp(-1, 2), y)));
    fused(dtype, choice.build());
  }

  private void fused(DType dtype, Graph body) {
    Op op = new Structured.Fused(body);
    to.add(op, draw.usual(dtype, 3, 5), draw.usual(dtype, 5));
    to.add(op, draw.usual(dtype, 3, 1), draw.usual(dtype, 5));
    to.add(op, draw.usual(dtype, 0, 5), draw.usual(dtype, 1));
    to.unusual(op, draw.usual(dtype, 41, 67), draw.usual(dtype, 67));
    to.unusual(op, draw.special(dtype, 12, 13), draw.special(dtype, 13));
  }

  /// Contractions with something after them: sums with a residual, ranges, functions.
  private void contracted(DType dtype) {
    Op matMul = new Contract.MatMul(false, false, Activation.NONE);
    Op joined = new Contract.MatMul(false, true, Activation.RELU6);
    List<Integer> one = List.of(1, 1);
    Op conv = new Contract.Conv(List.of(2, 1), Padding.SAME, one, 1, Activation.NONE);
    Op pointConv = new Contract.Conv(one, Padding.VALID, one, 1, Activation.RELU);
    Op depthwise = new Contract.DepthwiseConv(one, Padding.SAME, one, Activation.NONE);
    for (Rest rest : rests()) {
      contracted(dtype, rest, matMul, new int[] {4, 3}, new int[] {3, 5}, 5);
      contracted(dtype, rest, joined, new int[] {2, 3, 17}, new int[] {2, 9, 17}, 9);
      contracted(dtype, rest, conv, new int[] {1, 5, 4, 3}, new int[] {6, 3, 3, 3}, 6);
      contracted(dtype, rest, pointConv, new int[] {2, 3, 3, 4}, new int[] {8, 1, 1, 4}, 8);
      contracted(dtype, rest, depthwise, new int[] {1, 5, 6, 9}, new int[] {3, 3, 9}, 9);
    }
  }

  /// What follows a contraction, made of its result and a residual.
  private interface Rest {
    Value of(GraphBuilder body, Value result, Value residual);
  }

  private static List<Rest> rests() {
    return List.of(
        (body, c, r) -> body.add(binary(BinaryKind.ADD), c, r),
        (body, c, r) -> body.add(unary(UnaryKind.RELU), body.add(binary(BinaryKind.ADD), r, c)),
        (body, c, r) ->
            body.add(new Pointwise.Clamp(-0.5, 1.5), body.add(binary(BinaryKind.ADD), c, r)),
        (body, c, r) ->
            body.add(
                unary(UnaryKind.TANH),
                body.add(binary(BinaryKind.MUL), body.add(unary(UnaryKind.SIGMOID), c), r)));
  }

  private void contracted(DType dtype, Rest rest, Op op, int[] x, int[] weights, int bias) {
    GraphBuilder body = Graph.builder("region");
    List<Value> operands =
        List.of(
            body.input("x", TensorType.of(dtype, x)),
            body.input("w", TensorType.of(dtype, weights)),
            body.input("b", TensorType.of(dtype, bias)));
    Value result = body.add(op, operands).getFirst();
    Value residual = body.input("r", result.type());
    body.output("y", rest.of(body, result, residual));
    to.add(
        new Structured.Fused(body.build()),
        draw.usual(dtype, x),
        draw.usual(dtype, weights),
        draw.usual(dtype, bias),
        draw.usual(dtype, result.type().shape().dims()));
  }
}
