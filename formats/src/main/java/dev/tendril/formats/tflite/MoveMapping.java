package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.graph.Batches;
import dev.tendril.formats.graph.StridedSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// Operators that put elements elsewhere, or make shapes.
final class MoveMapping {
  private MoveMapping() {}

  static boolean read(OperatorImport op) {
    switch (op.name()) {
      case "RESHAPE" -> reshape(op, target(op));
      case "STABLEHLO_RESHAPE" -> reshape(op, op.resultType(0).shape());
      case "SQUEEZE" -> squeeze(op);
      case "EXPAND_DIMS" -> {
        int rank = op.rank(0) + 1;
        int axis = op.one(1, "the axis");
        reshape(op, op.shape(0).inserted(axis(axis, rank), 1));
      }
      case "TRANSPOSE" -> move(op, new Move.Transpose(op.list(1, "the order of axes")), op.in(0));
      case "PAD" -> pad(op, Move.Pad.Mode.CONSTANT, 0);
      case "PADV2" -> pad(op, Move.Pad.Mode.CONSTANT, padding(op));
      case "MIRROR_PAD" ->
          pad(
              op,
              op.options().integer("mode") == 0 ? Move.Pad.Mode.REFLECT : Move.Pad.Mode.SYMMETRIC,
              0);
      case "CONCATENATION" ->
          op.give(op.activate(concat(op, op.options().integer("axis"), op.all()), op.activation()));
      case "PACK" -> pack(op);
      case "UNPACK" -> unpack(op);
      case "SPLIT" -> split(op);
      case "SPLIT_V" ->
          parts(op, op.in(0), op.one(2, "the axis"), op.ints(1, "the extents of the parts"));
      case "SLICE" -> slice(op);
      case "STRIDED_SLICE" -> stridedSlice(op);
      case "TILE" -> move(op, new Move.Tile(op.list(1, "the repeats")), op.in(0));
      case "BROADCAST_TO" ->
          move(op, new Move.Broadcast(Shape.of(op.ints(1, "the shape of the result"))), op.in(0));
      case "BROADCAST_ARGS" -> {
        int[] dims =
            Shape.broadcast(Shape.of(op.ints(0, "a shape")), Shape.of(op.ints(1, "a shape")))
                .dims();
        op.give(op.plain(new Pointwise.Cast(op.dtype(0)), op.constant(Tensor.vector(dims))));
      }
      case "REVERSE_V2" -> move(op, new Move.Reverse(op.list(1, "the axes")), op.in(0));
      case "SPACE_TO_DEPTH", "DEPTH_TO_SPACE" ->
          move(
              op,
              new Move.SpaceToDepth(
                  op.options().integer("block_size"), op.name().equals("DEPTH_TO_SPACE")),
              op.in(0));
      case "SPACE_TO_BATCH_ND" ->
          op.give(
              Batches.spaceToBatch(
                  op::add, op.in(0), op.ints(1, "the blocks"), op.ints(2, "the paddings")));
      case "BATCH_TO_SPACE_ND" ->
          op.give(
              Batches.batchToSpace(
                  op::add, op.in(0), op.ints(1, "the blocks"), op.ints(2, "the crops")));
      case "FILL" -> {
        Value value = op.reshape(op.in(1));
        int[] dims = op.ints(0, "the shape of the result");
        move(op, new Move.Broadcast(Shape.of(dims)), value);
      }
      case "SHAPE" -> shape(op);
      case "RANK" -> op.give(op.constant(Tensor.scalar(op.rank(0))));
      case "DENSIFY" -> op.give(op.in(0));
      case "DYNAMIC_UPDATE_SLICE", "STABLEHLO_DYNAMIC_UPDATE_SLICE" -> update(op);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void stridedSlice(OperatorImport op) {
    Options options = op.options();
    StridedSlice.Masks masks =
        new StridedSlice.Masks(
            options.integer("begin_mask"),
            options.integer("end_mask"),
            options.integer("ellipsis_mask"),
            options.integer("new_axis_mask"),
            options.integer("shrink_axis_mask"),
            options.flag("offset"));
    op.give(
        StridedSlice.of(
            op::add,
            op.in(0),
            op.ints(1, "the begins"),
            op.ints(2, "the ends"),
            op.ints(3, "the steps"),
            masks));
  }

  static int axis(int axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new FormatException("axis " + axis + " of " + rank);
    }
    return axis < 0 ? axis + rank : axis;
  }

  /// A node that moves elements. A result that is quantized otherwise is quantized again, as some
  /// operators of the format do; the rest take the numbers as they are.
  private static void move(OperatorImport op, Op moving, Value... operands) {
    op.give(op.add(moving, operands));
  }

  private static void reshape(OperatorImport op, Shape shape) {
    op.give(
        op.in(0).type().shape().equals(shape)
                && Objects.equals(op.quant(0), op.in(0).type().quant())
            ? op.in(0)
            : op.add(new Move.Reshape(shape), op.in(0)));
  }

  /// The shape is an operand or an option. An old way to say a scalar is a shape of one zero.
  private static Shape target(OperatorImport op) {
    int[] dims;
    if (op.has(1) && op.isConstant(1)) {
      dims = op.ints(1, "the shape of the result");
    } else if (op.options().values().containsKey("new_shape")) {
      dims = op.options().integers("new_shape");
    } else {
      dims = op.resultType(0).shape().dims();
    }
    Shape from = op.shape(0);
    if (dims.length == 1 && dims[0] == 0 && from.isKnown() && from.size() == 1) {
      return Shape.scalar();
    }
    return Shape.of(dims);
  }

  private static void squeeze(OperatorImport op) {
    int[] axes = op.options().integers("squeeze_dims");
    Shape shape = op.shape(0);
    boolean[] gone = new boolean[shape.rank()];
    for (int axis : axes) {
      gone[shape.axis(axis)] = true;
    }
    int[] dims =
        IntStream.range(0, shape.rank())
            .filter(i -> axes.length == 0 ? shape.dim(i) != 1 : !gone[i])
            .map(shape::dim)
            .toArray();
    reshape(op, Shape.of(dims));
  }

  private static void pad(OperatorImport op, Move.Pad.Mode mode, double value) {
    int[] paddings = op.ints(1, "the paddings");
    if (paddings.length != 2 * op.rank(0)) {
      throw new FormatException(
          paddings.length + " paddings of " + op.rank(0) + " axes; expected two each");
    }
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int i = 0; i < paddings.length; i += 2) {
      before.add(paddings[i]);
      after.add(paddings[i + 1]);
    }
    move(op, new Move.Pad(before, after, mode, value), op.in(0));
  }

