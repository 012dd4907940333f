package dev.tendril.formats.tensorflow;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.graph.GraphDraft;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Operators that make one number of many, or read and write where numbers say.
final class TfReductions {
  static final Map<String, Reduce.Kind> KINDS =
      Map.of(
          "Sum", Reduce.Kind.SUM,
          "Mean", Reduce.Kind.MEAN,
          "Prod", Reduce.Kind.PROD,
          "Min", Reduce.Kind.MIN,
          "Max", Reduce.Kind.MAX,
          "All", Reduce.Kind.ALL,
          "Any", Reduce.Kind.ANY);

  private TfReductions() {}

  static boolean read(TfNode node) {
    GraphDraft d = node.draft();
    Reduce.Kind kind = KINDS.get(node.op());
    if (kind != null) {
      node.give(reduce(node, kind, node.in(0)));
      return true;
    }
    switch (node.op()) {
      case "EuclideanNorm" -> {
        Value squares = d.binary(BinaryKind.MUL, node.in(0), node.in(0));
        node.give(d.unary(UnaryKind.SQRT, reduce(node, Reduce.Kind.SUM, squares)));
      }
      case "ArgMax", "ArgMin" -> {
        DType to = node.dtype("output_type", DType.I64);
        int axis = node.count() > 1 ? node.one(1, "the axis") : 0;
        node.give(d.add(new Reduce.ArgExtreme(node.op().equals("ArgMax"), axis, to), node.in(0)));
      }
      case "Cumsum", "Cumprod" -> {
        Reduce.Kind of = node.op().equals("Cumsum") ? Reduce.Kind.SUM : Reduce.Kind.PROD;
        int axis = node.one(1, "the axis");
        boolean exclusive = node.flag("exclusive");
        node.give(
            d.add(new Reduce.Cumulative(of, axis, exclusive, node.flag("reverse")), node.in(0)));
      }
      case "GatherV2" -> {
        int axis = node.shape(0).axis(node.one(2, "the axis"));
        int batch = node.integer("batch_dims");
        int leading = batch < 0 ? batch + node.shape(1).rank() : batch;
        node.give(d.add(new Index.Gather(axis, leading), node.in(0), node.in(1)));
      }
      case "Gather" -> node.give(d.add(new Index.Gather(0, 0), node.in(0), node.in(1)));
      case "GatherNd" -> node.give(d.add(new Index.GatherNd(0), node.in(0), node.in(1)));
      case "TensorScatterUpdate" -> scatter(node, Index.ScatterNd.Combine.REPLACE);
      case "TensorScatterAdd" -> scatter(node, Index.ScatterNd.Combine.ADD);
      case "TensorScatterMin" -> scatter(node, Index.ScatterNd.Combine.MIN);
      case "TensorScatterMax" -> scatter(node, Index.ScatterNd.Combine.MAX);
      case "OneHot" -> oneHot(node);
      case "TopKV2" -> topK(node);
      case "Where" -> node.give(d.add(new Index.NonZero(), node.in(0)));
      default -> {
        return norms(node);
      }
    }
    return true;
  }

  /// No axes mean nothing to reduce here, and all of them in Tendril.
  private static Value reduce(TfNode node, Reduce.Kind kind, Value x) {
    int rank = x.type().shape().rank();
    int[] axes =
        IntStream.of(node.ints(1, "the axes"))
            .map(axis -> axis < 0 ? axis + rank : axis)
            .distinct()
            .toArray();
    return axes.length == 0 ? x : node.draft().reduce(kind, x, node.flag("keep_dims"), axes);
  }

  private static void scatter(TfNode node, Index.ScatterNd.Combine combine) {
    node.give(node.draft().add(new Index.ScatterNd(combine), node.in(0), node.in(1), node.in(2)));
  }

  private static void oneHot(TfNode node) {
    GraphDraft d = node.draft();
    int depth = node.one(1, "the depth");
    Value hot = d.add(new Index.OneHot(depth, node.integer("axis"), DType.BOOL), node.in(0));
    node.give(d.select(hot, node.in(2), node.in(3)));
  }

  private static void topK(TfNode node) {
    List<Value> top =
        node.draft()
            .addAll(new Index.TopK(node.one(1, "the number of places")), List.of(node.in(0)));
    node.give(top);
  }

  private static boolean norms(TfNode node) {
    GraphDraft d = node.draft();
    switch (node.op()) {
      case "Softmax" -> node.give(d.add(new Structured.Softmax(-1, 1), node.in(0)));
      case "LogSoftmax" -> node.give(d.add(new Structured.LogSoftmax(-1), node.in(0)));
      case "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3" -> {
        boolean first = node.channelsFirst();
        Value x = first ? d.channelsLast(node.in(0)) : node.in(0);
        Structured.BatchNorm op = new Structured.BatchNorm(node.real("epsilon", 1e-4f));
        Value normal = d.add(op, x, node.in(3), node.in(4), node.in(1), node.in(2));
        node.give(first ? d.channelsFirst(normal) : normal);
      }
      case "LRN" ->
          node.give(
              d.add(
                  new Structured.LocalResponseNorm(
                      node.has("depth_radius") ? node.integer("depth_radius") : 5,
                      node.real("bias", 1),
                      node.real("alpha", 1),
                      node.real("beta", 0.5f)),
                  node.in(0)));
      case "ResizeBilinear" -> resize(node, Structured.Resize.Method.BILINEAR);
      case "ResizeNearestNeighbor" -> resize(node, Structured.Resize.Method.NEAREST);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void resize(TfNode node, Structured.Resize.Method method) {
    Tensor size = GraphDraft.tensor(node.in(1), "the size of the result");
    if (size.shape().size() != 2) {
      throw node.refusal("a size of " + size.type() + "; expected height and width");
    }
    boolean bilinear = method == Structured.Resize.Method.BILINEAR;
    Value x = bilinear ? node.draft().cast(node.in(0), DType.F32) : node.in(0);
    node.give(
        node.draft()
            .add(
                new Structured.Resize(
                    method,
                    Math.clamp(size.getLong(0), 0, Integer.MAX_VALUE),
                    Math.clamp(size.getLong(1), 0, Integer.MAX_VALUE),
                    node.flag("align_corners"),
                    node.flag("half_pixel_centers")),
                x));
  }
}
