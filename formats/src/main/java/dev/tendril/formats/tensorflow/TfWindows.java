package dev.tendril.formats.tensorflow;

import dev.tendril.core.Shape;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Reduce;
import dev.tendril.formats.graph.GraphDraft;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Products, convolutions and pools, and operators that have what follows them inside.
final class TfWindows {
  private TfWindows() {}

  static boolean read(TfNode node) {
    switch (node.op()) {
      case "MatMul" -> node.give(matmul(node, node.flag("transpose_a"), node.flag("transpose_b")));
      case "_FusedMatMul" ->
          node.give(fused(node, matmul(node, node.flag("transpose_a"), node.flag("transpose_b"))));
      case "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3" ->
          node.give(matmul(node, node.flag("adj_x"), node.flag("adj_y")));
      case "Conv2D", "Conv3D" -> node.give(conv(node));
      case "_FusedConv2D", "FusedConv2D" -> node.give(fused(node, conv(node)));
      case "DepthwiseConv2dNative", "DepthwiseConv2d" -> node.give(depthwise(node));
      case "_FusedDepthwiseConv2dNative", "FusedDepthwiseConv2dNative" ->
          node.give(fused(node, depthwise(node)));
      case "Conv2DBackpropInput" -> node.give(transposed(node));
      case "MaxPool", "MaxPool3D" -> node.give(pool(node, Reduce.Kind.MAX));
      case "AvgPool", "AvgPool3D" -> node.give(pool(node, Reduce.Kind.MEAN));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Value matmul(TfNode node, boolean transposeA, boolean transposeB) {
    return node.draft().matmul(node.in(0), node.in(1), transposeA, transposeB);
  }

  /// A bias and a function after a product, as the node says.
  private static Value fused(TfNode node, Value product) {
    Value value = product;
    int operand = 2;
    for (String name : node.texts("fused_ops")) {
      value =
          name.equals("BiasAdd")
              ? TfPointwise.bias(node, value, node.in(operand++))
              : TfPointwise.activation(node, name, value, operand);
    }
    return value;
  }

  /// Which of the numbers of an attribute are of spatial axes.
  private static List<Integer> spatial(TfNode node, String name, int axes) {
    int[] all = node.integers(name);
    if (all.length == 0) {
      return Collections.nCopies(axes, 1);
    }
    if (all.length != axes + 2) {
      throw node.refusal(all.length + " " + name + "; expected " + (axes + 2));
    }
    int from = node.channelsFirst() ? 2 : 1;
    return IntStream.range(from, from + axes).mapToObj(i -> all[i]).toList();
  }

  private static Padding padding(TfNode node, int axes) {
    return switch (node.text("padding")) {
      case "SAME" -> Padding.SAME;
      case "VALID" -> Padding.VALID;
      case "EXPLICIT" -> {
        int[] all = node.integers("explicit_paddings");
        if (all.length != 2 * (axes + 2)) {
          throw node.refusal(all.length + " explicit paddings");
        }
        int from = node.channelsFirst() ? 2 : 1;
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        for (int i = from; i < from + axes; i++) {
          before.add(all[2 * i]);
          after.add(all[2 * i + 1]);
        }
        yield Padding.explicit(before, after);
      }
      default -> throw node.refusal("the padding " + node.text("padding"));
    };
  }

  private static Value last(TfNode node, Value x) {
    return node.channelsFirst() ? node.draft().channelsLast(x) : x;
  }

  private static Value back(TfNode node, Value x) {
    return node.channelsFirst() ? node.draft().channelsFirst(x) : x;
  }

  private static Value conv(TfNode node) {
    GraphDraft d = node.draft();
    Value x = last(node, node.in(0));
    Value weights = node.in(1);
    Shape filter = weights.type().shape();
    int axes = filter.rank() - 2;
    if (axes < 1 || filter.dim(axes) < 1) {
      throw node.refusal("a filter of " + weights.type());
    }
    int[] order = new int[axes + 2];
    order[0] = axes + 1;
    for (int i = 1; i < order.length; i++) {
      order[i] = i - 1;
    }
    int groups = x.type().shape().dim(-1) / filter.dim(axes);
    Contract.Conv op =
        new Contract.Conv(
            spatial(node, "strides", axes),
            padding(node, axes),
            spatial(node, "dilations", axes),
            Math.max(groups, 1),
            Activation.NONE);
    return back(node, d.add(op, x, d.transpose(weights, order)));
  }

  private static Value depthwise(TfNode node) {
    GraphDraft d = node.draft();
    Value x = last(node, node.in(0));
    Shape filter = node.shape(1);
    if (filter.rank() != 4) {
      throw node.refusal("a filter of " + node.in(1).type());
    }
    int channels = Math.multiplyExact(filter.dim(2), filter.dim(3));
    Value windows = d.reshape(node.in(1), filter.dim(0), filter.dim(1), channels);
    Contract.DepthwiseConv op =
        new Contract.DepthwiseConv(
            spatial(node, "strides", 2),
            padding(node, 2),
            spatial(node, "dilations", 2),
            Activation.NONE);
    return back(node, d.add(op, x, windows));
  }

  private static Value transposed(TfNode node) {
    GraphDraft d = node.draft();
    int[] sizes = node.ints(0, "the shape of the result");
    if (sizes.length != 4) {
      throw node.refusal("a result of " + sizes.length + " axes; expected 4");
    }
    int from = node.channelsFirst() ? 2 : 1;
    Value x = last(node, node.in(2));
    Contract.ConvTranspose op =
        new Contract.ConvTranspose(
            spatial(node, "strides", 2),
            padding(node, 2),
            spatial(node, "dilations", 2),
            Shape.of(sizes[from], sizes[from + 1]),
            Activation.NONE);
    return back(node, d.add(op, x, d.transpose(node.in(1), 2, 0, 1, 3)));
  }

  private static Value pool(TfNode node, Reduce.Kind kind) {
    GraphDraft d = node.draft();
    Value x = last(node, node.in(0));
    int axes = x.type().shape().rank() - 2;
    Contract.Pool op =
        new Contract.Pool(
            kind,
            spatial(node, "ksize", axes),
            spatial(node, "strides", axes),
            padding(node, axes),
            Activation.NONE);
    return back(node, d.add(op, x));
  }
}