  /// The real number that a constant operand of a padding stands for.
  private static double padding(OperatorImport op) {
    if (!op.has(2)) {
      return 0;
    }
    Tensor value = op.constant(2, "the value of new elements");
    if (value.shape().size() != 1) {
      throw new FormatException("a value of new elements of type " + value.type());
    }
    Quant quant = value.type().quant() == null ? op.in(0).type().quant() : value.type().quant();
    return quant == null
        ? value.get(0)
        : quant.scale() * (float) (value.getLong(0) - quant.zeroPoint());
  }

  private static Value concat(OperatorImport op, int axis, List<Value> values) {
    return op.add(new Move.Concat(axis), values.toArray(Value[]::new));
  }

  private static void pack(OperatorImport op) {
    int rank = op.rank(0) + 1;
    int axis = axis(op.options().integer("axis"), rank);
    List<Value> values = new ArrayList<>();
    for (Value value : op.all()) {
      values.add(op.plain(new Move.Reshape(value.type().shape().inserted(axis, 1)), value));
    }
    op.give(concat(op, axis, values));
  }

  private static void unpack(OperatorImport op) {
    Shape shape = op.shape(0);
    int axis = shape.axis(op.options().integer("axis"));
    int[] ones = new int[op.results()];
    Arrays.fill(ones, 1);
    List<Value> values = new ArrayList<>();
    for (Value part : cut(op, op.in(0), axis, ones)) {
      values.add(op.plain(new Move.Reshape(shape.without(axis)), part));
    }
    op.give(values);
  }

