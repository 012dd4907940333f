package dev.tendril.formats.tensorflow;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.graph.Batches;
import dev.tendril.formats.graph.GraphDraft;
import dev.tendril.formats.graph.StridedSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Operators that put elements elsewhere, or make shapes.
final class TfMoves {
  private TfMoves() {}

  static boolean read(TfNode node) {
    GraphDraft d = node.draft();
    switch (node.op()) {
      case "Reshape" -> node.give(d.reshape(node.in(0), node.ints(1, "the shape of the result")));
      case "Transpose" -> node.give(d.transpose(node.in(0), node.ints(1, "the order of axes")));
      case "Squeeze" -> node.give(squeeze(node));
      case "ExpandDims" -> {
        int rank = node.shape(0).rank() + 1;
        int axis = node.one(1, "the axis");
        node.give(d.reshape(node.in(0), node.shape(0).inserted(axis(axis, rank), 1)));
      }
      case "ConcatV2" -> {
        List<Value> parts = node.all().subList(0, Math.max(node.count() - 1, 0));
        node.give(d.concat(node.one(-1, "the axis"), parts));
      }
      case "Concat" -> {
        List<Value> parts = node.all().subList(Math.min(1, node.count()), node.count());
        node.give(d.concat(node.one(0, "the axis"), parts));
      }
      case "Pack" -> pack(node);
      case "Unpack" -> unpack(node);
      case "Split" -> {
        Value x = node.in(1);
        int axis = x.type().shape().axis(node.one(0, "the axis"));
        int count = Math.max(node.integer("num_split"), 1);
        int extent = x.type().shape().dim(axis);
        if (extent % count != 0) {
          throw node.refusal(count + " parts of an extent of " + extent);
        }
        int[] extents = new int[count];
        Arrays.fill(extents, extent / count);
        node.give(d.split(x, axis, extents));
      }
      case "SplitV" -> splitV(node);
      case "Slice" -> slice(node);
      case "StridedSlice" -> strided(node);
      case "Pad", "PadV2" -> {
        double value = node.count() > 2 ? GraphDraft.real(node.in(2), "the new elements") : 0;
        node.give(pad(node, Move.Pad.Mode.CONSTANT, value));
      }
      case "MirrorPad" ->
          node.give(
              pad(
                  node,
                  node.text("mode").equals("SYMMETRIC")
                      ? Move.Pad.Mode.SYMMETRIC
                      : Move.Pad.Mode.REFLECT,
                  0));
      case "Tile" ->
          node.give(d.add(new Move.Tile(GraphDraft.list(node.ints(1, "repeats"))), node.in(0)));
      case "BroadcastTo" ->
          node.give(d.broadcast(node.in(0), Shape.of(node.ints(1, "the shape of the result"))));
      case "Fill" -> {
        Value value = d.reshape(node.in(1));
        node.give(d.broadcast(value, Shape.of(node.ints(0, "the shape of the result"))));
      }
      case "Range" -> node.give(d.range(node.in(0), node.in(1), node.in(2)));
      case "Shape" -> shape(node);
      case "Rank" -> node.give(d.constant(Tensor.scalar(node.shape(0).rank())));
      case "Size" -> node.give(d.constant(Tensor.scalar(Math.toIntExact(node.known(0).size()))));
      case "ReverseV2" ->
          node.give(d.add(new Move.Reverse(GraphDraft.list(node.ints(1, "axes"))), node.in(0)));
      case "SpaceToDepth", "DepthToSpace" -> depth(node);
      case "SpaceToBatchND" ->
          node.give(
              Batches.spaceToBatch(
                  d::add, node.in(0), node.ints(1, "the blocks"), node.ints(2, "paddings")));
      case "BatchToSpaceND" ->
          node.give(
              Batches.batchToSpace(
                  d::add, node.in(0), node.ints(1, "the blocks"), node.ints(2, "crops")));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static int axis(int axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new FormatException("axis " + axis + " of " + rank);
    }
    return axis < 0 ? axis + rank : axis;
  }

  private static Value squeeze(TfNode node) {
    int[] axes = node.has("squeeze_dims") ? node.integers("squeeze_dims") : node.integers("axis");
    return node.draft().squeeze(node.in(0), axes.length == 0 ? null : axes);
  }

  private static void pack(TfNode node) {
    GraphDraft d = node.draft();
    int axis = axis(node.integer("axis"), node.shape(0).rank() + 1);
    List<Value> parts = new ArrayList<>();
    for (Value value : node.all()) {
      parts.add(d.reshape(value, value.type().shape().inserted(axis, 1)));
    }
    node.give(d.concat(axis, parts));
  }

  private static void unpack(TfNode node) {
    GraphDraft d = node.draft();
    Shape shape = node.shape(0);
    int axis = shape.axis(node.integer("axis"));
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < shape.dim(axis); i++) {
      parts.add(d.reshape(d.slice(node.in(0), axis, i, i + 1), shape.without(axis)));
    }
    node.give(parts);
  }

