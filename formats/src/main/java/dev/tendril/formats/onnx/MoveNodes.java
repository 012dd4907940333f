package dev.tendril.formats.onnx;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.formats.graph.GraphDraft;
import dev.tendril.formats.onnx.proto.AttributeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Operators that put elements elsewhere, or make shapes and constants.
final class MoveNodes {
  private static final long MOST = 1 << 20;

  private MoveNodes() {}

  static boolean read(OnnxNode node) {
    GraphDraft d = node.draft();
    switch (node.type()) {
      case "Reshape" -> node.give(reshape(node));
      case "Flatten" -> node.give(flatten(node));
      case "Squeeze" -> node.give(d.squeeze(node.in(0), node.axes(1)));
      case "Unsqueeze" -> node.give(unsqueeze(node));
      case "Transpose" -> {
        int[] axes = node.integers("perm");
        int rank = node.rank(0);
        node.give(
            d.transpose(
                node.in(0),
                axes == null ? IntStream.range(0, rank).map(i -> rank - 1 - i).toArray() : axes));
      }
      case "Concat" -> {
        int axis = node.axis(node.integer("axis", 0), node.rank(0));
        node.give(d.concat(axis, node.all()));
      }
      case "Split" -> split(node);
      case "Slice" -> node.give(slice(node));
      case "Pad" -> node.give(pad(node));
      case "Expand" -> {
        Shape wanted = Shape.of(node.ints(1, "the shape of the result"));
        node.give(d.broadcast(node.in(0), Shape.broadcast(node.shape(0), wanted)));
      }
      case "Tile" ->
          node.give(d.add(new Move.Tile(GraphDraft.list(node.ints(1, "repeats"))), node.in(0)));
      case "SpaceToDepth", "DepthToSpace" -> node.give(depth(node));
      case "Shape" -> shape(node);
      case "Size" -> {
        long size = OnnxImport.known(node.in(0), "an operand").size();
        node.give(d.constant(Tensor.of(new long[] {size})));
      }
      case "Constant" -> node.give(constant(node));
      case "ConstantOfShape" -> node.give(filled(node));
      case "Range" -> node.give(d.range(node.in(0), node.in(1), node.in(2)));
      case "Trilu" -> node.give(triangle(node));
      case "EyeLike" -> throw node.refusal("a matrix that depends on the type of another");
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Value reshape(OnnxNode node) {
    int[] dims = node.ints(1, "the shape of the result");
    Shape from = node.shape(0);
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == 0 && !node.flag("allowzero")) {
        if (i >= from.rank()) {
          throw node.refusal("extent " + i + " of " + from + ", which is to stay");
        }
        dims[i] = from.dim(i);
      }
    }
    return node.draft().reshape(node.in(0), dims);
  }

  private static Value flatten(OnnxNode node) {
    Shape shape = OnnxImport.known(node.in(0), "an operand");
    int axis = node.integer("axis", 1);
    int at = axis < 0 ? axis + shape.rank() : axis;
    if (at < 0 || at > shape.rank()) {
      throw node.refusal("axis " + axis + " of " + shape);
    }
    return node.draft()
        .reshape(
            node.in(0),
            Math.toIntExact(shape.size(0, at)),
            Math.toIntExact(shape.size(at, shape.rank())));
  }

  private static Value unsqueeze(OnnxNode node) {
    int[] axes = node.axes(1);
    if (axes == null) {
      throw node.refusal("no axes");
    }
    Shape shape = node.shape(0);
    int rank = shape.rank() + axes.length;
    int[] positive = IntStream.of(axes).map(axis -> node.axis(axis, rank)).sorted().toArray();
    for (int axis : positive) {
      shape = shape.inserted(Math.min(axis, shape.rank()), 1);
    }
    return node.draft().reshape(node.in(0), shape);
  }

  private static void split(OnnxNode node) {
    Shape shape = node.shape(0);
    int axis = node.axis(node.integer("axis", 0), shape.rank());
    int[] extents = node.has(1) ? node.ints(1, "the extents of parts") : node.integers("split");
    if (extents == null) {
      int count = Math.max(node.results(), 1);
      int extent = Math.ceilDiv(shape.dim(axis), count);
      extents = new int[count];
      Arrays.fill(extents, extent);
      extents[count - 1] = shape.dim(axis) - extent * (count - 1);
    }
    node.give(node.draft().split(node.in(0), axis, extents));
  }

