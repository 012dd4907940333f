package dev.tendril.formats.onnx;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Reduce;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// How products, convolutions and pools are written.
final class WindowWriters {
  private final OnnxWriter w;

  private WindowWriters(OnnxWriter w) {
    this.w = w;
  }

  static void write(OnnxWriter w, Contract contract) {
    WindowWriters writer = new WindowWriters(w);
    switch (contract) {
      case Contract.MatMul op -> writer.matmul(op.transposeA(), op.transposeB());
      case Contract.Conv op -> {
        List<Integer> window = writer.window(w.shape(1), 1, op.strides().size());
        NodeAttributes how = writer.sliding(op.padding(), window, op.strides(), op.dilations());
        how.with("group", op.groups());
        writer.conv("Conv", how, w.inFirst(1));
      }
      case Contract.DepthwiseConv op -> {
        List<Integer> window = writer.window(w.shape(1), 0, 2);
        NodeAttributes how = writer.sliding(op.padding(), window, op.strides(), op.dilations());
        how.with("group", w.shape(0).dim(3));
        writer.conv("Conv", how, writer.depthwise());
      }
      case Contract.ConvTranspose op -> writer.convTranspose(op);
      case Contract.Pool op -> writer.pool(op);
      case Contract.PoolArgMax _, Contract.Attention _ ->
          throw w.refusal("an op that the format has not");
    }
  }

  private void matmul(boolean transposeA, boolean transposeB) {
    boolean plain = w.shape(0).rank() == 2 && w.shape(1).rank() == 2 && w.dtype(0).isFloat();
    if (plain && (transposeA || transposeB || w.has(2))) {
      NodeAttributes how =
          NodeAttributes.none().with("transA", transposeA).with("transB", transposeB);
      w.give(
          w.has(2)
              ? w.emit("Gemm", how, w.in(0), w.in(1), w.in(2))
              : w.emit("Gemm", how, w.in(0), w.in(1)));
      return;
    }
    w.give(w.emit("MatMul", operand(0, transposeA), operand(1, transposeB)));
  }

  private String operand(int i, boolean transposed) {
    if (!transposed) {
      return w.in(i);
    }
    int rank = w.shape(i).rank();
    int[] order = IntStream.range(0, rank).toArray();
    order[rank - 1] = rank - 2;
    order[rank - 2] = rank - 1;
    return transposed(i, order);
  }

  private String transposed(int i, int... order) {
    Tensor constant = w.constantOrNull(i);
    if (constant != null) {
      return w.constant(MoveNodes.transposed(constant, order));
    }
    List<Integer> axes = IntStream.of(order).boxed().toList();
    return w.emit("Transpose", NodeAttributes.none().with("perm", axes), w.in(i));
  }

  private List<Integer> window(Shape filter, int from, int axes) {
    return IntStream.range(from, from + axes).map(filter::dim).boxed().toList();
  }

  private int[] extents() {
    Shape shape = w.shape(0);
    return IntStream.range(1, shape.rank() - 1).map(shape::dim).toArray();
  }

  private NodeAttributes sliding(
      Padding padding, List<Integer> window, List<Integer> strides, List<Integer> dilations) {
    NodeAttributes how =
        NodeAttributes.none()
            .with("kernel_shape", window)
            .with("strides", strides)
            .with("dilations", dilations);
    int[] extents = extents();
    if (padding.kind() == Padding.Kind.SAME && IntStream.of(extents).anyMatch(e -> e < 0)) {
      return how.with("auto_pad", "SAME_UPPER");
    }
    return how.with("pads", OnnxWriters.pads(padding, extents, window, strides, dilations));
  }

  private void conv(String operator, NodeAttributes how, String filter) {
    w.giveFirst(
        w.has(2)
            ? w.emit(operator, how, w.inFirst(0), filter, w.in(2))
            : w.emit(operator, how, w.inFirst(0), filter));
  }

  /// `[h, w, c·m]` as `[c·m, 1, h, w]`.
  private String depthwise() {
    Shape filter = w.shape(1);
    int[] dims = {filter.dim(2), 1, filter.dim(0), filter.dim(1)};
    Tensor constant = w.constantOrNull(1);
    if (constant != null) {
      Tensor moved = MoveNodes.transposed(constant, 2, 0, 1);
      return w.constant(moved.view(TensorType.of(moved.dtype(), dims)));
    }
    long[] longs = IntStream.of(dims).asLongStream().toArray();
    return w.emit("Reshape", transposed(1, 2, 0, 1), w.longs(longs));
  }

  private void convTranspose(Contract.ConvTranspose op) {
    int axes = op.strides().size();
    int[] from = extents();
    Shape result = w.out().shape();
    if (!result.isKnown() || IntStream.of(from).anyMatch(extent -> extent < 0)) {
      throw w.refusal("a result of shape " + result + ", which is known at run time only");
    }
    List<Integer> window = window(w.shape(1), 1, axes);
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    List<Integer> more = new ArrayList<>();
    for (int i = 0; i < axes; i++) {
      int stride = op.strides().get(i);
      int dilation = op.dilations().get(i);
      int extent = result.dim(i + 1);
      int first = op.padding().before(i, extent, window.get(i), stride, dilation);
      int reach = (window.get(i) - 1) * dilation + 1;
      int rest = stride * (from[i] - 1) + reach - first - extent;
      before.add(first);
      after.add(Math.max(rest, 0));
      more.add(Math.max(-rest, 0));
    }
    before.addAll(after);
    NodeAttributes how =
        NodeAttributes.none()
            .with("kernel_shape", window)
            .with("strides", op.strides())
            .with("dilations", op.dilations())
            .with("pads", before)
            .with("output_padding", more);
    int[] order = new int[axes + 2];
    order[0] = axes + 1;
    for (int i = 2; i < order.length; i++) {
      order[i] = i - 1;
    }
    conv("ConvTranspose", how, transposed(1, order));
  }

  private void pool(Contract.Pool op) {
    if (op.kind() != Reduce.Kind.MAX && !w.dtype(0).isFloat()) {
      throw w.refusal("a mean of " + w.type(0) + ", which the format has not");
    }
    if (w.dtype(0) == DType.BF16) {
      throw w.refusal("a pool of " + w.type(0));
    }
    List<Integer> ones = Collections.nCopies(op.window().size(), 1);
    int[] extents = extents();
    NodeAttributes how =
        NodeAttributes.none().with("kernel_shape", op.window()).with("strides", op.strides());
    if (op.padding().kind() == Padding.Kind.SAME && IntStream.of(extents).anyMatch(e -> e < 0)) {
      how.with("auto_pad", "SAME_UPPER");
    } else {
      how.with("pads", OnnxWriters.pads(op.padding(), extents, op.window(), op.strides(), ones));
    }
    boolean greatest = op.kind() == Reduce.Kind.MAX;
    w.giveFirst(w.emit(greatest ? "MaxPool" : "AveragePool", how, w.inFirst(0)));
  }
}
