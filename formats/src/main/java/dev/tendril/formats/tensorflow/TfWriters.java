package dev.tendril.formats.tensorflow;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Node;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// How ops are written as operators that both TensorFlow and TensorFlow.js have.
final class TfWriters {
  private TfWriters() {}

  /// Whether there is an operator for a node as it is; others are composed of simpler ones.
  static boolean has(Node node) {
    DType dtype = node.inputs().isEmpty() ? DType.F32 : node.inputTypes().getFirst().dtype();
    int rank = node.inputs().isEmpty() ? 0 : node.inputTypes().getFirst().shape().rank();
    return switch (node.op()) {
      case Pointwise op -> has(op, dtype);
      case Move.Pad pad -> pad.mode() != Move.Pad.Mode.EDGE;
      case Move.SpaceToDepth _ -> false;
      case Move _ -> true;
      case Reduce _ -> true;
      case Contract.MatMul op -> op.activation() == Activation.NONE && node.inputs().size() < 3;
      case Contract.Conv op ->
          op.activation() == Activation.NONE
              && op.groups() == 1
              && op.strides().size() > 1
              && op.padding().kind() != Padding.Kind.EXPLICIT;
      case Contract.DepthwiseConv op ->
          op.activation() == Activation.NONE && op.padding().kind() != Padding.Kind.EXPLICIT;
      case Contract.ConvTranspose op ->
          op.activation() == Activation.NONE && op.padding().kind() != Padding.Kind.EXPLICIT;
      case Contract.Pool op ->
          op.activation() == Activation.NONE
              && op.window().size() > 1
              && op.padding().kind() != Padding.Kind.EXPLICIT;
      case Contract.Attention _ -> false;
      case Contract.PoolArgMax _ -> true;
      case Index.OneHot _, Index.Iota _, Index.Sort _ -> false;
      case Index _ -> true;
      case Structured.Softmax op -> op.beta() == 1 && (op.axis() == -1 || op.axis() == rank - 1);
      case Structured.LogSoftmax _,
          Structured.LayerNorm _,
          Structured.BatchNorm _,
          Structured.L2Normalize _,
          Structured.LocalResponseNorm _,
          Structured.Lstm _,
          Structured.Gru _,
          Structured.Call _,
          Structured.Fused _ ->
          false;
      case Structured _, Custom _ -> true;
    };
  }

  private static boolean has(Pointwise op, DType dtype) {
    return switch (op) {
      case Pointwise.Unary(UnaryKind kind) ->
          !TfPointwise.name(kind).isEmpty() && (kind != UnaryKind.NOT || dtype == DType.BOOL);
      case Pointwise.Binary(BinaryKind kind) -> !TfPointwise.name(kind, dtype).isEmpty();
      case Pointwise.Clamp(double low, double high) -> dtype.isFloat() && low == 0 && high == 6;
      case Pointwise.Elu(float alpha) -> alpha == 1;
      case Pointwise.Gelu _, Pointwise.Dequantize _ -> false;
      case Pointwise.Select _, Pointwise.LeakyRelu _, Pointwise.Cast _, Pointwise.Quantize _ ->
          true;
    };
  }

  static void write(TfWriter w) {
    Op op = w.node().op();
    switch (op) {
      case Pointwise pointwise -> pointwise(w, pointwise);
      case Move move -> move(w, move);
      case Reduce reduce -> reduce(w, reduce);
      case Contract contract -> contract(w, contract);
      case Index index -> index(w, index);
      case Structured structured -> structured(w, structured);
      case Custom custom -> throw w.refusal("the custom op " + custom.op());
    }
  }

  private static void pointwise(TfWriter w, Pointwise pointwise) {
    switch (pointwise) {
      case Pointwise.Unary(UnaryKind kind) -> {
        TfAttributes type =
            kind == UnaryKind.NOT ? TfAttributes.none() : TfAttributes.of("T", w.dtype(0));
        w.give(w.emit(TfPointwise.name(kind), type, w.in(0)));
      }
      case Pointwise.Binary(BinaryKind kind) -> {
        TfAttributes type =
            kind.isBitwise() ? TfAttributes.none() : TfAttributes.of("T", w.dtype(0));
        w.give(w.emit(TfPointwise.name(kind, w.dtype(0)), type, w.in(0), w.in(1)));
      }
      case Pointwise.Select _ ->
          w.give(w.emit("SelectV2", TfAttributes.of("T", w.dtype(1)), w.in(0), w.in(1), w.in(2)));
      case Pointwise.Clamp _ -> w.give(w.emit("Relu6", TfAttributes.of("T", w.dtype(0)), w.in(0)));
      case Pointwise.LeakyRelu(float alpha) -> {
        TfAttributes how = TfAttributes.of("T", w.dtype(0)).with("alpha", alpha);
        w.give(w.emit("LeakyRelu", how, w.in(0)));
      }
      case Pointwise.Elu _ -> w.give(w.emit("Elu", TfAttributes.of("T", w.dtype(0)), w.in(0)));
      case Pointwise.Cast(DType to) -> {
        TfAttributes types =
            TfAttributes.of("SrcT", w.dtype(0)).with("DstT", to).with("Truncate", false);
        w.give(w.emit("Cast", types, w.in(0)));
      }
      case Pointwise.Gelu _, Pointwise.Quantize _, Pointwise.Dequantize _ ->
          throw w.refusal("an op that the format has not");
    }
  }

