package dev.tendril.core.quantize;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.kernel.ReferenceKernels;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.core.rewrite.Context;
import dev.tendril.core.rewrite.Pass;
import dev.tendril.core.rewrite.Passes;
import dev.tendril.core.rewrite.Rewriter;
import dev.tendril.core.rewrite.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a graph of floats ready to be quantized: norms, factors and ranges become part of the
/// convolutions before them, so that nothing is rounded in between; weights that are stored short
/// become floats; and what integers have kernels for in parts only is written in those parts.
final class Preparation {
  private static final Pass WEIGHTS =
      Pass.of("weights", List.of(Rule.of("weights-as-floats", Preparation::weights)));

  private static final Pass PARTS =
      Pass.of(
          "parts",
          List.of(
              Rule.of("activation-apart", Preparation::activation),
              Rule.of("silu-as-product", Preparation::silu),
              Rule.of("square-as-product", Preparation::square),
              Rule.of("quotient-as-product", Preparation::quotient),
              Rule.of("clamp-as-extremes", Preparation::clamp)));

  private Preparation() {}

  /// A graph that means the same.
  ///
  /// @throws TensorException when its values are quantized already
  static Graph floats(Graph graph) {
    refuseQuantized(graph);
    return Rewriter.rewrite(graph, WEIGHTS, Passes.SIMPLIFY).graph();
  }

  /// The same with ops in the parts that integers have kernels for.
  static Graph parts(Graph graph) {
    return Rewriter.rewrite(floats(graph), PARTS).graph();
  }

  static void refuseQuantized(Graph graph) {
    for (Value.Input input : graph.inputs()) {
      refuseQuantized(graph, "input " + input.name(), input.type());
    }
    for (Node node : graph.nodes()) {
      for (TensorType type : node.outputs()) {
        refuseQuantized(graph, "node " + node.name(), type);
      }
    }
  }

  private static void refuseQuantized(Graph graph, String what, TensorType type) {
    if (type.quant() != null) {
      throw new TensorException(
          "graph "
              + graph.name()
              + " is quantized already: "
              + what
              + " is "
              + type
              + "; expected a graph of floats");
    }
  }

  /// Floats times quantized weights mean floats times what the weights stand for.
  private static @Nullable Value weights(Node node, Context context) {
    if (!(node.op() instanceof Contract)
        || node.inputs().size() < 2
        || !(node.inputs().get(1) instanceof Value.Constant constant)
        || constant.type().quant() == null) {
      return null;
    }
    Tensor floats =
        ReferenceKernels.run(
                new Pointwise.Dequantize(),
                List.of(constant.tensor()),
                List.of(constant.type().with(DType.F32)))
            .getFirst();
    Value[] operands = node.inputs().toArray(Value[]::new);
    operands[1] = context.constant(floats);
    return context.replace(node.op(), operands);
  }

  /// A sigmoid or a tangent is computed apart from the sums before it, and any activation from
  /// those of a transposed convolution.
  private static @Nullable Value activation(Node node, Context context) {
    if (!(node.op() instanceof Contract op)) {
      return null;
    }
    Activation fused = op.fused();
    boolean fits =
        op instanceof Contract.ConvTranspose
            ? fused == Activation.NONE
            : fused == null || fused.isRange();
    if (fused == null || fits) {
      return null;
    }
    Value sums = context.add(op.with(Activation.NONE), node.inputs().toArray(Value[]::new));
    return context.replace(
        switch (fused) {
          case TANH -> new Pointwise.Unary(UnaryKind.TANH);
          case SIGMOID -> new Pointwise.Unary(UnaryKind.SIGMOID);
          case RELU -> new Pointwise.Unary(UnaryKind.RELU);
          case NONE, RELU6, RELU_N1_TO_1 -> new Pointwise.Clamp(fused.low(), fused.high());
        },
        sums);
  }

  private static @Nullable Value silu(Node node, Context context) {
    if (!node.op().equals(new Pointwise.Unary(UnaryKind.SILU))) {
      return null;
    }
    Value x = node.inputs().getFirst();
    return context.replace(
        new Pointwise.Binary(BinaryKind.MUL),
        x,
        context.add(new Pointwise.Unary(UnaryKind.SIGMOID), x));
  }

  private static @Nullable Value square(Node node, Context context) {
    if (!node.op().equals(new Pointwise.Unary(UnaryKind.SQUARE)) || !isFloat(node)) {
      return null;
    }
    Value x = node.inputs().getFirst();
    return context.replace(new Pointwise.Binary(BinaryKind.MUL), x, x);
  }

  private static boolean isFloat(Node node) {
    return node.outputs().getFirst().dtype() == DType.F32;
  }

  private static @Nullable Value quotient(Node node, Context context) {
    if (!node.op().equals(new Pointwise.Binary(BinaryKind.DIV))
        || !isFloat(node)
        || !(node.inputs().get(1) instanceof Value.Constant constant)) {
      return null;
    }
    double[] values = constant.tensor().toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 / values[i];
      if (!Double.isFinite(values[i])) {
        return null;
      }
    }
    return context.replace(
        new Pointwise.Binary(BinaryKind.MUL),
        node.inputs().getFirst(),
        context.constant(Tensor.of(constant.type(), values)));
  }

  private static @Nullable Value clamp(Node node, Context context) {
    if (!(node.op() instanceof Pointwise.Clamp(double low, double high))
        || !isFloat(node)
        || (low == 0 && high == 6)
        || (low == -1 && high == 1)) {
      return null;
    }
    Value x = node.inputs().getFirst();
    boolean below = low != Double.NEGATIVE_INFINITY;
    boolean above = high != Double.POSITIVE_INFINITY;
    Pointwise max = new Pointwise.Binary(BinaryKind.MAX);
    Pointwise min = new Pointwise.Binary(BinaryKind.MIN);
    if (!below || !above) {
      return below
          ? context.replace(max, x, scalar(low, context))
          : above ? context.replace(min, x, scalar(high, context)) : x;
    }
    return context.replace(min, context.add(max, x, scalar(low, context)), scalar(high, context));
  }

  private static Value scalar(double value, Context context) {
    return context.constant(Tensor.scalar((float) value));
  }
}
