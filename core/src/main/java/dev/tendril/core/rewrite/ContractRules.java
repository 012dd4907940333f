package dev.tendril.core.rewrite;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import dev.tendril.core.op.UnaryKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What follows a convolution or a product of matrices becomes a part of it: factors and batch
/// norms go into constant weights, terms into the bias, ranges and sigmoids into the activation.
/// Only where nobody else needs what is between. Sums are then rounded once, at the end, and
/// weights once more.
final class ContractRules {
  /// Weights that others use too are copied up to this size.
  private static final long SMALL = 1 << 16;

  static final List<Rule> ALL =
      List.of(
          Rule.of("batch-norm-into-weights", ContractRules::batchNorm),
          Rule.of("scale-into-weights", ContractRules::scale),
          Rule.of("bias-into-contract", ContractRules::bias),
          Rule.of("activation-into-contract", ContractRules::activation));

  private ContractRules() {}

  /// The node of a contraction with weights whose result is needed by the node at hand only.
  private static @Nullable Node contract(Value value, Context context) {
    return value instanceof Value.Result(Node node, _)
            && context.isSole(value)
            && !Match.quantized(node)
            && node.outputs().getFirst().dtype().isFloat()
            && node.op() instanceof Contract
        ? node
        : null;
  }

  /// The axis of the weights that belongs to output channels, from the end; null for what has no
  /// weights or does more than add a bias.
  private static @Nullable Integer channelAxis(Node node) {
    if (!(node.op() instanceof Contract op) || op.fused() != Activation.NONE) {
      return null;
    }
    return switch (op) {
      case Contract.MatMul m -> m.transposeB() ? -2 : -1;
      case Contract.Conv _, Contract.ConvTranspose _ -> -node.inputs().get(1).type().shape().rank();
      case Contract.DepthwiseConv _ -> -1;
      case Contract.Pool _, Contract.PoolArgMax _, Contract.Attention _ -> null;
    };
  }

  /// Whether factors can go into the weights, and terms into the bias.
  private static boolean scalable(Node node, Context context) {
    if (channelAxis(node) == null || Match.constant(node.inputs().get(1)) == null) {
      return false;
    }
    Value weights = node.inputs().get(1);
    return (context.uses(weights) <= 1 || weights.type().bytes() <= SMALL)
        && (node.inputs().size() < 3 || Match.constant(node.inputs().get(2)) != null);
  }

  /// The norm is `x · s + t`, with constants that are computed in 64 bits: part of the contraction
  /// before it, or else a product and a sum.
  private static @Nullable Value batchNorm(Node node, Context context) {
    if (!(node.op() instanceof Structured.BatchNorm norm)
        || Match.quantized(node)
        || !node.outputs().getFirst().dtype().isFloat()) {
      return null;
    }
    Node contract = contract(node.inputs().getFirst(), context);
    double[][] parts = new double[5][];
    TensorType type = node.outputs().getFirst();
    for (int i = 1; i < 5; i++) {
      double[] part = Match.byChannel(node.inputs().get(i), type);
      if (part == null) {
        return null;
      }
      parts[i] = part;
    }
    int channels = type.shape().dim(-1);
    double[] factor = new double[channels];
    double[] term = new double[channels];
    for (int c = 0; c < channels; c++) {
      factor[c] = parts[3][c] / Math.sqrt(parts[2][c] + norm.epsilon());
      term[c] = parts[4][c] - parts[1][c] * factor[c];
    }
    if (!finite(factor) || !finite(term)) {
      return null;
    }
    if (contract != null && scalable(contract, context)) {
      Value joined = scaled(contract, factor, term, context);
      if (joined != null) {
        return joined;
      }
    }
    Value product =
        context.add(
            new Pointwise.Binary(BinaryKind.MUL),
            node.inputs().getFirst(),
            vector(type.dtype(), factor, context));
    return context.replace(
        new Pointwise.Binary(BinaryKind.ADD), product, vector(type.dtype(), term, context));
  }

