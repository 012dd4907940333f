package dev.tendril.formats.onnx;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// How ops are written as operators of the format.
final class OnnxWriters {
  private OnnxWriters() {}

  /// Whether the format has a node as it is; others are composed of simpler ones.
  static boolean has(Node node) {
    return switch (node.op()) {
      case Pointwise.Unary(UnaryKind kind) ->
          kind == UnaryKind.NOT
              || kind == UnaryKind.IS_FINITE
              || (!PointwiseNodes.name(kind).isEmpty()
                  && (kind != UnaryKind.RELU || node.outputs().getFirst().dtype().isFloat()));
      case Pointwise.Binary(BinaryKind kind) ->
          kind == BinaryKind.SHIFT_LEFT
              || kind == BinaryKind.SHIFT_RIGHT
              || !PointwiseNodes.name(kind).isEmpty();
      case Pointwise.Gelu _ -> false;
      case Pointwise.Dequantize _ -> node.inputTypes().getFirst().quant() != null;
      case Pointwise _ -> true;
      case Move.Pad pad -> pad.mode() != Move.Pad.Mode.SYMMETRIC;
      case Move.SpaceToDepth _ -> false;
      case Move _ -> true;
      case Reduce.Reduction reduction -> ReduceNodes.NAMES.containsKey(reduction.kind());
      case Reduce _ -> true;
      case Contract.MatMul product ->
          product.activation() == Activation.NONE && (node.inputs().size() < 3 || isGemm(node));
      case Contract.Conv conv -> conv.activation() == Activation.NONE;
      case Contract.DepthwiseConv conv -> conv.activation() == Activation.NONE;
      case Contract.ConvTranspose conv -> conv.activation() == Activation.NONE;
      case Contract.Pool pool -> pool.activation() == Activation.NONE;
      case Contract.Attention _ -> false;
      case Contract _ -> true;
      case Index.OneHot _, Index.Iota _ -> false;
      case Index _ -> true;
      case Structured.Softmax softmax -> softmax.beta() == 1;
      case Structured.BatchNorm _,
          Structured.L2Normalize _,
          Structured.LocalResponseNorm _,
          Structured.Call _,
          Structured.Fused _ ->
          false;
      case Structured _, Custom _ -> true;
    };
  }

  private static boolean isGemm(Node node) {
    return node.inputTypes().get(0).shape().rank() == 2
        && node.inputTypes().get(1).shape().rank() == 2
        && node.inputTypes().getFirst().dtype().isFloat();
  }

  static void write(OnnxWriter w) {
    switch (w.node().op()) {
      case Pointwise op -> pointwise(w, op);
      case Move op -> move(w, op);
      case Reduce op -> reduce(w, op);
      case Contract op -> WindowWriters.write(w, op);
      case Index op -> index(w, op);
      case Structured op -> structured(w, op);
      case Custom op -> throw w.refusal("the custom op " + op.op() + ", which the format has not");
    }
  }

  private static void pointwise(OnnxWriter w, Pointwise pointwise) {
    switch (pointwise) {
      case Pointwise.Unary(UnaryKind kind) -> unary(w, kind);
      case Pointwise.Binary(BinaryKind kind) -> binary(w, kind);
      case Pointwise.Select _ -> w.give(w.emit("Where", w.in(0), w.in(1), w.in(2)));
      case Pointwise.Clamp(double low, double high) -> {
        boolean whole = !w.dtype(0).isFloat();
        double least = whole ? Math.ceil(low) : low;
        double most = whole ? Math.floor(high) : high;
        String above = low == Double.NEGATIVE_INFINITY ? "" : w.scalar(w.dtype(0), least);
        String below = high == Double.POSITIVE_INFINITY ? "" : w.scalar(w.dtype(0), most);
        w.give(w.emit("Clip", w.in(0), above, below));
      }
      case Pointwise.LeakyRelu(float alpha) ->
          w.give(w.emit("LeakyRelu", NodeAttributes.none().with("alpha", alpha), w.in(0)));
      case Pointwise.Elu(float alpha) ->
          w.give(w.emit("Elu", NodeAttributes.none().with("alpha", alpha), w.in(0)));
      case Pointwise.Cast(DType to) -> w.give(w.cast(w.in(0), to));
      case Pointwise.Quantize(DType to) -> scaled(w, "QuantizeLinear", w.out(), to);
      case Pointwise.Dequantize _ -> scaled(w, "DequantizeLinear", w.type(0), w.dtype(0));
      case Pointwise.Gelu _ -> throw w.refusal("an op that the format has not");
    }
  }

