package dev.tendril.formats.onnx;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Index;
import dev.tendril.formats.graph.GraphDraft;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Operators that read and write where numbers say.
final class IndexNodes {
  private IndexNodes() {}

  static boolean read(OnnxNode node) {
    GraphDraft d = node.draft();
    switch (node.type()) {
      case "Gather" -> {
        int axis = node.axis(node.integer("axis", 0), node.rank(0));
        Value places = fromStart(d, node.in(1), node.shape(0).dim(axis));
        node.give(d.add(new Index.Gather(axis, 0), node.in(0), places));
      }
      case "GatherElements" -> node.give(gatherElements(node));
      case "GatherND" -> {
        int batch = node.integer("batch_dims", 0);
        Value places = tuples(node, batch);
        node.give(d.add(new Index.GatherNd(batch), node.in(0), places));
      }
      case "ScatterND" -> {
        Index.ScatterNd.Combine combine =
            switch (node.text("reduction", "none")) {
              case "none" -> Index.ScatterNd.Combine.REPLACE;
              case "add" -> Index.ScatterNd.Combine.ADD;
              case "min" -> Index.ScatterNd.Combine.MIN;
              case "max" -> Index.ScatterNd.Combine.MAX;
              default -> throw node.refusal("the reduction " + node.text("reduction", ""));
            };
        Value places = tuples(node, 0);
        node.give(d.add(new Index.ScatterNd(combine), node.in(0), places, node.in(2)));
      }
      case "NonZero" -> node.give(d.transpose(d.add(new Index.NonZero(), node.in(0)), 1, 0));
      case "TopK" -> topK(node);
      case "OneHot" -> oneHot(node);
      default -> {
        return false;
      }
    }
    return true;
  }

  /// Places that may count from the end, from the start.
  private static Value fromStart(GraphDraft d, Value places, int extent) {
    Tensor known = GraphDraft.tensorOrNull(places);
    if (known != null && known.shape().size() <= 1 << 20) {
      boolean negative = false;
      for (long place : known.toLongArray()) {
        negative |= place < 0;
      }
      if (!negative) {
        return places;
      }
    }
    Value fromEnd = d.binary(BinaryKind.ADD, places, extent);
    return d.select(d.binary(BinaryKind.LT, places, 0), fromEnd, places);
  }

  /// Tuples of places, likewise.
  private static Value tuples(OnnxNode node, int batch) {
    GraphDraft d = node.draft();
    Value places = node.in(1);
    Shape shape = node.shape(0);
    int length = places.type().shape().dim(-1);
    if (length < 1 || batch < 0 || batch + length > shape.rank()) {
      throw node.refusal("places " + places.type() + " of " + shape);
    }
    double[] extents = IntStream.range(0, length).mapToDouble(i -> shape.dim(batch + i)).toArray();
    Tensor limits = Tensor.of(TensorType.of(places.type().dtype(), length), extents);
    Value fromEnd = d.binary(BinaryKind.ADD, places, d.constant(limits));
    return d.select(d.binary(BinaryKind.LT, places, 0), fromEnd, places);
  }

  /// Each element by a tuple of its own: its place, with that along the axis replaced.
  private static Value gatherElements(OnnxNode node) {
    GraphDraft d = node.draft();
    int axis = node.axis(node.integer("axis", 0), node.rank(0));
    Shape shape = OnnxImport.known(node.in(1), "places");
    DType dtype = node.dtype(1);
    Value places = fromStart(d, node.in(1), node.shape(0).dim(axis));
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      Value part = i == axis ? places : d.add(new Index.Iota(shape, i, dtype));
      parts.add(d.reshape(part, shape.inserted(shape.rank(), 1)));
    }
    Value tuples = d.concat(shape.rank(), parts);
    return d.add(new Index.GatherNd(0), node.in(0), tuples);
  }

  private static void topK(OnnxNode node) {
    GraphDraft d = node.draft();
    int rank = node.rank(0);
    int axis = node.axis(node.integer("axis", -1), rank);
    int count =
        node.has(1) ? GraphDraft.one(node.in(1), "the number of places") : node.integer("k", 1);
    boolean greatest = node.integer("largest", 1) != 0;
    int[] order = IntStream.range(0, rank).toArray();
    order[axis] = rank - 1;
    order[rank - 1] = axis;
    Value moved = d.transpose(node.in(0), order);
    Value keys = greatest ? moved : d.mirrored(moved);
    List<Value> top = d.addAll(new Index.TopK(count), List.of(keys));
    Value values = greatest ? top.get(0) : d.mirrored(top.get(0));
    Value places = d.cast(top.get(1), DType.I64);
    node.give(d.transpose(values, order), d.transpose(places, order));
  }

  private static void oneHot(OnnxNode node) {
    GraphDraft d = node.draft();
    int depth = GraphDraft.one(node.in(1), "the depth");
    Value values = node.in(2);
    int axis = node.integer("axis", -1);
    Value indices = d.cast(node.in(0), DType.I64);
    Value places = fromStart(d, indices, depth);
    Value hot = d.add(new Index.OneHot(depth, axis, DType.BOOL), places);
    Value off = d.reshape(d.slice(values, 0, 0, 1));
    Value on = d.reshape(d.slice(values, 0, 1, 2));
    node.give(d.select(hot, on, off));
  }
}