  private static void split(OperatorImport op) {
    int axis = op.shape(1).axis(op.one(0, "the axis"));
    int count = op.results();
    int extent = op.shape(1).dim(axis);
    if (count == 0 || extent % count != 0) {
      throw new FormatException(count + " parts of an extent of " + extent);
    }
    int[] extents = new int[count];
    Arrays.fill(extents, extent / count);
    parts(op, op.in(1), axis, extents);
  }

  private static void parts(OperatorImport op, Value x, int axis, int[] extents) {
    op.give(cut(op, x, x.type().shape().axis(axis), extents));
  }

  /// Parts along an axis; one extent may be -1, for what is left.
  private static List<Value> cut(OperatorImport op, Value x, int axis, int[] extents) {
    Shape shape = x.type().shape();
    int rest = shape.dim(axis) - IntStream.of(extents).filter(e -> e >= 0).sum();
    List<Value> parts = new ArrayList<>();
    int begin = 0;
    for (int given : extents) {
      int extent = given < 0 ? rest : given;
      int[] from = new int[shape.rank()];
      int[] to = new int[shape.rank()];
      int[] step = new int[shape.rank()];
      Arrays.fill(to, Move.Slice.END);
      Arrays.fill(step, 1);
      from[axis] = begin;
      to[axis] = begin + extent;
      begin += extent;
      parts.add(
          op.plain(
              new Move.Slice(
                  OperatorImport.list(from), OperatorImport.list(to), OperatorImport.list(step)),
              x));
    }
    if (rest < 0 || begin != shape.dim(axis)) {
      throw new FormatException(
          "parts of " + Arrays.toString(extents) + " of an extent of " + shape.dim(axis));
    }
    return parts;
  }

  private static void slice(OperatorImport op) {
    int[] begin = op.ints(1, "the begins");
    int[] size = op.ints(2, "the extents");
    if (begin.length != size.length || begin.length != op.rank(0)) {
      throw new FormatException(begin.length + " begins of " + op.rank(0) + " axes");
    }
    int[] end = new int[size.length];
    int[] step = new int[size.length];
    Arrays.fill(step, 1);
    for (int i = 0; i < end.length; i++) {
      if (begin[i] < 0 || size[i] < -1) {
        throw new FormatException("a part from " + begin[i] + " of extent " + size[i]);
      }
      end[i] = size[i] < 0 ? Move.Slice.END : begin[i] + size[i];
    }
    move(
        op,
        new Move.Slice(
            OperatorImport.list(begin), OperatorImport.list(end), OperatorImport.list(step)),
        op.in(0));
  }

  private static void shape(OperatorImport op) {
    DType to = op.result(0).type().dtype();
    Shape shape = op.shape(0);
    if (!shape.isKnown()) {
      op.give(op.plain(new Index.ShapeOf(to), op.in(0)));
      return;
    }
    double[] dims = IntStream.of(shape.dims()).asDoubleStream().toArray();
    op.give(op.constant(Tensor.of(TensorType.of(to, dims.length), dims)));
  }