  private static void unary(OnnxWriter w, UnaryKind kind) {
    switch (kind) {
      case NOT -> w.give(w.emit(w.dtype(0) == DType.BOOL ? "Not" : "BitwiseNot", w.in(0)));
      case IS_FINITE -> {
        String none = w.emit("Or", w.emit("IsNaN", w.in(0)), w.emit("IsInf", w.in(0)));
        w.give(w.emit("Not", none));
      }
      default -> w.give(w.emit(PointwiseNodes.name(kind), w.in(0)));
    }
  }

  private static void binary(OnnxWriter w, BinaryKind kind) {
    boolean flags = w.dtype(0) == DType.BOOL;
    switch (kind) {
      case AND, OR, XOR -> {
        String name = PointwiseNodes.name(kind);
        w.give(w.emit(flags ? name : "Bitwise" + name, w.in(0), w.in(1)));
      }
      case SHIFT_LEFT, SHIFT_RIGHT -> {
        if (w.dtype(0).isSigned()) {
          throw w.refusal("a shift of signed integers, which the format has not");
        }
        String way = kind == BinaryKind.SHIFT_LEFT ? "LEFT" : "RIGHT";
        NodeAttributes direction = NodeAttributes.none().with("direction", way);
        w.give(w.emit("BitShift", direction, w.in(0), w.in(1)));
      }
      default -> w.give(w.emit(PointwiseNodes.name(kind), w.in(0), w.in(1)));
    }
  }

  private static void scaled(OnnxWriter w, String operator, TensorType type, DType dtype) {
    Quant quant = type.quant();
    if (quant == null) {
      throw w.refusal("a quantization without scales");
    }
    int[] dims = quant.isPerTensor() ? new int[0] : new int[] {quant.scales().length};
    double[] points = IntStream.of(quant.zeroPoints()).asDoubleStream().toArray();
    String scale = w.constant(Tensor.of(quant.scales(), dims));
    String zero = w.constant(Tensor.of(TensorType.of(dtype, dims), points));
    NodeAttributes axis = NodeAttributes.none();
    if (!quant.isPerTensor()) {
      axis.with("axis", w.axis(quant.axis(), type.shape()));
    }
    w.give(w.emit(operator, axis, w.in(0), scale, zero));
  }

  private static void move(OnnxWriter w, Move move) {
    Shape shape = w.shape(0);
    switch (move) {
      case Move.Reshape(Shape to) -> {
        Shape target = w.out().shape().isKnown() ? w.out().shape() : to;
        NodeAttributes zeros = NodeAttributes.none().with("allowzero", true);
        long[] dims = IntStream.of(target.dims()).asLongStream().toArray();
        w.give(w.emit("Reshape", zeros, w.in(0), w.longs(dims)));
      }
      case Move.Transpose(List<Integer> axes) -> {
        List<Integer> order = axes.stream().map(shape::axis).toList();
        w.give(w.emit("Transpose", NodeAttributes.none().with("perm", order), w.in(0)));
      }
      case Move.Broadcast _ -> {
        long[] dims =
            IntStream.of(w.out().shape().dims())
                .mapToLong(dim -> dim == Shape.ANY ? 1 : dim)
                .toArray();
        w.give(w.emit("Expand", w.in(0), w.longs(dims)));
      }
      case Move.Slice slice -> slice(w, slice);
      case Move.Pad pad -> pad(w, pad);
      case Move.Concat(int axis) -> {
        NodeAttributes along = NodeAttributes.none().with("axis", w.axis(axis, w.out().shape()));
        w.give(w.emit("Concat", along, w.all().toArray(String[]::new)));
      }
      case Move.Reverse(List<Integer> axes) -> {
        int count = axes.size();
        long[] minus = new long[count];
        long[] far = new long[count];
        java.util.Arrays.fill(minus, -1);
        java.util.Arrays.fill(far, Long.MIN_VALUE + 1);
        List<Integer> positive = axes.stream().map(shape::axis).toList();
        w.give(
            w.emit(
                "Slice", w.in(0), w.longs(minus), w.longs(far), w.longs(positive), w.longs(minus)));
      }
      case Move.Tile(List<Integer> repeats) -> w.give(w.emit("Tile", w.in(0), w.longs(repeats)));
      case Move.SpaceToDepth _ -> throw w.refusal("an op that the format has not");
    }
  }

