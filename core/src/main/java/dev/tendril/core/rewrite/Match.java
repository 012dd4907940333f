package dev.tendril.core.rewrite;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import org.jspecify.annotations.Nullable;

/// What rules ask about nodes and values.
final class Match {
  /// Constants with more elements are not looked at for being all the same.
  private static final long UNIFORM = 1 << 16;

  private Match() {}

  /// The op that makes a value, if it is of a class and has one result.
  static <T extends Op> @Nullable T op(Value value, Class<T> type) {
    return value instanceof Value.Result result
            && result.node().outputs().size() == 1
            && type.isInstance(result.node().op())
        ? type.cast(result.node().op())
        : null;
  }

  /// The operand of the node that makes a value.
  static Value operand(Value value, int index) {
    return ((Value.Result) value).node().inputs().get(index);
  }

  static Value operand(Value value) {
    return operand(value, 0);
  }

  static boolean isUnary(Value value, UnaryKind kind) {
    return new Pointwise.Unary(kind).equals(op(value, Pointwise.Unary.class));
  }

  static boolean isUnary(Node node, UnaryKind kind) {
    return node.op().equals(new Pointwise.Unary(kind));
  }

  static boolean isBinary(Node node, BinaryKind kind) {
    return node.op().equals(new Pointwise.Binary(kind));
  }

  static boolean quantized(Node node) {
    return node.outputs().stream().anyMatch(t -> t.quant() != null)
        || node.inputs().stream().anyMatch(v -> v.type().quant() != null);
  }

  static boolean known(Node node) {
    return node.outputs().stream().allMatch(t -> t.shape().isKnown())
        && node.inputs().stream().allMatch(v -> v.type().shape().isKnown());
  }

  /// The tensor of a constant that is not quantized.
  static @Nullable Tensor constant(Value value) {
    return value instanceof Value.Constant constant && constant.type().quant() == null
        ? constant.tensor()
        : null;
  }

  /// The number that all elements of a constant are, null when they differ or there are none.
  static @Nullable Double uniform(Value value) {
    Tensor tensor = constant(value);
    if (tensor == null || tensor.shape().size() == 0 || tensor.shape().size() > UNIFORM) {
      return null;
    }
    double first = tensor.get(0);
    for (long i = 1; i < tensor.shape().size(); i++) {
      if (Double.compare(tensor.get(i), first) != 0) {
        return null;
      }
    }
    return first;
  }

  static boolean isUniform(Value value, double number) {
    Double uniform = uniform(value);
    return uniform != null && uniform == number;
  }

  /// The elements of a constant by channel, for what broadcasts along the last axis only: as many
  /// as there are channels.
  static double @Nullable [] byChannel(Value value, TensorType result) {
    Tensor tensor = constant(value);
    int rank = result.shape().rank();
    if (tensor == null || rank == 0 || tensor.shape().rank() > rank || !tensor.dtype().isFloat()) {
      return null;
    }
    int channels = result.shape().dim(-1);
    long size = tensor.shape().size();
    if (channels < 1 || (size != 1 && (size != channels || tensor.shape().dim(-1) != channels))) {
      return null;
    }
    double[] values = new double[channels];
    for (int i = 0; i < channels; i++) {
      values[i] = tensor.get(size == 1 ? 0 : i);
    }
    return values;
  }
}
