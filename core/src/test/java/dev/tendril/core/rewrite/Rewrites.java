package dev.tendril.core.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Structured;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Compares graphs before and after rewriting: as texts but for names, and by values.
final class Rewrites {
  private Rewrites() {}

  /// Rewrites one graph, expects the other, and the same values of both.
  static Rewriter.Result check(Pass pass, String before, String after) {
    Graph graph = Graph.parse("graph g " + before);
    Rewriter.Result result = Rewriter.rewrite(graph, pass);
    Graph expected = Graph.parse("graph g " + after);
    assertTrue(
        same(expected, result.graph()), () -> result.graph().toText() + result.report().text());
    assertSameValues(graph, result.graph(), 7, 1e-5);
    return result;
  }

  /// Rewrites a graph by the rules for all targets.
  static Rewriter.Result simplifies(String before, String after) {
    return check(Passes.SIMPLIFY, before, after);
  }

  /// Expects that nothing happens to a graph.
  static void stays(String graph) {
    Graph before = Graph.parse("graph g " + graph);
    Rewriter.Result result = Rewriter.rewrite(before, Passes.SIMPLIFY);
    assertTrue(same(before, result.graph()), () -> result.graph().toText());
    assertEquals(Map.of(), result.report().counts());
  }

  static boolean same(Graph a, Graph b) {
    if (a.nodes().size() != b.nodes().size()
        || a.inputs().size() != b.inputs().size()
        || !a.outputNames().equals(b.outputNames())) {
      return false;
    }
    Map<Value, Value> pairs = new HashMap<>();
    for (int i = 0; i < a.inputs().size(); i++) {
      pairs.put(a.inputs().get(i), b.inputs().get(i));
    }
    for (int i = 0; i < a.outputs().size(); i++) {
      if (!same(a.outputs().get(i), b.outputs().get(i), pairs)) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(Value a, Value b, Map<Value, Value> pairs) {
    if (pairs.containsKey(a)) {
      return b.equals(pairs.get(a));
    }
    if (!a.type().equals(b.type())) {
      return false;
    }
    pairs.put(a, b);
    if (a instanceof Value.Constant(_, Tensor x) && b instanceof Value.Constant(_, Tensor y)) {
      return close(x, y, 1e-6);
    }
    if (!(a instanceof Value.Result(Node x, int i) && b instanceof Value.Result(Node y, int j))
        || i != j
        || !sameOp(x, y)
        || x.inputs().size() != y.inputs().size()) {
      return false;
    }
    for (int k = 0; k < x.inputs().size(); k++) {
      if (!same(x.inputs().get(k), y.inputs().get(k), pairs)) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameOp(Node a, Node b) {
    if (a.op() instanceof Structured.Fused x && b.op() instanceof Structured.Fused y) {
      return same((Graph) x.body(), (Graph) y.body());
    }
    return a.op().equals(b.op());
  }

  static void assertSameValues(Graph a, Graph b, long seed, double tolerance) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Tensor> operands = new ArrayList<>();
    a.parameters().forEach(type -> operands.add(random(known(type), random)));
    List<Tensor> x = a.evaluate(operands);
    List<Tensor> y = b.evaluate(operands);
    for (int i = 0; i < x.size(); i++) {
      String text = x.get(i) + " became " + y.get(i);
      assertEquals(x.get(i).type(), y.get(i).type(), text);
      assertTrue(close(x.get(i), y.get(i), tolerance), text);
    }
  }

  private static TensorType known(TensorType type) {
    int[] dims = type.shape().dims();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = dims[i] < 0 ? 3 : dims[i];
    }
    return TensorType.of(type.dtype(), dims).with(type.quant());
  }

  static Tensor random(TensorType type, SplittableRandom random) {
    double[] values = new double[(int) type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          type.dtype() == DType.BOOL
              ? random.nextInt(2)
              : type.dtype().isFloat() ? random.nextDouble(-4, 8) : random.nextInt(-20, 20);
    }
    return Tensor.of(type, values);
  }

  private static boolean close(Tensor a, Tensor b, double tolerance) {
    for (int i = 0; i < a.shape().size(); i++) {
      double x = a.get(i);
      double y = b.get(i);
      if (Double.compare(x, y) != 0
          && !(Math.abs(x - y) <= tolerance * Math.max(1, Math.max(Math.abs(x), Math.abs(y))))) {
        return false;
      }
    }
    return true;
  }
}