  private static void slice(OnnxWriter w, Move.Slice slice) {
    int rank = w.shape(0).rank();
    long[] end = new long[rank];
    for (int i = 0; i < rank; i++) {
      int given = slice.end().get(i);
      end[i] = given == Move.Slice.END ? Long.MAX_VALUE : given;
    }
    long[] axes = IntStream.range(0, rank).asLongStream().toArray();
    w.give(
        w.emit(
            "Slice",
            w.in(0),
            w.longs(slice.begin()),
            w.longs(end),
            w.longs(axes),
            w.longs(slice.step())));
  }

  private static void pad(OnnxWriter w, Move.Pad pad) {
    Shape shape = w.shape(0);
    int rank = shape.rank();
    long[] pads = new long[2 * rank];
    for (int axis = 0; axis < rank; axis++) {
      int at = w.axis(axis, shape);
      pads[at] = pad.before().get(axis);
      pads[rank + at] = pad.after().get(axis);
    }
    String mode =
        switch (pad.mode()) {
          case CONSTANT -> "constant";
          case EDGE -> "edge";
          case REFLECT, SYMMETRIC -> "reflect";
        };
    NodeAttributes kind = NodeAttributes.none().with("mode", mode);
    String value = pad.mode() == Move.Pad.Mode.CONSTANT ? w.scalar(w.dtype(0), pad.value()) : "";
    w.give(w.emit("Pad", kind, w.in(0), w.longs(pads), value));
  }

  private static void reduce(OnnxWriter w, Reduce reduce) {
    Shape shape = w.shape(0);
    switch (reduce) {
      case Reduce.Reduction(Reduce.Kind kind, List<Integer> axes, boolean keep) -> {
        NodeAttributes kept = NodeAttributes.none().with("keepdims", keep);
        String name = ReduceNodes.NAMES.getOrDefault(kind, "");
        List<Integer> all =
            axes.isEmpty() ? IntStream.range(0, shape.rank()).boxed().toList() : axes;
        List<Integer> along = all.stream().map(axis -> w.axis(axis, shape)).toList();
        w.give(w.emit(name, kept, w.in(0), w.longs(along)));
      }
      case Reduce.ArgExtreme(boolean greatest, int axis, DType to) -> {
        NodeAttributes along =
            NodeAttributes.none().with("axis", shape.axis(axis)).with("keepdims", false);
        String place = w.emit(greatest ? "ArgMax" : "ArgMin", along, w.in(0));
        w.give(to == DType.I64 ? place : w.cast(place, to));
      }
      case Reduce.Cumulative sum -> {
        if (sum.kind() != Reduce.Kind.SUM) {
          throw w.refusal("cumulative " + sum.kind() + "; the format has sums");
        }
        NodeAttributes way =
            NodeAttributes.none().with("exclusive", sum.exclusive()).with("reverse", sum.reverse());
        String axis = w.scalar(DType.I64, shape.axis(sum.axis()));
        w.give(w.emit("CumSum", way, w.in(0), axis));
      }
    }
  }