  private static TfAttributes types(TfWriter w, String other) {
    return TfAttributes.of("T", w.dtype(0)).with(other, DType.I32);
  }

  private static void move(TfWriter w, Move move) {
    Shape shape = w.shape(0);
    switch (move) {
      case Move.Reshape(Shape to) -> {
        Shape target = w.out().shape().isKnown() ? w.out().shape() : to;
        w.give(w.emit("Reshape", types(w, "Tshape"), w.in(0), w.ints(target.dims())));
      }
      case Move.Transpose(List<Integer> axes) ->
          w.give(w.transposed(0, axes.stream().mapToInt(shape::axis).toArray()));
      case Move.Broadcast _ ->
          w.give(w.emit("BroadcastTo", types(w, "Tidx"), w.in(0), w.ints(w.out().shape().dims())));
      case Move.Slice slice -> slice(w, slice);
      case Move.Pad pad -> pad(w, pad);
      case Move.Concat(int axis) -> {
        List<String> operands = new ArrayList<>(w.all());
        operands.add(w.scalar(DType.I32, shape.axis(axis)));
        TfAttributes how = types(w, "Tidx").with("N", w.node().inputs().size());
        w.give(w.emit("ConcatV2", how, operands));
      }
      case Move.Reverse(List<Integer> axes) ->
          w.give(
              w.emit(
                  "ReverseV2",
                  types(w, "Tidx"),
                  w.in(0),
                  w.ints(axes.stream().map(shape::axis).toList())));
      case Move.Tile(List<Integer> repeats) ->
          w.give(w.emit("Tile", types(w, "Tmultiples"), w.in(0), w.ints(repeats)));
      case Move.SpaceToDepth _ -> throw w.refusal("an op that the format has not");
    }
  }

  private static void slice(TfWriter w, Move.Slice slice) {
    Shape shape = w.shape(0);
    if (!shape.isKnown()) {
      throw w.refusal("a part of " + shape + ", which is known at run time only");
    }
    int rank = shape.rank();
    int[] begin = new int[rank];
    int[] end = new int[rank];
    int[] size = new int[rank];
    boolean plain = true;
    for (int axis = 0; axis < rank; axis++) {
      int step = slice.step().get(axis);
      begin[axis] = slice.first(axis, shape);
      size[axis] = slice.extent(axis, shape);
      end[axis] = begin[axis] + (size[axis] == 0 ? 0 : (size[axis] - 1) * step + 1);
      plain &= step == 1;
    }
    TfAttributes how = types(w, "Index");
    if (plain) {
      w.give(w.emit("Slice", how, w.in(0), w.ints(begin), w.ints(size)));
      return;
    }
    for (String mask : List.of("begin", "end", "ellipsis", "new_axis", "shrink_axis")) {
      how.with(mask + "_mask", 0);
    }
    String steps = w.ints(slice.step());
    w.give(w.emit("StridedSlice", how, w.in(0), w.ints(begin), w.ints(end), steps));
  }

  private static void pad(TfWriter w, Move.Pad pad) {
    int rank = w.shape(0).rank();
    int[] both = new int[2 * rank];
    for (int axis = 0; axis < rank; axis++) {
      both[2 * axis] = pad.before().get(axis);
      both[2 * axis + 1] = pad.after().get(axis);
    }
    String paddings = w.constant(Tensor.of(both, rank, 2));
    TfAttributes how = types(w, "Tpaddings");
    switch (pad.mode()) {
      case CONSTANT -> {
        String value = w.scalar(w.dtype(0), pad.value());
        w.give(w.emit("PadV2", how, w.in(0), paddings, value));
      }
      case REFLECT, SYMMETRIC ->
          w.give(w.emit("MirrorPad", how.with("mode", pad.mode().name()), w.in(0), paddings));
      case EDGE -> throw w.refusal("an op that the format has not");
    }
  }

