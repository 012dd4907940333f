package dev.tendril.formats;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Index;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Reduce;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.util.List;
import java.util.Random;

/// Graphs for tests.
public final class Networks {
  private static final long SEED = 7;

  private Networks() {}

  public static Tensor random(TensorType type, Random random) {
    double[] values = new double[(int) type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          type.dtype().isFloat()
              ? random.nextFloat() * 2 - 1
              : type.dtype() == DType.BOOL ? random.nextInt(2) : random.nextInt(200) - 100;
    }
    return Tensor.of(type, values);
  }

  /// A graph of a bit of everything that small networks have.
  public static Graph network() {
    Random random = new Random(SEED);
    GraphBuilder b = Graph.builder("network");
    Value x = b.input("x", TensorType.of(DType.F32, 1, 8, 8, 3));
    Value filter = b.constant("filter", random(TensorType.of(DType.F32, 4, 3, 3, 3), random));
    Value bias = b.constant("bias", random(TensorType.of(DType.F32, 4), random));
    Value y =
        b.add(
            new Contract.Conv(List.of(1, 1), Padding.SAME, List.of(1, 1), 1, Activation.RELU6),
            x,
            filter,
            bias);
    Value plane = b.constant("plane", random(TensorType.of(DType.F32, 3, 3, 4), random));
    y =
        b.add(
            new Contract.DepthwiseConv(
                List.of(2, 2), Padding.all(2, 1), List.of(1, 1), Activation.TANH),
            y,
            plane);
    y =
        b.add(
            new Contract.Pool(
                Reduce.Kind.MAX, List.of(2, 2), List.of(2, 2), Padding.VALID, Activation.NONE),
            y);
    y = b.add(new Move.Reshape(dev.tendril.core.Shape.of(1, 16)), y);
    Value weights = b.constant("weights", random(TensorType.of(DType.F32, 16, 5), random));
    y = b.add(new Contract.MatMul(false, false, Activation.SIGMOID), y, weights);
    y = b.add(new Pointwise.Unary(UnaryKind.SOFTPLUS), y);
    y = b.add(new Pointwise.Clamp(0.1, 0.9), y);
    y = b.add(new Structured.Softmax(-1, 2), y);
    Value best = b.add(new Reduce.ArgExtreme(true, -1, DType.I32), y);
    Value hot = b.add(new Index.OneHot(5, -1, DType.F32), best);
    Value z = b.add(new Pointwise.Binary(BinaryKind.MUL), y, hot);
    return b.output("probabilities", y).output("best", best).output("z", z).build();
  }
}