  private static void index(OnnxWriter w, Index index) {
    switch (index) {
      case Index.Gather(int axis, int batch) -> gather(w, w.shape(0).axis(axis), batch);
      case Index.GatherNd(int batch) -> {
        NodeAttributes leading = NodeAttributes.none().with("batch_dims", batch);
        w.give(w.emit("GatherND", leading, w.in(0), places(w, 1)));
      }
      case Index.ScatterNd(Index.ScatterNd.Combine combine) -> {
        String how =
            switch (combine) {
              case REPLACE -> "none";
              case ADD -> "add";
              case MIN -> "min";
              case MAX -> "max";
            };
        NodeAttributes reduction = NodeAttributes.none().with("reduction", how);
        w.give(w.emit("ScatterND", reduction, w.in(0), places(w, 1), w.in(2)));
      }
      case Index.TopK(int k) -> sorted(w, -1, k, true);
      case Index.Sort(int axis, boolean descending) ->
          sorted(w, w.shape(0).axis(axis), w.shape(0).dim(axis), descending);
      case Index.NonZero _ -> {
        NodeAttributes swap = NodeAttributes.none().with("perm", List.of(1, 0));
        w.give(w.emit("Transpose", swap, w.emit("NonZero", w.in(0))));
      }
      case Index.ShapeOf(DType to) -> {
        String dims = w.emit("Shape", w.in(0));
        w.give(to == DType.I64 ? dims : w.cast(dims, to));
      }
      case Index.NonMaxSuppression _ ->
          throw w.refusal("places padded with -1, which the format has not");
      case Index.OneHot _, Index.Iota _ -> throw w.refusal("an op that the format has not");
    }
  }

  private static String places(OnnxWriter w, int i) {
    return w.dtype(i) == DType.I64 ? w.in(i) : w.cast(w.in(i), DType.I64);
  }

  private static void gather(OnnxWriter w, int axis, int batch) {
    if (batch == 0) {
      w.give(w.emit("Gather", NodeAttributes.none().with("axis", axis), w.in(0), w.in(1)));
      return;
    }
    if (axis != batch) {
      throw w.refusal("places along axis " + axis + " with " + batch + " axes that are shared");
    }
    String tuples = w.emit("Unsqueeze", places(w, 1), w.longs(w.shape(1).rank()));
    NodeAttributes leading = NodeAttributes.none().with("batch_dims", batch);
    w.give(w.emit("GatherND", leading, w.in(0), tuples));
  }

  private static void sorted(OnnxWriter w, int axis, int count, boolean descending) {
    NodeAttributes order =
        NodeAttributes.none().with("axis", axis).with("largest", descending).with("sorted", true);
    List<String> results = w.emitAll("TopK", order, List.of(w.in(0), w.longs(count)), 2);
    w.give(0, results.get(0));
    w.give(1, w.cast(results.get(1), DType.I32));
  }

  private static void structured(OnnxWriter w, Structured structured) {
    switch (structured) {
      case Structured.Softmax softmax ->
          w.give(w.emit("Softmax", NodeAttributes.none().with("axis", softmax.axis()), w.in(0)));
      case Structured.LogSoftmax(int axis) ->
          w.give(w.emit("LogSoftmax", NodeAttributes.none().with("axis", axis), w.in(0)));
      case Structured.LayerNorm(int axes, float epsilon) -> {
        NodeAttributes how = NodeAttributes.none().with("axis", -axes).with("epsilon", epsilon);
        w.give(w.emit("LayerNormalization", how, w.in(0), w.in(1), w.in(2)));
      }
      case Structured.Resize resize -> resize(w, resize);
      case Structured.Lstm _ -> lstm(w);
      case Structured.Gru(boolean resetAfter) -> gru(w, resetAfter);
      case Structured.If branches -> {
        List<Value> operands = w.node().inputs().subList(1, w.node().inputs().size());
        NodeAttributes bodies =
            NodeAttributes.none()
                .with("then_branch", w.inner(branches.then(), operands))
                .with("else_branch", w.inner(branches.otherwise(), operands));
        int count = w.node().outputs().size();
        List<String> results = w.emitAll("If", bodies, List.of(w.in(0)), count);
        for (int i = 0; i < count; i++) {
          w.give(i, results.get(i));
        }
      }
      case Structured.BatchNorm _,
          Structured.L2Normalize _,
          Structured.LocalResponseNorm _,
          Structured.Svdf _,
          Structured.Fft _,
          Structured.RealFft _,
          Structured.LinearFilter _,
          Structured.TreeEnsemble _,
          Structured.While _,
          Structured.Call _,
          Structured.Fused _,
          Structured.Random _ ->
          throw w.refusal("an op that the format has not");
    }
  }

