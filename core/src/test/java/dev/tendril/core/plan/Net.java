package dev.tendril.core.plan;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Builds graphs of nodes whose types are said, not inferred.
final class Net {
  private final List<Value.Input> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();

  Value input(int... dims) {
    Value.Input input = new Value.Input("x" + inputs.size(), TensorType.of(DType.F32, dims));
    inputs.add(input);
    return input;
  }

  Value constant(int... dims) {
    TensorType type = TensorType.of(DType.F32, dims);
    return new Value.Constant("c", Tensor.symbolic(type));
  }

  List<Value> add(Op op, List<TensorType> types, Value... operands) {
    Node node = new Node(op.name() + "_" + nodes.size(), op, List.of(operands), types);
    nodes.add(node);
    return IntStream.range(0, types.size()).<Value>mapToObj(node::output).toList();
  }

  Value add(Op op, int[] dims, Value... operands) {
    return add(op, List.of(TensorType.of(DType.F32, dims)), operands).getFirst();
  }

  Value relu(Value x) {
    return add(new Pointwise.Unary(UnaryKind.RELU), x.type().shape().dims(), x);
  }

  Value sum(Value x, Value y) {
    return add(new Pointwise.Binary(BinaryKind.ADD), x.type().shape().dims(), x, y);
  }

  Value reshape(Value x, int... dims) {
    return add(new Move.Reshape(TensorType.of(DType.F32, dims).shape()), dims, x);
  }

  Value rows(Value x, int begin, int end) {
    int[] dims = x.type().shape().dims();
    List<Integer> begins = new ArrayList<>(Collections.nCopies(dims.length, 0));
    List<Integer> ends = new ArrayList<>(Collections.nCopies(dims.length, Move.Slice.END));
    begins.set(0, begin);
    ends.set(0, end);
    dims[0] = end - begin;
    return add(new Move.Slice(begins, ends, Collections.nCopies(dims.length, 1)), dims, x);
  }

  Value concat(int axis, Value... operands) {
    int[] dims = operands[0].type().shape().dims();
    dims[axis] = 0;
    for (Value operand : operands) {
      dims[axis] += operand.type().shape().dim(axis);
    }
    return add(new Move.Concat(axis), dims, operands);
  }

  Value conv(Value x, int out, int window, int stride) {
    int[] dims = x.type().shape().dims();
    return add(
        new Contract.Conv(
            List.of(stride, stride), Padding.SAME, List.of(1, 1), 1, Activation.RELU6),
        new int[] {dims[0], Math.ceilDiv(dims[1], stride), Math.ceilDiv(dims[2], stride), out},
        x,
        constant(out, window, window, dims[3]),
        constant(out));
  }

  Value depthwise(Value x, int stride) {
    int[] dims = x.type().shape().dims();
    return add(
        new Contract.DepthwiseConv(
            List.of(stride, stride), Padding.SAME, List.of(1, 1), Activation.RELU6),
        new int[] {dims[0], Math.ceilDiv(dims[1], stride), Math.ceilDiv(dims[2], stride), dims[3]},
        x,
        constant(3, 3, dims[3]),
        constant(dims[3]));
  }

  Value mean(Value x) {
    int[] dims = x.type().shape().dims();
    return add(
        new Reduce.Reduction(Reduce.Kind.MEAN, List.of(1, 2), false),
        new int[] {dims[0], dims[3]},
        x);
  }

  Net output(Value value) {
    outputs.add(value);
    return this;
  }

  Graph build() {
    List<String> names = IntStream.range(0, outputs.size()).mapToObj(i -> "y" + i).toList();
    return new Graph("net", inputs, outputs, names, nodes, Map.of());
  }

  /// MobileNetV2, width 1 (Sandler and others, 2018, table 2).
  static Graph mobileNetV2(int size) {
    Net net = new Net();
    Value x = net.conv(net.input(1, size, size, 3), 32, 3, 2);
    int[][] stages = {
      {1, 16, 1, 1},
      {6, 24, 2, 2},
      {6, 32, 3, 2},
      {6, 64, 4, 2},
      {6, 96, 3, 1},
      {6, 160, 3, 2},
      {6, 320, 1, 1}
    };
    for (int[] stage : stages) {
      for (int i = 0; i < stage[2]; i++) {
        int channels = x.type().shape().dim(-1);
        Value wide = stage[0] == 1 ? x : net.conv(x, stage[0] * channels, 1, 1);
        Value y = net.conv(net.depthwise(wide, i == 0 ? stage[3] : 1), stage[1], 1, 1);
        x = i == 0 ? y : net.sum(x, y);
      }
    }
    Value pooled = net.mean(net.conv(x, 1280, 1, 1));
    return net.output(
            net.add(
                new Contract.MatMul(false, true, Activation.NONE),
                new int[] {1, 1000},
                pooled,
                net.constant(1000, 1280)))
        .build();
  }
}