  private static boolean finite(double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Value scale(Node node, Context context) {
    boolean divides = Match.isBinary(node, BinaryKind.DIV);
    if (!divides && !Match.isBinary(node, BinaryKind.MUL)) {
      return null;
    }
    for (int i = 0; i < (divides ? 1 : 2); i++) {
      Node contract = contract(node.inputs().get(i), context);
      if (contract == null
          || !scalable(contract, context)
          || !node.inputs().get(i).type().equals(node.outputs().getFirst())) {
        continue;
      }
      double[] factor = Match.byChannel(node.inputs().get(1 - i), node.outputs().getFirst());
      if (factor == null) {
        continue;
      }
      for (int c = 0; divides && c < factor.length; c++) {
        factor[c] = 1 / factor[c];
      }
      if (finite(factor)) {
        return scaled(contract, factor, new double[factor.length], context);
      }
    }
    return null;
  }

  /// A contraction whose weights and bias are multiplied, and a term added to the bias.
  private static @Nullable Value scaled(
      Node node, double[] factor, double[] term, Context context) {
    Integer fromEnd = channelAxis(node);
    Tensor weights = Match.constant(node.inputs().get(1));
    if (fromEnd == null || weights == null || !(node.op() instanceof Contract op)) {
      return null;
    }
    Shape shape = weights.shape();
    int axis = shape.axis(fromEnd);
    if (shape.dim(axis) != factor.length) {
      return null;
    }
    long inner = shape.size(axis + 1, shape.rank());
    double[] values = weights.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor[(int) (i / inner % factor.length)];
    }
    double[] bias = term.clone();
    Tensor before = node.inputs().size() < 3 ? null : Match.constant(node.inputs().get(2));
    for (int c = 0; before != null && c < bias.length; c++) {
      bias[c] += before.get(c) * factor[c];
    }
    boolean any = before != null || Arrays.stream(term).anyMatch(t -> t != 0);
    List<Value> operands = new ArrayList<>();
    operands.add(node.inputs().getFirst());
    operands.add(context.constant(Tensor.of(weights.type(), values)));
    if (any) {
      operands.add(vector(node.outputs().getFirst().dtype(), bias, context));
    }
    return context.replace(op, operands.toArray(Value[]::new));
  }

  private static Value vector(DType dtype, double[] values, Context context) {
    return context.constant(Tensor.of(TensorType.of(dtype, values.length), values));
  }

  private static @Nullable Value bias(Node node, Context context) {
    boolean minus = Match.isBinary(node, BinaryKind.SUB);
    if (!minus && !Match.isBinary(node, BinaryKind.ADD)) {
      return null;
    }
    for (int i = 0; i < (minus ? 1 : 2); i++) {
      Value x = node.inputs().get(i);
      Node contract = contract(x, context);
      if (contract == null
          || channelAxis(contract) == null
          || !x.type().equals(node.outputs().getFirst())) {
        continue;
      }
      Value added = bias(contract, node.inputs().get(1 - i), minus, context);
      if (added != null) {
        List<Value> operands = new ArrayList<>(contract.inputs().subList(0, 2));
        operands.add(added);
        return context.replace(contract.op(), operands.toArray(Value[]::new));
      }
    }
    return null;
  }

  /// The bias of a contraction with a term more; null when the term is none.
  private static @Nullable Value bias(Node contract, Value term, boolean minus, Context context) {
    TensorType type = contract.outputs().getFirst();
    boolean plain = contract.inputs().size() < 3;
    double[] values = Match.byChannel(term, type);
    if (values == null) {
      boolean vector =
          plain
              && !minus
              && type.shape().dim(-1) != Shape.ANY
              && term.type().equals(TensorType.of(type.dtype(), type.shape().dim(-1)));
      return vector ? term : null;
    }
    Tensor before = plain ? null : Match.constant(contract.inputs().get(2));
    if (!plain && before == null) {
      return null;
    }
    for (int c = 0; c < values.length; c++) {
      values[c] = (minus ? -values[c] : values[c]) + (before == null ? 0 : before.get(c));
    }
    return vector(type.dtype(), values, context);
  }

  private static @Nullable Value activation(Node node, Context context) {
    Node contract = node.inputs().isEmpty() ? null : contract(node.inputs().getFirst(), context);
    if (contract == null || !(contract.op() instanceof Contract op)) {
      return null;
    }
    Activation before = op.fused();
    Activation wanted = before == null ? null : joined(before, node);
    return wanted == null
        ? null
        : context.replace(op.with(wanted), contract.inputs().toArray(Value[]::new));
  }

  /// The activation that does what an op does after another activation; null if there is none.
  private static @Nullable Activation joined(Activation before, Node node) {
    if (before == Activation.NONE && Match.isUnary(node, UnaryKind.TANH)) {
      return Activation.TANH;
    }
    if (before == Activation.NONE && Match.isUnary(node, UnaryKind.SIGMOID)) {
      return Activation.SIGMOID;
    }
    Pointwise.Clamp range = AlgebraRules.range(node);
    if (range == null || !before.isRange()) {
      return null;
    }
    double low = Math.clamp((double) before.low(), range.low(), range.high());
    double high = Math.clamp((double) before.high(), range.low(), range.high());
    for (Activation wanted : Activation.values()) {
      if (wanted.isRange() && wanted.low() == low && wanted.high() == high) {
        return wanted;
      }
    }
    return null;
  }
}