  /// One extent may be -1, for what is left.
  private static void splitV(TfNode node) {
    int[] extents = node.ints(1, "the extents of the parts");
    Shape shape = node.shape(0);
    int axis = shape.axis(node.one(2, "the axis"));
    int rest = shape.dim(axis) - IntStream.of(extents).filter(e -> e >= 0).sum();
    node.give(
        node.draft()
            .split(node.in(0), axis, IntStream.of(extents).map(e -> e < 0 ? rest : e).toArray()));
  }

  private static void slice(TfNode node) {
    int[] begin = node.ints(1, "the begins");
    int[] size = node.ints(2, "the extents");
    if (begin.length != size.length) {
      throw node.refusal(begin.length + " begins and " + size.length + " extents");
    }
    int[] end = new int[size.length];
    int[] step = new int[size.length];
    Arrays.fill(step, 1);
    for (int i = 0; i < end.length; i++) {
      if (begin[i] < 0 || size[i] < -1) {
        throw node.refusal("a part from " + begin[i] + " of extent " + size[i]);
      }
      end[i] = size[i] < 0 ? Move.Slice.END : Math.addExact(begin[i], size[i]);
    }
    Move.Slice op =
        new Move.Slice(GraphDraft.list(begin), GraphDraft.list(end), GraphDraft.list(step));
    node.give(node.draft().add(op, node.in(0)));
  }

  private static void strided(TfNode node) {
    StridedSlice.Masks masks =
        new StridedSlice.Masks(
            node.integer("begin_mask"),
            node.integer("end_mask"),
            node.integer("ellipsis_mask"),
            node.integer("new_axis_mask"),
            node.integer("shrink_axis_mask"),
            false);
    int[] begins = node.ints(1, "the begins");
    int[] ends = node.ints(2, "the ends");
    int[] steps = node.ints(3, "the steps");
    node.give(StridedSlice.of(node.draft()::add, node.in(0), begins, ends, steps, masks));
  }

  private static Value pad(TfNode node, Move.Pad.Mode mode, double value) {
    int[] paddings = node.ints(1, "the paddings");
    int rank = node.shape(0).rank();
    if (paddings.length != 2 * rank) {
      throw node.refusal(paddings.length + " paddings of " + rank + " axes; expected two each");
    }
    List<Integer> before = IntStream.range(0, rank).mapToObj(i -> paddings[2 * i]).toList();
    List<Integer> after = IntStream.range(0, rank).mapToObj(i -> paddings[2 * i + 1]).toList();
    return node.draft().add(new Move.Pad(before, after, mode, value), node.in(0));
  }

  private static void shape(TfNode node) {
    GraphDraft d = node.draft();
    DType to = node.dtype("out_type", DType.I32);
    Shape shape = node.shape(0);
    if (!shape.isKnown()) {
      node.give(d.add(new Index.ShapeOf(to), node.in(0)));
      return;
    }
    double[] dims = IntStream.of(shape.dims()).asDoubleStream().toArray();
    node.give(d.constant(Tensor.of(TensorType.of(to, dims.length), dims)));
  }

  private static void depth(TfNode node) {
    GraphDraft d = node.draft();
    boolean first = node.channelsFirst();
    boolean inverse = node.op().equals("DepthToSpace");
    Value x = first ? d.channelsLast(node.in(0)) : node.in(0);
    Value moved = d.add(new Move.SpaceToDepth(node.integer("block_size"), inverse), x);
    node.give(first ? d.channelsFirst(moved) : moved);
  }
}
