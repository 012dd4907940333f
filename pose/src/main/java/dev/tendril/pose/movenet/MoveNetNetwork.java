package dev.tendril.pose.movenet;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import java.util.List;

/// The network of MoveNet, to be trained or measured: MobileNetV2 (Sandler et al., CVPR 2018), a
/// feature pyramid up to a quarter of the picture's resolution, and heads that look at it.
///
/// The pyramid starts from the last features, brought to 64 channels; three times it is doubled in
/// size, what the backbone had at that size is added, and a separable convolution follows. Each
/// head is one more separable convolution to 96 channels and one to its own.
///
/// For one person the heads are those of CenterNet (Zhou et al., 2019): the `center` of persons,
/// `heatmap`s of key points, `regress`ion from centers to key points, `offset`s of key points
/// within a place. For several, `size` and `place` of boxes are added. [Decoding] makes key points
/// of them, inside the graph.
///
/// Pictures are `[1, height, width, 3]` of integers from 0 to 255.
public final class MoveNetNetwork {
  private static final int DIVISOR = 8;
  private static final int EXPANSION = 6;
  private static final int LAST = 1280;
  private static final int HEAD = 96;
  private static final int[] PYRAMID = {64, 32, 24};
  private static final float LEVELS = 127.5f;
  private static final int KEYPOINTS = 17;

  /// Blocks of the backbone: channels, and the stride of the first, in groups of one width.
  private static final int[][] GROUPS = {
    {16, 1, 1}, {24, 2, 2}, {32, 3, 2}, {64, 4, 2}, {96, 3, 1}, {160, 3, 2}, {320, 1, 1}
  };

  /// Which groups' last features the pyramid takes, from the coarse to the fine.
  private static final int[] LATERALS = {3, 2, 1};

  /// How wide a network is, and what it looks at.
  public enum Size {
    /// Fast: 192 x 192 pixels.
    LIGHTNING(192, 1),
    /// Exact: 256 x 256 pixels, 1.75 times as wide.
    THUNDER(256, 1.75);

    private final int input;
    private final double width;

    Size(int input, double width) {
      this.input = input;
      this.width = width;
    }

    /// The width and height of its pictures, in pixels.
    public int input() {
      return input;
    }
  }

  private final GraphBuilder builder;
  private final Weights weights;
  private final double width;

  private MoveNetNetwork(String name, Weights weights, double width) {
    this.builder = Graph.builder(name);
    this.weights = weights;
    this.width = width;
  }

  /// A network for one person: `[1, 1, 17, 3]`, each key point's y and x as shares of the picture
  /// and its score.
  public static Graph singlePose(Size size, Weights weights) {
    MoveNetNetwork network = new MoveNetNetwork("movenet_singlepose", weights, size.width);
    Heads heads = network.heads(size.input, size.input, false);
    network.builder.output("keypoints", Decoding.single(network.builder, heads));
    return network.builder.build();
  }

  /// A network for up to 6 persons: `[1, 6, 56]`, each one's 17 key points (y, x, score), box (y
  /// and x of two corners) and score.
  ///
  /// @param height of pictures, a multiple of 32
  /// @param width of pictures, a multiple of 32
  public static Graph multiPose(int height, int width, Weights weights) {
    MoveNetNetwork network = new MoveNetNetwork("movenet_multipose", weights, Size.THUNDER.width);
    Heads heads = network.heads(height, width, true);
    network.builder.output("persons", Decoding.multi(network.builder, heads));
    return network.builder.build();
  }

  /// A network for one person that gives its heads as logits, for a loss to be put onto: `center`,
  /// `heatmap`, `regress`, `offset`.
  public static Graph heads(Size size, Weights weights) {
    MoveNetNetwork network = new MoveNetNetwork("movenet_heads", weights, size.width);
    Heads heads = network.heads(size.input, size.input, false);
    network.builder.output("center", heads.center());
    network.builder.output("heatmap", heads.heatmap());
    network.builder.output("regress", heads.regress());
    network.builder.output("offset", heads.offset());
    return network.builder.build();
  }

  private Heads heads(int rows, int columns, boolean boxes) {
    if (rows < 32 || columns < 32 || rows % 32 != 0 || columns % 32 != 0) {
      throw new IllegalArgumentException(
          "pictures of " + columns + " x " + rows + " pixels; expected multiples of 32");
    }
    Value features = features(rows, columns);
    Value empty = builder.constant(Tensor.scalar(0f));
    return new Heads(
        rows / 4,
        columns / 4,
        head("center", features, 1),
        head("heatmap", features, KEYPOINTS),
        head("regress", features, 2 * KEYPOINTS),
        head("offset", features, 2 * KEYPOINTS),
        boxes ? head("size", features, 2) : empty,
        boxes ? head("place", features, 2) : empty);
  }

