package dev.tendril.formats.onnx;

import dev.tendril.core.Shape;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Reduce;
import dev.tendril.formats.graph.GraphDraft;
import dev.tendril.formats.graph.WindowCompositions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Products, convolutions and pools. The format has channels first; transposes bring them last and
/// back.
final class WindowNodes {
  private WindowNodes() {}

  static boolean read(OnnxNode node) {
    GraphDraft d = node.draft();
    switch (node.type()) {
      case "MatMul" -> node.give(matmul(node));
      case "Gemm" -> node.give(gemm(node));
      case "Conv" -> node.give(conv(node, node.in(0), node.in(1), node.has(2) ? node.in(2) : null));
      case "ConvTranspose" -> node.give(convTranspose(node));
      case "MaxPool" -> node.give(pool(node, Reduce.Kind.MAX));
      case "AveragePool" -> node.give(pool(node, Reduce.Kind.MEAN));
      case "GlobalMaxPool" -> node.give(d.reduce(Reduce.Kind.MAX, node.in(0), true, spatial(node)));
      case "GlobalAveragePool" ->
          node.give(d.reduce(Reduce.Kind.MEAN, node.in(0), true, spatial(node)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static int[] spatial(OnnxNode node) {
    return IntStream.range(2, node.rank(0)).toArray();
  }

  /// Vectors are matrices of one row or column.
  private static Value matmul(OnnxNode node) {
    GraphDraft d = node.draft();
    Value a = node.in(0);
    Value b = node.in(1);
    boolean row = node.rank(0) == 1;
    boolean column = node.rank(1) == 1;
    Value left = row ? d.reshape(a, node.shape(0).inserted(0, 1)) : a;
    Value right = column ? d.reshape(b, node.shape(1).inserted(1, 1)) : b;
    Value product = d.matmul(left, right, false, false);
    Shape shape = product.type().shape();
    if (column) {
      shape = shape.without(-1);
    }
    if (row) {
      shape = shape.without(column ? -1 : -2);
    }
    return d.reshape(product, shape);
  }

  private static Value gemm(OnnxNode node) {
    GraphDraft d = node.draft();
    Value product = d.matmul(node.in(0), node.in(1), node.flag("transA"), node.flag("transB"));
    float alpha = node.real("alpha", 1);
    float beta = node.real("beta", 1);
    Value scaled = alpha == 1 ? product : d.binary(BinaryKind.MUL, product, alpha);
    if (!node.has(2)) {
      return scaled;
    }
    Value bias = beta == 1 ? node.in(2) : d.binary(BinaryKind.MUL, node.in(2), beta);
    Shape shape = bias.type().shape();
    boolean vector = shape.rank() == 1 && shape.dim(0) == product.type().shape().dim(1);
    if (alpha == 1 && vector) {
      Contract.MatMul layer =
          new Contract.MatMul(node.flag("transA"), node.flag("transB"), Activation.NONE);
      return d.add(layer, node.in(0), node.in(1), bias);
    }
    return d.binary(BinaryKind.ADD, scaled, bias);
  }

  /// The attributes of a window that slides over spatial axes.
  private record Sliding(
      int axes, int[] window, List<Integer> strides, List<Integer> dilations, Padding padding) {
    static Sliding of(OnnxNode node, Value x, int[] window) {
      int axes = window.length;
      if (axes < 1 || axes > 3 || x.type().shape().rank() != axes + 2) {
        throw node.refusal(
            "a window of " + axes + " axes over " + x.type() + "; expected 1 to 3 spatial axes");
      }
      List<Integer> strides = list(node, "strides", axes, 1);
      List<Integer> dilations = list(node, "dilations", axes, 1);
      Padding padding =
          switch (node.text("auto_pad", "NOTSET")) {
            case "NOTSET", "" -> explicit(list(node, "pads", 2 * axes, 0));
            case "VALID" -> Padding.VALID;
            case "SAME_UPPER" -> Padding.SAME;
            case "SAME_LOWER" -> lower(x.type().shape(), window, strides, dilations);
            default -> throw node.refusal("the padding " + node.text("auto_pad", ""));
          };
      return new Sliding(axes, window, strides, dilations, padding);
    }

    private static List<Integer> list(OnnxNode node, String name, int count, int otherwise) {
      int[] values = node.integers(name);
      if (values == null || values.length == 0) {
        return Collections.nCopies(count, otherwise);
      }
      if (values.length != count) {
        throw node.refusal(values.length + " " + name + "; expected " + count);
      }
      return GraphDraft.list(values);
    }

    private static Padding explicit(List<Integer> pads) {
      int axes = pads.size() / 2;
      return pads.stream().allMatch(pad -> pad == 0)
          ? Padding.VALID
          : Padding.explicit(pads.subList(0, axes), pads.subList(axes, 2 * axes));
    }

    /// As for SAME, the odd one before.
    private static Padding lower(
        Shape shape, int[] window, List<Integer> strides, List<Integer> dilations) {
      List<Integer> before = new ArrayList<>();
      List<Integer> after = new ArrayList<>();
      for (int i = 0; i < window.length; i++) {
        int extent = shape.dim(i + 2);
        after.add(Padding.SAME.before(i, extent, window[i], strides.get(i), dilations.get(i)));
        before.add(Padding.SAME.after(i, extent, window[i], strides.get(i), dilations.get(i)));
      }
      return Padding.explicit(before, after);
    }

    int reach(int axis) {
      return (window[axis] - 1) * dilations.get(axis) + 1;
    }
  }

  private static int[] window(OnnxNode node, Value weights) {
    int rank = weights.type().shape().rank();
    if (rank < 3) {
      throw node.refusal("weights of " + weights.type());
    }
    return IntStream.range(2, rank).map(weights.type().shape()::dim).toArray();
  }

  static Value conv(OnnxNode node, Value x, Value weights, @Nullable Value bias) {
    GraphDraft d = node.draft();
    Sliding sliding = Sliding.of(node, x, window(node, weights));
    int groups = node.integer("group", 1);
    Shape filter = weights.type().shape();
    Value last = d.channelsLast(x);
    boolean depthwise =
        sliding.axes == 2
            && groups > 1
            && groups == x.type().shape().dim(1)
            && filter.dim(1) == 1
            && filter.dim(0) % groups == 0;
    Value result;
    if (depthwise) {
      Value moved = d.transpose(weights, 2, 3, 0, 1);
      Value windows = d.reshape(moved, filter.dim(2), filter.dim(3), filter.dim(0));
      Contract.DepthwiseConv op =
          new Contract.DepthwiseConv(
              sliding.strides, sliding.padding, sliding.dilations, Activation.NONE);
      result = bias == null ? d.add(op, last, windows) : d.add(op, last, windows, bias);
    } else {
      Value windows = d.channelsLast(weights);
      Contract.Conv op =
          new Contract.Conv(
              sliding.strides, sliding.padding, sliding.dilations, groups, Activation.NONE);
      result = bias == null ? d.add(op, last, windows) : d.add(op, last, windows, bias);
    }
    return d.channelsFirst(result);
  }

  private static Value convTranspose(OnnxNode node) {
    GraphDraft d = node.draft();
    Value x = node.in(0);
    Value weights = node.in(1);
    Sliding sliding = Sliding.of(node, x, window(node, weights));
    Shape shape = OnnxImport.known(x, "an operand");
    int axes = sliding.axes;
    int[] more = node.integers("output_padding");
    int[] wanted = node.integers("output_shape");
    int[] spatial = new int[axes];
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int i = 0; i < axes; i++) {
      int stride = sliding.strides.get(i);
      int full = stride * (shape.dim(i + 2) - 1) + sliding.reach(i);
      int extra = more == null || more.length <= i ? 0 : more[i];
      Padding padding = sliding.padding;
      switch (wanted == null ? padding.kind() : Padding.Kind.SAME) {
        case VALID -> {
          spatial[i] = full + extra;
          before.add(0);
          after.add(0);
        }
        case EXPLICIT -> {
          spatial[i] = full + extra - padding.before().get(i) - padding.after().get(i);
          before.add(padding.before().get(i));
          after.add(padding.after().get(i));
        }
        case SAME -> {
          spatial[i] =
              wanted == null ? shape.dim(i + 2) * stride : wanted[wanted.length - axes + i];
          int total = Math.max(full + extra - spatial[i], 0);
          boolean upper = !node.text("auto_pad", "NOTSET").equals("SAME_LOWER");
          before.add(upper ? total / 2 : total - total / 2);
          after.add(total - before.get(i));
        }
      }
    }
    Contract.ConvTranspose op =
        new Contract.ConvTranspose(
            sliding.strides,
            Padding.explicit(before, after),
            sliding.dilations,
            Shape.of(spatial),
            Activation.NONE);
    int groups = node.integer("group", 1);
    int channels = shape.dim(1);
    if (groups < 1 || channels % groups != 0 || weights.type().shape().dim(0) != channels) {
      throw node.refusal(groups + " groups of " + channels + " channels");
    }
    int[] parts = new int[groups];
    Arrays.fill(parts, channels / groups);
    Value last = d.channelsLast(x);
    List<Value> results = new ArrayList<>();
    List<Value> operands = groups == 1 ? List.of(last) : d.split(last, -1, parts);
    List<Value> filters = groups == 1 ? List.of(weights) : d.split(weights, 0, parts);
    int[] order = IntStream.range(0, axes + 2).map(i -> (i + 1) % (axes + 2)).toArray();
    for (int i = 0; i < groups; i++) {
      results.add(d.add(op, operands.get(i), d.transpose(filters.get(i), order)));
    }
    Value result = groups == 1 ? results.getFirst() : d.concat(axes + 1, results);
    Value biased = node.has(2) ? d.binary(BinaryKind.ADD, result, node.in(2)) : result;
    return d.channelsFirst(biased);
  }

  private static Value pool(OnnxNode node, Reduce.Kind kind) {
    GraphDraft d = node.draft();
    int[] window = node.integers("kernel_shape");
    if (window == null) {
      throw node.refusal("no kernel_shape");
    }
    Value x = node.in(0);
    Sliding sliding = Sliding.of(node, x, window);
    if (sliding.dilations.stream().anyMatch(dilation -> dilation != 1)) {
      throw node.refusal("a pool with dilations " + sliding.dilations);
    }
    Padding padding = sliding.padding;
    Value last = d.channelsLast(x);
    boolean counts = kind == Reduce.Kind.MEAN && node.flag("count_include_pad");
    if (node.flag("ceil_mode") && padding.kind() != Padding.Kind.SAME) {
      Padding wide = ceiling(sliding, x.type().shape());
      if (counts && !wide.after().equals(after(padding, sliding.axes))) {
        throw node.refusal("a mean of partial windows that counts paddings");
      }
      padding = wide;
    }
    if (counts && padding.kind() == Padding.Kind.EXPLICIT) {
      last = WindowCompositions.padded(d, padding, last);
      padding = Padding.VALID;
    }
    Contract.Pool op =
        new Contract.Pool(kind, GraphDraft.list(window), sliding.strides, padding, Activation.NONE);
    return d.channelsFirst(d.add(op, last));
  }

  private static List<Integer> after(Padding padding, int axes) {
    return padding.kind() == Padding.Kind.EXPLICIT ? padding.after() : Collections.nCopies(axes, 0);
  }

  /// Paddings with which as many windows fit as begin inside.
  private static Padding ceiling(Sliding sliding, Shape shape) {
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int i = 0; i < sliding.axes; i++) {
      boolean explicit = sliding.padding.kind() == Padding.Kind.EXPLICIT;
      int first = explicit ? sliding.padding.before().get(i) : 0;
      int last = explicit ? sliding.padding.after().get(i) : 0;
      int stride = Math.max(sliding.strides.get(i), 1);
      int extent = shape.dim(i + 2);
      int places = Math.ceilDiv(extent + first + last - sliding.window[i], stride) + 1;
      if ((places - 1) * stride >= extent + first) {
        places--;
      }
      before.add(first);
      after.add(Math.max(last, (places - 1) * stride + sliding.window[i] - extent - first));
    }
    return Padding.explicit(before, after);
  }
}