  private static void resize(OnnxWriter w, Structured.Resize resize) {
    Shape shape = w.shape(0);
    if (!shape.isKnown()) {
      throw w.refusal("a picture of shape " + shape + ", which is known at run time only");
    }
    boolean nearest = resize.method() == Structured.Resize.Method.NEAREST;
    if (!nearest && !w.dtype(0).isFloat()) {
      throw w.refusal("a picture of integers between which others lie, which the format rounds");
    }
    String place =
        resize.alignCorners()
            ? "align_corners"
            : resize.halfPixelCenters() ? "half_pixel" : "asymmetric";
    boolean floor = !resize.alignCorners() && !resize.halfPixelCenters();
    NodeAttributes how =
        NodeAttributes.none()
            .with("mode", nearest ? "nearest" : "linear")
            .with("coordinate_transformation_mode", place)
            .with("nearest_mode", floor ? "floor" : "round_prefer_ceil");
    String sizes = w.longs(shape.dim(0), shape.dim(3), resize.height(), resize.width());
    w.giveFirst(w.emit("Resize", how, w.inFirst(0), "", "", sizes));
  }

  /// Operands with an axis of directions in front.
  private static String directed(OnnxWriter w, String name) {
    return w.emit("Unsqueeze", name, w.longs(0));
  }

  private static void lstm(OnnxWriter w) {
    int units = w.shape(4).dim(1);
    String weights = directed(w, ordered(w, w.in(1), units));
    String recurrent = directed(w, ordered(w, w.in(2), units));
    String zeros = w.constant(Tensor.zeros(TensorType.of(w.dtype(3), 4 * units)));
    NodeAttributes first = NodeAttributes.none().with("axis", 0);
    String both = w.emit("Concat", first, ordered(w, w.in(3), units), zeros);
    List<String> operands =
        List.of(
            w.in(0),
            weights,
            recurrent,
            directed(w, both),
            "",
            directed(w, w.in(4)),
            directed(w, w.in(5)));
    recurrence(w, "LSTM", NodeAttributes.none().with("hidden_size", units), operands);
  }

  /// Rows of gates in the order of the format: input, output, forget, cell.
  private static String ordered(OnnxWriter w, String rows, int units) {
    List<String> parts =
        w.emitAll(
            "Split",
            NodeAttributes.none().with("axis", 0),
            List.of(rows, w.longs(units, units, units, units)),
            4);
    return w.emit(
        "Concat",
        NodeAttributes.none().with("axis", 0),
        parts.get(0),
        parts.get(3),
        parts.get(1),
        parts.get(2));
  }

  private static void gru(OnnxWriter w, boolean resetAfter) {
    List<String> operands =
        List.of(
            w.in(0),
            directed(w, w.in(1)),
            directed(w, w.in(2)),
            directed(w, w.in(3)),
            "",
            directed(w, w.in(4)));
    NodeAttributes how =
        NodeAttributes.none()
            .with("hidden_size", w.shape(4).dim(1))
            .with("linear_before_reset", resetAfter);
    recurrence(w, "GRU", how, operands);
  }

  private static void recurrence(
      OnnxWriter w, String operator, NodeAttributes how, List<String> operands) {
    int count = w.node().outputs().size();
    List<String> results = w.emitAll(operator, how, operands, count);
    for (int i = 0; i < count; i++) {
      w.give(i, w.emit("Squeeze", results.get(i), w.longs(i == 0 ? 1 : 0)));
    }
  }

  /// Paddings as the format has them: all before, then all after.
  static List<Integer> pads(
      Padding padding,
      int[] extents,
      List<Integer> window,
      List<Integer> strides,
      List<Integer> dilations) {
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int i = 0; i < extents.length; i++) {
      int size = window.get(i);
      int stride = strides.get(i);
      int dilation = dilations.get(i);
      before.add(padding.before(i, extents[i], size, stride, dilation));
      after.add(padding.after(i, extents[i], size, stride, dilation));
    }
    before.addAll(after);
    return before;
  }
}