  private static void reduce(TfWriter w, Reduce reduce) {
    Shape shape = w.shape(0);
    switch (reduce) {
      case Reduce.Reduction(Reduce.Kind kind, List<Integer> axes, boolean keep) -> {
        boolean flags = kind == Reduce.Kind.ALL || kind == Reduce.Kind.ANY;
        if (kind == Reduce.Kind.MEAN && !w.dtype(0).isFloat()) {
          throw w.refusal("a mean of integers, which the format has not");
        }
        List<Integer> all =
            axes.isEmpty()
                ? IntStream.range(0, shape.rank()).boxed().toList()
                : axes.stream().map(shape::axis).toList();
        TfAttributes how = flags ? TfAttributes.of("Tidx", DType.I32) : types(w, "Tidx");
        String name = TfNames.of(TfReductions.KINDS, kind);
        w.give(w.emit(name, how.with("keep_dims", keep), w.in(0), w.ints(all)));
      }
      case Reduce.ArgExtreme(boolean greatest, int axis, DType to) -> {
        TfAttributes how = types(w, "Tidx").with("output_type", to);
        String along = w.scalar(DType.I32, shape.axis(axis));
        w.give(w.emit(greatest ? "ArgMax" : "ArgMin", how, w.in(0), along));
      }
      case Reduce.Cumulative(Reduce.Kind kind, int axis, boolean exclusive, boolean reverse) -> {
        if (kind != Reduce.Kind.SUM && kind != Reduce.Kind.PROD) {
          throw w.refusal("cumulative " + kind + "; the format has sums and products");
        }
        TfAttributes how = types(w, "Tidx").with("exclusive", exclusive).with("reverse", reverse);
        String name = kind == Reduce.Kind.SUM ? "Cumsum" : "Cumprod";
        w.give(w.emit(name, how, w.in(0), w.scalar(DType.I32, shape.axis(axis))));
      }
    }
  }

  private static List<Integer> nhwc(List<Integer> spatial) {
    List<Integer> all = new ArrayList<>(List.of(1));
    all.addAll(spatial);
    all.add(1);
    return all;
  }

  private static TfAttributes sliding(
      TfWriter w, Padding padding, List<Integer> strides, List<Integer> dilations) {
    return TfAttributes.of("T", w.dtype(0))
        .with("strides", nhwc(strides))
        .with("dilations", nhwc(dilations))
        .with("padding", padding.kind().name())
        .with("data_format", strides.size() == 3 ? "NDHWC" : "NHWC");
  }

  private static void contract(TfWriter w, Contract contract) {
    switch (contract) {
      case Contract.MatMul(boolean a, boolean b, Activation _) -> {
        boolean plain = w.shape(0).rank() == 2 && w.shape(1).rank() == 2;
        TfAttributes how = TfAttributes.of("T", w.dtype(0));
        if (plain) {
          how.with("transpose_a", a).with("transpose_b", b);
        } else {
          how.with("adj_x", a).with("adj_y", b);
        }
        w.give(w.emit(plain ? "MatMul" : "BatchMatMulV2", how, w.in(0), w.in(1)));
      }
      case Contract.Conv op -> {
        int axes = op.strides().size();
        int[] order = IntStream.range(0, axes + 2).map(i -> (i + 1) % (axes + 2)).toArray();
        TfAttributes how = sliding(w, op.padding(), op.strides(), op.dilations());
        String name = axes == 3 ? "Conv3D" : "Conv2D";
        biased(w, w.emit(name, how, w.in(0), w.transposed(1, order)));
      }
      case Contract.DepthwiseConv op -> {
        Shape filter = w.shape(1);
        int channels = w.shape(0).dim(3);
        String windows =
            w.reshaped(1, filter.dim(0), filter.dim(1), channels, filter.dim(2) / channels);
        TfAttributes how = sliding(w, op.padding(), op.strides(), op.dilations());
        biased(w, w.emit("DepthwiseConv2dNative", how, w.in(0), windows));
      }
      case Contract.ConvTranspose op -> {
        if (op.strides().size() != 2 || !op.dilations().equals(List.of(1, 1))) {
          throw w.refusal("a transposed convolution of other than two axes, or with dilations");
        }
        TfAttributes how = sliding(w, op.padding(), op.strides(), op.dilations());
        String size = w.ints(w.out().shape().dims());
        String filter = w.transposed(1, 1, 2, 0, 3);
        biased(w, w.emit("Conv2DBackpropInput", how, size, filter, w.in(0)));
      }
      case Contract.Pool op -> {
        if (!w.dtype(0).isFloat() && op.kind() != Reduce.Kind.MAX) {
          throw w.refusal("a mean of integers, which the format has not");
        }
        List<Integer> ones = Collections.nCopies(op.window().size(), 1);
        TfAttributes how =
            sliding(w, op.padding(), op.strides(), ones).with("ksize", nhwc(op.window()));
        how.values().remove("dilations");
        String name = op.kind() == Reduce.Kind.MAX ? "MaxPool" : "AvgPool";
        w.give(w.emit(op.window().size() == 3 ? name + "3D" : name, how, w.in(0)));
      }
      case Contract.PoolArgMax _, Contract.Attention _ ->
          throw w.refusal("an op that the format has not");
    }
  }