  private static Value slice(OnnxNode node) {
    GraphDraft d = node.draft();
    boolean operands = node.count() > 1;
    int[] starts = operands ? node.ints(1, "the starts") : node.integers("starts");
    int[] ends = operands ? node.ints(2, "the ends") : node.integers("ends");
    Shape shape = node.shape(0);
    int rank = shape.rank();
    if (starts == null || ends == null || starts.length != ends.length || starts.length > rank) {
      throw node.refusal("starts and ends of other numbers of axes");
    }
    int[] axes = node.axes(3);
    int[] steps = node.has(4) ? node.ints(4, "the steps") : null;
    int[] begin = new int[rank];
    int[] end = new int[rank];
    int[] step = new int[rank];
    Arrays.fill(end, Move.Slice.END);
    Arrays.fill(step, 1);
    List<Integer> reversed = new ArrayList<>();
    for (int i = 0; i < starts.length; i++) {
      int axis = node.axis(axes == null ? i : axes[i], rank);
      int by = steps == null ? 1 : steps[i];
      if (by == 0 || (steps != null && steps.length != starts.length)) {
        throw node.refusal("steps " + Arrays.toString(steps));
      }
      int extent = shape.dim(axis);
      if (by > 0) {
        begin[axis] = starts[i];
        end[axis] = ends[i] >= extent ? Move.Slice.END : ends[i];
        step[axis] = by;
      } else {
        reversed.add(axis);
        long first = starts[i] < 0 ? starts[i] + (long) extent : starts[i];
        long last = ends[i] < 0 ? ends[i] + (long) extent : ends[i];
        begin[axis] = (int) (extent - 1 - Math.clamp(first, -1L, extent - 1L));
        end[axis] = (int) (extent - 1 - Math.clamp(last, -1L, extent - 1L));
        step[axis] = by == Integer.MIN_VALUE ? Integer.MAX_VALUE : -by;
      }
    }
    Value x = reversed.isEmpty() ? node.in(0) : d.add(new Move.Reverse(reversed), node.in(0));
    return d.add(
        new Move.Slice(GraphDraft.list(begin), GraphDraft.list(end), GraphDraft.list(step)), x);
  }

  /// Negative paddings cut elements off.
  private static Value pad(OnnxNode node) {
    GraphDraft d = node.draft();
    int rank = node.rank(0);
    int[] pads = node.version() < 11 ? node.integers("pads") : node.ints(1, "the paddings");
    int[] axes = node.has(3) ? node.ints(3, "the axes") : IntStream.range(0, rank).toArray();
    if (pads == null || pads.length != 2 * axes.length) {
      throw node.refusal("paddings of other than two each for " + axes.length + " axes");
    }
    int[] before = new int[rank];
    int[] after = new int[rank];
    Value x = node.in(0);
    for (int i = 0; i < axes.length; i++) {
      int axis = node.axis(axes[i], rank);
      int first = pads[i];
      int last = pads[axes.length + i];
      if (first < 0 || last < 0) {
        int end = last < 0 ? node.shape(0).dim(axis) + last : Move.Slice.END;
        x = d.slice(x, axis, Math.max(-first, 0), end);
      }
      before[axis] = Math.max(first, 0);
      after[axis] = Math.max(last, 0);
    }
    Move.Pad.Mode mode =
        switch (node.text("mode", "constant")) {
          case "constant" -> Move.Pad.Mode.CONSTANT;
          case "reflect" -> Move.Pad.Mode.REFLECT;
          case "edge" -> Move.Pad.Mode.EDGE;
          default -> throw node.refusal("padding by " + node.text("mode", ""));
        };
    double value =
        node.version() < 11
            ? node.real("value", 0)
            : node.has(2) ? GraphDraft.real(node.in(2), "the value of new elements") : 0;
    return d.add(new Move.Pad(GraphDraft.list(before), GraphDraft.list(after), mode, value), x);
  }

