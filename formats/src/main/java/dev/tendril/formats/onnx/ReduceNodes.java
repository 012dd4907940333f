package dev.tendril.formats.onnx;

import dev.tendril.core.DType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.graph.GraphDraft;
import java.util.Map;
import java.util.stream.IntStream;

/// Operators that make one number of many.
final class ReduceNodes {
  static final Map<Reduce.Kind, String> NAMES =
      Map.of(
          Reduce.Kind.SUM, "ReduceSum",
          Reduce.Kind.MEAN, "ReduceMean",
          Reduce.Kind.PROD, "ReduceProd",
          Reduce.Kind.MIN, "ReduceMin",
          Reduce.Kind.MAX, "ReduceMax");

  private ReduceNodes() {}

  static boolean read(OnnxNode node) {
    GraphDraft d = node.draft();
    for (Map.Entry<Reduce.Kind, String> entry : NAMES.entrySet()) {
      if (entry.getValue().equals(node.type())) {
        node.give(reduce(node, entry.getKey(), node.in(0)));
        return true;
      }
    }
    switch (node.type()) {
      case "ReduceL1" ->
          node.give(reduce(node, Reduce.Kind.SUM, d.unary(UnaryKind.ABS, node.in(0))));
      case "ReduceL2" ->
          node.give(d.unary(UnaryKind.SQRT, reduce(node, Reduce.Kind.SUM, square(node))));
      case "ReduceSumSquare" -> node.give(reduce(node, Reduce.Kind.SUM, square(node)));
      case "ReduceLogSum" ->
          node.give(d.unary(UnaryKind.LOG, reduce(node, Reduce.Kind.SUM, node.in(0))));
      case "ReduceLogSumExp" -> node.give(logSumExp(node));
      case "ArgMax", "ArgMin" -> arg(node);
      case "CumSum" ->
          node.give(
              d.add(
                  new Reduce.Cumulative(
                      Reduce.Kind.SUM,
                      GraphDraft.one(node.in(1), "the axis"),
                      node.flag("exclusive"),
                      node.flag("reverse")),
                  node.in(0)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Value square(OnnxNode node) {
    return node.draft().binary(BinaryKind.MUL, node.in(0), node.in(0));
  }

  /// No axes mean all of them, or none where the node says so.
  private static Value reduce(OnnxNode node, Reduce.Kind kind, Value x) {
    int rank = x.type().shape().rank();
    int[] axes = node.axes(1);
    if (axes == null || axes.length == 0) {
      if (node.flag("noop_with_empty_axes")) {
        return x;
      }
      axes = IntStream.range(0, rank).toArray();
    }
    int[] positive = IntStream.of(axes).map(axis -> node.axis(axis, rank)).distinct().toArray();
    boolean keep = node.integer("keepdims", 1) != 0;
    return positive.length == 0 ? x : node.draft().reduce(kind, x, keep, positive);
  }

  private static Value logSumExp(OnnxNode node) {
    GraphDraft d = node.draft();
    Value greatest = d.reduce(Reduce.Kind.MAX, node.in(0), true);
    Value powers = d.unary(UnaryKind.EXP, d.binary(BinaryKind.SUB, node.in(0), greatest));
    Value log = d.unary(UnaryKind.LOG, reduce(node, Reduce.Kind.SUM, powers));
    return d.binary(BinaryKind.ADD, log, d.reshape(greatest));
  }

  private static void arg(OnnxNode node) {
    GraphDraft d = node.draft();
    boolean greatest = node.type().equals("ArgMax");
    int axis = node.axis(node.integer("axis", 0), node.rank(0));
    if (node.flag("select_last_index")) {
      throw node.refusal("the last of equals; expected the first");
    }
    Value place = d.add(new Reduce.ArgExtreme(greatest, axis, DType.I64), node.in(0));
    boolean keep = node.integer("keepdims", 1) != 0;
    node.give(keep ? d.reshape(place, node.shape(0).with(axis, 1)) : place);
  }
}