  private static void biased(TfWriter w, String product) {
    TfAttributes how = TfAttributes.of("T", w.dtype(0)).with("data_format", "NHWC");
    w.give(w.has(2) ? w.emit("BiasAdd", how, product, w.in(2)) : product);
  }

  private static void index(TfWriter w, Index index) {
    switch (index) {
      case Index.Gather(int axis, int batch) -> {
        TfAttributes how =
            TfAttributes.of("Tparams", w.dtype(0))
                .with("Tindices", w.dtype(1))
                .with("Taxis", DType.I32)
                .with("batch_dims", batch);
        String along = w.scalar(DType.I32, w.shape(0).axis(axis));
        w.give(w.emit("GatherV2", how, w.in(0), w.in(1), along));
      }
      case Index.GatherNd(int batch) -> {
        if (batch != 0) {
          throw w.refusal("places with axes that are shared, which the format has not");
        }
        TfAttributes how = TfAttributes.of("Tparams", w.dtype(0)).with("Tindices", w.dtype(1));
        w.give(w.emit("GatherNd", how, w.in(0), w.in(1)));
      }
      case Index.ScatterNd(Index.ScatterNd.Combine combine) -> {
        String name =
            switch (combine) {
              case REPLACE -> "TensorScatterUpdate";
              case ADD -> "TensorScatterAdd";
              case MIN -> "TensorScatterMin";
              case MAX -> "TensorScatterMax";
            };
        TfAttributes how = TfAttributes.of("T", w.dtype(0)).with("Tindices", w.dtype(1));
        w.give(w.emit(name, how, w.in(0), w.in(1), w.in(2)));
      }
      case Index.TopK(int k) -> {
        TfAttributes how = TfAttributes.of("T", w.dtype(0)).with("sorted", true);
        String top = w.emit("TopKV2", how, w.in(0), w.scalar(DType.I32, k));
        w.give(0, top);
        w.give(1, top + ":1");
      }
      case Index.NonZero _ -> w.give(w.emit("Where", TfAttributes.of("T", w.dtype(0)), w.in(0)));
      case Index.ShapeOf(DType to) -> {
        TfAttributes how = TfAttributes.of("T", w.dtype(0)).with("out_type", to);
        w.give(w.emit("Shape", how, w.in(0)));
      }
      case Index.OneHot _, Index.Iota _, Index.Sort _, Index.NonMaxSuppression _ ->
          throw w.refusal("an op that the format has not");
    }
  }

  private static void structured(TfWriter w, Structured structured) {
    switch (structured) {
      case Structured.Softmax _ ->
          w.give(w.emit("Softmax", TfAttributes.of("T", w.dtype(0)), w.in(0)));
      case Structured.Resize resize -> {
        TfAttributes how =
            TfAttributes.of("T", w.dtype(0))
                .with("align_corners", resize.alignCorners())
                .with("half_pixel_centers", resize.halfPixelCenters());
        boolean bilinear = resize.method() == Structured.Resize.Method.BILINEAR;
        if (bilinear && w.dtype(0) != DType.F32) {
          throw w.refusal("a picture of " + w.dtype(0).text() + "; the format gives f32");
        }
        String size = w.ints(resize.height(), resize.width());
        w.give(w.emit(bilinear ? "ResizeBilinear" : "ResizeNearestNeighbor", how, w.in(0), size));
      }
      case Structured.LogSoftmax _,
          Structured.LayerNorm _,
          Structured.BatchNorm _,
          Structured.L2Normalize _,
          Structured.LocalResponseNorm _,
          Structured.Lstm _,
          Structured.Gru _,
          Structured.Svdf _,
          Structured.Fft _,
          Structured.RealFft _,
          Structured.LinearFilter _,
          Structured.TreeEnsemble _,
          Structured.Body _,
          Structured.Random _ ->
          throw w.refusal("an op that the format has not");
    }
  }
}