  private static Value depth(OnnxNode node) {
    GraphDraft d = node.draft();
    int block = node.integer("blocksize", 1);
    boolean inverse = node.type().equals("DepthToSpace");
    if (inverse && node.text("mode", "DCR").equals("CRD")) {
      Shape s = OnnxImport.known(node.in(0), "an operand");
      int channels = s.dim(1) / Math.max(block * block, 1);
      Value parts = d.reshape(node.in(0), s.dim(0), channels, block, block, s.dim(2), s.dim(3));
      Value moved = d.transpose(parts, 0, 1, 4, 2, 5, 3);
      return d.reshape(moved, s.dim(0), channels, s.dim(2) * block, s.dim(3) * block);
    }
    Value last = d.channelsLast(node.in(0));
    return d.channelsFirst(d.add(new Move.SpaceToDepth(block, inverse), last));
  }

  private static void shape(OnnxNode node) {
    GraphDraft d = node.draft();
    Shape shape = node.shape(0);
    int rank = shape.rank();
    int start = node.integer("start", 0);
    int end = node.integer("end", rank);
    int from = Math.clamp(start < 0 ? start + (long) rank : start, 0, rank);
    int to = Math.clamp(end < 0 ? end + (long) rank : end, 0, rank);
    if (!shape.isKnown()) {
      Value dims = d.add(new Index.ShapeOf(DType.I64), node.in(0));
      node.give(d.slice(dims, 0, from, Math.max(from, to)));
      return;
    }
    long[] dims = IntStream.range(from, to).mapToLong(shape::dim).toArray();
    node.give(d.constant(Tensor.of(dims, dims.length)));
  }

  private static Value constant(OnnxNode node) {
    GraphDraft d = node.draft();
    for (AttributeProto attribute : node.proto().getAttributeList()) {
      switch (attribute.getName()) {
        case "value" -> {
          return d.constant(node.graph().tensor(attribute.getT()));
        }
        case "value_float" -> {
          return d.constant(Tensor.scalar(attribute.getF()));
        }
        case "value_int" -> {
          return d.constant(Tensor.of(new long[] {attribute.getI()}));
        }
        case "value_floats" -> {
          float[] values = new float[attribute.getFloatsCount()];
          for (int i = 0; i < values.length; i++) {
            values[i] = attribute.getFloats(i);
          }
          return d.constant(Tensor.of(values, values.length));
        }
        case "value_ints" -> {
          long[] values = attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
          return d.constant(Tensor.of(values, values.length));
        }
        default -> {}
      }
    }
    throw node.refusal("a constant of other than numbers");
  }

  private static Value filled(OnnxNode node) {
    GraphDraft d = node.draft();
    AttributeProto attribute = node.attribute("value");
    Tensor value = attribute == null ? Tensor.scalar(0f) : node.graph().tensor(attribute.getT());
    Value scalar = d.reshape(d.constant(value));
    return d.broadcast(scalar, Shape.of(node.ints(0, "the shape of the result")));
  }

  /// The upper or lower triangle of matrices, zeros elsewhere.
  private static Value triangle(OnnxNode node) {
    GraphDraft d = node.draft();
    Shape shape = OnnxImport.known(node.in(0), "an operand");
    int diagonal = node.has(1) ? GraphDraft.one(node.in(1), "the diagonal") : 0;
    boolean upper = node.integer("upper", 1) != 0;
    int rows = shape.dim(-2);
    int columns = shape.dim(-1);
    if ((long) rows * columns > MOST) {
      throw node.refusal("a triangle of " + shape);
    }
    boolean[] kept = new boolean[rows * columns];
    for (int i = 0; i < kept.length; i++) {
      int distance = i % columns - i / columns;
      kept[i] = upper ? distance >= diagonal : distance <= diagonal;
    }
    Value mask = d.constant(Tensor.of(kept, rows, columns));
    return d.select(mask, node.in(0), d.number(0, node.dtype(0)));
  }

  /// A tensor with its axes in another order.
  static Tensor transposed(Tensor tensor, int... axes) {
    int[] dims = IntStream.of(axes).map(tensor.shape()::dim).toArray();
    TensorType type = TensorType.of(tensor.dtype(), dims);
    return ReferenceKernels.run(
            new Move.Transpose(GraphDraft.list(axes)), List.of(tensor), List.of(type))
        .getFirst();
  }
}
