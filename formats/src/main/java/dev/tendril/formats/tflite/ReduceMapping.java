package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Operators that make one number of many.
final class ReduceMapping {
  static final Map<String, Reduce.Kind> KINDS =
      Map.of(
          "SUM", Reduce.Kind.SUM,
          "MEAN", Reduce.Kind.MEAN,
          "REDUCE_PROD", Reduce.Kind.PROD,
          "REDUCE_MIN", Reduce.Kind.MIN,
          "REDUCE_MAX", Reduce.Kind.MAX,
          "REDUCE_ALL", Reduce.Kind.ALL,
          "REDUCE_ANY", Reduce.Kind.ANY);

  private ReduceMapping() {}

  static boolean read(OperatorImport op) {
    Reduce.Kind kind = KINDS.get(op.name());
    if (kind != null) {
      reduction(op, kind);
      return true;
    }
    switch (op.name()) {
      case "ARG_MAX", "ARG_MIN" -> {
        DType to = op.result(0).type().dtype();
        op.give(
            op.plain(
                new Reduce.ArgExtreme(op.name().equals("ARG_MAX"), op.one(1, "the axis"), to),
                op.in(0)));
      }
      case "CUMSUM" ->
          op.give(
              op.plain(
                  new Reduce.Cumulative(
                      Reduce.Kind.SUM,
                      op.one(1, "the axis"),
                      op.options().flag("exclusive"),
                      op.options().flag("reverse")),
                  op.in(0)));
      default -> {
        return false;
      }
    }
    return true;
  }

  /// No axes mean nothing to reduce here, and all of them in Tendril.
  private static void reduction(OperatorImport op, Reduce.Kind kind) {
    List<Integer> axes =
        op.list(1, "the axes").stream()
            .map(axis -> axis < 0 ? axis + op.rank(0) : axis)
            .distinct()
            .toList();
    Value x = op.in(0);
    if (axes.isEmpty()) {
      op.give(x.type().quant() == null ? x : op.add(new Pointwise.Quantize(x.type().dtype()), x));
      return;
    }
    op.give(op.add(new Reduce.Reduction(kind, axes, op.options().flag("keep_dims")), x));
  }

  static void write(OperatorExport op, Reduce reduce) {
    switch (reduce) {
      case Reduce.Reduction reduction -> reduction(op, reduction);
      case Reduce.ArgExtreme(boolean greatest, int axis, DType to) ->
          op.give(
              op.apply(
                  greatest ? "ARG_MAX" : "ARG_MIN",
                  OperatorExport.options("output_type", ElementType.of(to).code()),
                  op.out(),
                  op.in(0),
                  op.scalar(DType.I32, op.shape(0).axis(axis))));
      case Reduce.Cumulative cumulative -> {
        if (cumulative.kind() != Reduce.Kind.SUM) {
          throw op.refusal("cumulative " + cumulative.kind() + "; the format has sums");
        }
        op.give(
            op.apply(
                "CUMSUM",
                OperatorExport.options(
                    "exclusive", cumulative.exclusive(), "reverse", cumulative.reverse()),
                op.out(),
                op.in(0),
                op.scalar(DType.I32, op.shape(0).axis(cumulative.axis()))));
      }
    }
  }

  private static void reduction(OperatorExport op, Reduce.Reduction reduction) {
    String name = "";
    for (Map.Entry<String, Reduce.Kind> entry : KINDS.entrySet()) {
      if (entry.getValue() == reduction.kind()) {
        name = entry.getKey();
      }
    }
    List<Integer> axes =
        reduction.axes().isEmpty()
            ? IntStream.range(0, op.shape(0).rank()).boxed().toList()
            : reduction.axes().stream().map(op.shape(0)::axis).toList();
    op.give(
        op.apply(
            name,
            OperatorExport.options("keep_dims", reduction.keep()),
            op.out(),
            op.in(0),
            op.ints(axes)));
  }
}
