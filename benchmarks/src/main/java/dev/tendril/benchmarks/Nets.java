package dev.tendril.benchmarks;

import dev.tendril.core.DType;
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
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Networks that are measured, with random weights from a fixed seed. Their images are `[1, rows,
/// columns, channels]`, their filters and weights begin with the output channels.
public final class Nets {
  private final GraphBuilder builder;
  private final RandomGenerator random;

  private Nets(String name, long seed) {
    builder = Graph.builder(name);
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /// @param name `mlp` or `mobilenet`
  public static Graph named(String name) {
    return switch (name) {
      case "mlp" -> perceptron();
      case "mobilenet" -> mobilenet(192);
      default ->
          throw new IllegalArgumentException("network \"" + name + "\": expected mlp or mobilenet");
    };
  }

  /// A small perceptron: 16 numbers, twice 32 units with ReLU, probabilities of 4 classes.
  public static Graph perceptron() {
    Nets nets = new Nets("mlp", 7);
    Value x = nets.builder.input("input", TensorType.of(DType.F32, 1, 16));
    x = nets.dense(x, 32, Activation.RELU);
    x = nets.dense(x, 32, Activation.RELU);
    x = nets.dense(x, 4, Activation.NONE);
    return nets.probabilities(x);
  }

  /// MobileNetV2 of width 1.0 with 1,000 classes (Sandler et al., "MobileNetV2: Inverted Residuals
  /// and Linear Bottlenecks", 2018, table 2), its batch normalizations folded into the filters.
  ///
  /// @param size rows and columns of the image; 32 divides it
  public static Graph mobilenet(int size) {
    Nets nets = new Nets("mobilenet", 10);
    Value x = nets.builder.input("input", TensorType.of(DType.F32, 1, size, size, 3));
    x = nets.conv(x, 3, 2, 32, Activation.RELU6);
    // Expansion, channels, repetitions and first stride of each group of blocks.
    int[][] groups = {
      {1, 16, 1, 1},
      {6, 24, 2, 2},
      {6, 32, 3, 2},
      {6, 64, 4, 2},
      {6, 96, 3, 1},
      {6, 160, 3, 2},
      {6, 320, 1, 1}
    };
    for (int[] group : groups) {
      for (int i = 0; i < group[2]; i++) {
        x = nets.block(x, group[0], group[1], i == 0 ? group[3] : 1);
      }
    }
    x = nets.conv(x, 1, 1, 1280, Activation.RELU6);
    x = nets.builder.add(new Reduce.Reduction(Reduce.Kind.MEAN, List.of(1, 2), false), x);
    x = nets.dense(x, 1000, Activation.NONE);
    return nets.probabilities(x);
  }

  private Value block(Value x, int expansion, int channels, int stride) {
    int before = x.type().shape().dim(-1);
    Value y = x;
    if (expansion != 1) {
      y = conv(y, 1, 1, expansion * before, Activation.RELU6);
    }
    y = depthwise(y, 3, stride);
    y = conv(y, 1, 1, channels, Activation.NONE);
    return stride == 1 && before == channels
        ? builder.add(new Pointwise.Binary(BinaryKind.ADD), x, y)
        : y;
  }

  private Value conv(Value x, int window, int stride, int channels, Activation activation) {
    int before = x.type().shape().dim(-1);
    return builder.add(
        new Contract.Conv(List.of(stride, stride), Padding.SAME, List.of(1, 1), 1, activation),
        x,
        weights(window * window * before, channels, window, window, before),
        bias(channels));
  }

  private Value depthwise(Value x, int window, int stride) {
    int channels = x.type().shape().dim(-1);
    return builder.add(
        new Contract.DepthwiseConv(
            List.of(stride, stride), Padding.SAME, List.of(1, 1), Activation.RELU6),
        x,
        weights(window * window, window, window, channels),
        bias(channels));
  }

  private Value dense(Value x, int units, Activation activation) {
    int before = x.type().shape().dim(-1);
    return builder.add(
        new Contract.MatMul(false, true, activation),
        x,
        weights(before, units, before),
        bias(units));
  }

  private Graph probabilities(Value x) {
    return builder.output("output", builder.add(new Structured.Softmax(-1, 1), x)).build();
  }

  /// Weights that keep the size of what they are applied to.
  ///
  /// @param inputs how many products a sum has
  private Value weights(int inputs, int... shape) {
    return gaussian("weights", Math.sqrt(2.0 / inputs), shape);
  }

  private Value bias(int channels) {
    return gaussian("bias", 0.05, channels);
  }

  private Value gaussian(String name, double deviation, int... shape) {
    int size = 1;
    for (int extent : shape) {
      size *= extent;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian(0, deviation);
    }
    return builder.constant(name, Tensor.of(values, shape));
  }
}