  /// What heads look at: `[1, rows / 4, columns / 4, 24]`.
  private Value features(int rows, int columns) {
    Value input = builder.input("input", new TensorType(DType.I32, Shape.of(1, rows, columns, 3)));
    Value levels = builder.add(new Pointwise.Cast(DType.F32), input);
    Value scaled = binary(BinaryKind.MUL, levels, Tensor.scalar(1 / LEVELS));
    Value x = binary(BinaryKind.SUB, scaled, Tensor.scalar(1f));
    x = conv("conv1", x, 3, channels(32), 3, 2, Activation.RELU6);
    int from = channels(32);
    int block = 0;
    Value[] last = new Value[GROUPS.length];
    int[] widths = new int[GROUPS.length];
    for (int group = 0; group < GROUPS.length; group++) {
      int to = channels(GROUPS[group][0]);
      for (int i = 0; i < GROUPS[group][1]; i++) {
        x = block(block++, x, from, to, i == 0 ? GROUPS[group][2] : 1);
        from = to;
      }
      last[group] = x;
      widths[group] = to;
    }
    x = conv("conv_1", x, from, LAST, 1, 1, Activation.RELU6);
    x = conv("pyramid_5", x, LAST, PYRAMID[0], 1, 1, Activation.NONE);
    int size = 32;
    for (int i = 0; i < LATERALS.length; i++) {
      size /= 2;
      int wide = PYRAMID[i];
      Value larger = builder.add(doubled(rows / size, columns / size), x);
      String level = "pyramid_" + (4 - i);
      Value lateral =
          conv(
              level + "_lateral",
              last[LATERALS[i]],
              widths[LATERALS[i]],
              wide,
              1,
              1,
              Activation.NONE);
      Value sum = builder.add(new Pointwise.Binary(BinaryKind.ADD), larger, lateral);
      int next = PYRAMID[Math.min(i + 1, PYRAMID.length - 1)];
      x = separable(level, sum, wide, next);
    }
    return x;
  }

  private static Structured.Resize doubled(int rows, int columns) {
    return new Structured.Resize(Structured.Resize.Method.BILINEAR, rows, columns, false, true);
  }

  /// An inverted residual: wider, depthwise, narrower, and the operand added where it fits.
  private Value block(int number, Value x, int from, int to, int stride) {
    String name = "block_" + number;
    int wide = number == 0 ? from : from * EXPANSION;
    Value y = number == 0 ? x : conv(name + "_expand", x, from, wide, 1, 1, Activation.RELU6);
    y = depthwise(name + "_depthwise", y, wide, stride, true, Activation.RELU6);
    y = conv(name + "_project", y, wide, to, 1, 1, Activation.NONE);
    return stride == 1 && from == to ? builder.add(new Pointwise.Binary(BinaryKind.ADD), y, x) : y;
  }

  private Value head(String name, Value features, int to) {
    Value wide = separable(name, features, PYRAMID[PYRAMID.length - 1], HEAD);
    return conv(name + "_out", wide, HEAD, to, 1, 1, Activation.NONE);
  }

  private Value separable(String name, Value x, int from, int to) {
    Value y = depthwise(name + "_depthwise", x, from, 1, false, Activation.NONE);
    return conv(name + "_pointwise", y, from, to, 1, 1, Activation.RELU);
  }

  private Value conv(
      String name, Value x, int from, int to, int window, int stride, Activation activation) {
    Value filter =
        builder.constant(name + "_kernel", weights.get(name + "/kernel", to, window, window, from));
    Value bias = builder.constant(name + "_bias", weights.get(name + "/bias", to));
    Contract.Conv op =
        new Contract.Conv(List.of(stride, stride), Padding.SAME, List.of(1, 1), 1, activation);
    return builder.add(name, op, List.of(x, filter, bias), List.of()).getFirst();
  }

  private Value depthwise(
      String name, Value x, int channels, int stride, boolean biased, Activation activation) {
    Value filter =
        builder.constant(name + "_kernel", weights.get(name + "/kernel", 3, 3, channels));
    Contract.DepthwiseConv op =
        new Contract.DepthwiseConv(
            List.of(stride, stride), Padding.SAME, List.of(1, 1), activation);
    List<Value> operands =
        biased
            ? List.of(
                x, filter, builder.constant(name + "_bias", weights.get(name + "/bias", channels)))
            : List.of(x, filter);
    return builder.add(name, op, operands, List.of()).getFirst();
  }

  private Value binary(BinaryKind kind, Value x, Tensor y) {
    return builder.add(new Pointwise.Binary(kind), x, builder.constant(y));
  }

  /// A number of channels at this width: a multiple of 8, and not much less than asked for.
  private int channels(int base) {
    double wanted = base * width;
    int near = Math.max(DIVISOR, (int) (wanted + DIVISOR / 2) / DIVISOR * DIVISOR);
    return near < 0.9 * wanted ? near + DIVISOR : near;
  }
}