  /// Puts a block at a place, which is moved so that the block is within.
  private static void update(OperatorImport op) {
    Shape shape = op.shape(0);
    Shape block = op.shape(1);
    int[] start = op.ints(2, "the place");
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      int at = Math.clamp(start[i], 0, shape.dim(i) - block.dim(i));
      before.add(at);
      after.add(shape.dim(i) - block.dim(i) - at);
    }
    Value ones =
        op.plain(
            new Move.Broadcast(block), op.constant(Tensor.of(new boolean[] {true}, new int[0])));
    Value mask = op.plain(new Move.Pad(before, after, Move.Pad.Mode.CONSTANT, 0), ones);
    Value wide = op.plain(new Move.Pad(before, after, Move.Pad.Mode.CONSTANT, 0), op.in(1));
    op.give(op.add(new Pointwise.Select(), mask, wide, op.in(0)));
  }

  static void write(OperatorExport op, Move move) {
    switch (move) {
      case Move.Reshape _ -> op.give(op.reshape(op.in(0), op.out()));
      case Move.Transpose transpose ->
          op.give(
              op.apply(
                  "TRANSPOSE",
                  op.out(),
                  op.in(0),
                  op.ints(transpose.axes().stream().map(op.shape(0)::axis).toList())));
      case Move.Broadcast _ ->
          op.give(op.apply("BROADCAST_TO", op.out(), op.in(0), op.ints(op.out().shape().dims())));
      case Move.Slice slice -> writeSlice(op, slice);
      case Move.Pad pad -> writePad(op, pad);
      case Move.Concat(int axis) -> {
        int[] operands = op.all().stream().mapToInt(Integer::intValue).toArray();
        op.give(
            op.apply(
                "CONCATENATION",
                OperatorExport.options("axis", op.shape(0).axis(axis)),
                op.out(),
                operands));
      }
      case Move.Reverse(List<Integer> axes) -> {
        int value = op.in(0);
        for (int axis : axes) {
          value = op.apply("REVERSE_V2", op.out(), value, op.ints(op.shape(0).axis(axis)));
        }
        op.give(value);
      }
      case Move.Tile(List<Integer> repeats) ->
          op.give(op.apply("TILE", op.out(), op.in(0), op.ints(repeats)));
      case Move.SpaceToDepth(int block, boolean inverse) ->
          op.give(
              op.apply(
                  inverse ? "DEPTH_TO_SPACE" : "SPACE_TO_DEPTH",
                  OperatorExport.options("block_size", block),
                  op.out(),
                  op.in(0)));
    }
  }

  private static void writeSlice(OperatorExport op, Move.Slice slice) {
    Shape shape = op.shape(0);
    int rank = shape.rank();
    int[] begin = new int[rank];
    int[] size = new int[rank];
    int[] end = new int[rank];
    int[] step = new int[rank];
    boolean plain = true;
    for (int axis = 0; axis < rank; axis++) {
      begin[axis] = slice.first(axis, shape);
      size[axis] = slice.extent(axis, shape);
      step[axis] = slice.step().get(axis);
      end[axis] = begin[axis] + (size[axis] == 0 ? 0 : (size[axis] - 1) * step[axis] + 1);
      plain &= step[axis] == 1;
    }
    op.give(
        plain
            ? op.apply("SLICE", op.out(), op.in(0), op.ints(begin), op.ints(size))
            : op.apply(
                "STRIDED_SLICE", op.out(), op.in(0), op.ints(begin), op.ints(end), op.ints(step)));
  }

  private static void writePad(OperatorExport op, Move.Pad pad) {
    int rank = op.shape(0).rank();
    int[] paddings = new int[2 * rank];
    for (int axis = 0; axis < rank; axis++) {
      paddings[2 * axis] = pad.before().get(axis);
      paddings[2 * axis + 1] = pad.after().get(axis);
    }
    int both = op.constant(Tensor.of(paddings, rank, 2));
    switch (pad.mode()) {
      case CONSTANT -> {
        Quant quant = op.type(0).quant();
        if (pad.value() == 0) {
          op.give(op.apply("PAD", op.out(), op.in(0), both));
        } else if (quant == null) {
          int value = op.scalar(op.dtype(0), pad.value());
          op.give(op.apply("PADV2", op.out(), op.in(0), both, value));
        } else {
          throw op.refusal("a padding of quantized numbers with " + pad.value());
        }
      }
      case REFLECT, SYMMETRIC ->
          op.give(
              op.apply(
                  "MIRROR_PAD",
                  OperatorExport.options("mode", pad.mode() == Move.Pad.Mode.REFLECT ? 0 : 1),
                  op.out(),
                  op.in(0),
                  both));
      case EDGE -> writeEdge(op, pad);
    }
  }

  /// The format has no padding with the nearest element: it is gathered.
  private static void writeEdge(OperatorExport op, Move.Pad pad) {
    int value = op.in(0);
    TensorType type = op.type(0);
    for (int axis = 0; axis < op.shape(0).rank(); axis++) {
      int before = pad.before().get(axis);
      int extent = op.shape(0).dim(axis);
      int[] places = new int[before + extent + pad.after().get(axis)];
      for (int i = 0; i < places.length; i++) {
        places[i] = Math.clamp((long) i - before, 0, extent - 1);
      }
      if (places.length != extent) {
        type = type.with(type.shape().with(axis, places.length));
        value =
            op.apply("GATHER", OperatorExport.options("axis", axis), type, value, op.ints(places));
      }
    }
    op.give(value);
  }
}
