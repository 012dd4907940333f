package dev.tendril.core.rewrite;

import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Identities of numbers. None touches quantized values. `x · 0` is 0 for integers only: for floats
/// it may be NaN.
final class AlgebraRules {
  private static final Set<UnaryKind> IDEMPOTENT =
      EnumSet.of(
          UnaryKind.RELU,
          UnaryKind.ABS,
          UnaryKind.SIGN,
          UnaryKind.FLOOR,
          UnaryKind.CEIL,
          UnaryKind.ROUND);

  static final List<Rule> ALL =
      List.of(
          Rule.of("add-zero", AlgebraRules::addZero),
          Rule.of("multiply-by-one", AlgebraRules::multiplyByOne),
          Rule.of("multiply-by-zero", AlgebraRules::multiplyByZero),
          Rule.of("double-negation", AlgebraRules::doubleNegation),
          Rule.of("idempotent", AlgebraRules::idempotent),
          Rule.of("select-known", AlgebraRules::select),
          Rule.of("cast-chain", AlgebraRules::casts),
          Rule.of("extreme-as-clamp", AlgebraRules::extreme),
          Rule.of("clamp-of-clamp", AlgebraRules::clamps),
          Rule.of("clamp-as-relu", AlgebraRules::relu));

  private AlgebraRules() {}

  /// A value in a node's place, if it has its type and nothing is quantized.
  private static @Nullable Value same(Node node, Value value) {
    return value.type().equals(node.outputs().getFirst()) && !Match.quantized(node) ? value : null;
  }

  private static @Nullable Value addZero(Node node, Context context) {
    if (Match.isBinary(node, BinaryKind.ADD) && Match.isUniform(node.inputs().getFirst(), 0)) {
      return same(node, node.inputs().get(1));
    }
    return (Match.isBinary(node, BinaryKind.ADD) || Match.isBinary(node, BinaryKind.SUB))
            && Match.isUniform(node.inputs().get(1), 0)
        ? same(node, node.inputs().getFirst())
        : null;
  }

  private static @Nullable Value multiplyByOne(Node node, Context context) {
    if (Match.isBinary(node, BinaryKind.MUL) && Match.isUniform(node.inputs().getFirst(), 1)) {
      return same(node, node.inputs().get(1));
    }
    return (Match.isBinary(node, BinaryKind.MUL)
                || Match.isBinary(node, BinaryKind.DIV)
                || Match.isBinary(node, BinaryKind.POW))
            && Match.isUniform(node.inputs().get(1), 1)
        ? same(node, node.inputs().getFirst())
        : null;
  }

  private static @Nullable Value multiplyByZero(Node node, Context context) {
    TensorType type = node.outputs().getFirst();
    if (!Match.isBinary(node, BinaryKind.MUL)
        || !type.dtype().isInteger()
        || Match.quantized(node)
        || !type.shape().isKnown()
        || node.inputs().stream().noneMatch(v -> Match.isUniform(v, 0))) {
      return null;
    }
    Value zero = context.constant(Tensor.zeros(TensorType.of(type.dtype())));
    return context.replace(new Move.Broadcast(type.shape()), zero);
  }

  private static @Nullable Value doubleNegation(Node node, Context context) {
    for (UnaryKind kind : List.of(UnaryKind.NEG, UnaryKind.NOT)) {
      if (Match.isUnary(node, kind) && Match.isUnary(node.inputs().getFirst(), kind)) {
        return same(node, Match.operand(node.inputs().getFirst()));
      }
    }
    return null;
  }

  private static @Nullable Value idempotent(Node node, Context context) {
    return node.op() instanceof Pointwise.Unary unary
            && IDEMPOTENT.contains(unary.kind())
            && Match.isUnary(node.inputs().getFirst(), unary.kind())
        ? same(node, node.inputs().getFirst())
        : null;
  }

  private static @Nullable Value select(Node node, Context context) {
    if (!(node.op() instanceof Pointwise.Select)) {
      return null;
    }
    Double condition = Match.uniform(node.inputs().getFirst());
    Value yes = node.inputs().get(1);
    Value no = node.inputs().get(2);
    if (condition == null && !yes.equals(no)) {
      return null;
    }
    return same(node, condition == null || condition != 0 ? yes : no);
  }

  private static @Nullable Value casts(Node node, Context context) {
    Value inner = node.inputs().isEmpty() ? null : node.inputs().getFirst();
    if (inner == null
        || !(node.op() instanceof Pointwise.Cast outer)
        || Match.op(inner, Pointwise.Cast.class) == null
        || inner.type().quant() != null
        || Match.operand(inner).type().quant() != null) {
      return null;
    }
    DType from = Match.operand(inner).type().dtype();
    DType through = inner.type().dtype();
    boolean cuts = from.isInteger() && through.isFloat() && outer.to().isInteger();
    return holds(through, from) && (!cuts || holds(outer.to(), from))
        ? context.replace(outer, Match.operand(inner))
        : null;
  }

  /// Whether a type holds all values of another.
  private static boolean holds(DType wide, DType narrow) {
    if (wide == narrow) {
      return true;
    }
    if (wide == DType.BOOL) {
      return false;
    }
    if (narrow == DType.BOOL) {
      return true;
    }
    if (narrow.isFloat()) {
      return wide == DType.F64
          || (wide == DType.F32 && (narrow == DType.F16 || narrow == DType.BF16));
    }
    if (wide.isInteger()) {
      return wide.min() <= narrow.min() && wide.max() >= narrow.max();
    }
    int digits =
        switch (wide) {
          case F64 -> 53;
          case F32 -> 24;
          case F16 -> 11;
          case BF16 -> 8;
          case I4, I8, U8, I16, U16, I32, U32, I64, BOOL -> 0;
        };
    return narrow.bits() <= digits;
  }

  /// The least or greatest of a float and a constant keeps to a range.
  private static @Nullable Value extreme(Node node, Context context) {
    boolean least = Match.isBinary(node, BinaryKind.MIN);
    if ((!least && !Match.isBinary(node, BinaryKind.MAX))
        || Match.quantized(node)
        || !node.outputs().getFirst().dtype().isFloat()) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      Double bound = Match.uniform(node.inputs().get(i));
      Value x = node.inputs().get(1 - i);
      if (bound != null && !bound.isNaN() && x.type().equals(node.outputs().getFirst())) {
        double low = least ? Double.NEGATIVE_INFINITY : bound;
        double high = least ? bound : Double.POSITIVE_INFINITY;
        return context.replace(new Pointwise.Clamp(low, high), x);
      }
    }
    return null;
  }

  /// The range that a node keeps its float operand to; null if it does something else.
  static Pointwise.@Nullable Clamp range(Node node) {
    if (node.outputs().size() != 1
        || Match.quantized(node)
        || !node.outputs().getFirst().dtype().isFloat()) {
      return null;
    }
    if (Match.isUnary(node, UnaryKind.RELU)) {
      return new Pointwise.Clamp(0, Double.POSITIVE_INFINITY);
    }
    return node.op() instanceof Pointwise.Clamp clamp ? clamp : null;
  }

  private static @Nullable Value clamps(Node node, Context context) {
    Pointwise.Clamp outer = range(node);
    if (outer == null || !(node.inputs().getFirst() instanceof Value.Result(Node before, _))) {
      return null;
    }
    Pointwise.Clamp inner = range(before);
    if (inner == null) {
      return null;
    }
    double low = Math.clamp(inner.low(), outer.low(), outer.high());
    double high = Math.clamp(inner.high(), outer.low(), outer.high());
    return context.replace(new Pointwise.Clamp(low, high), before.inputs().getFirst());
  }

  private static @Nullable Value relu(Node node, Context context) {
    return node.op().equals(new Pointwise.Clamp(0, Double.POSITIVE_INFINITY)) && range(node) != null
        ? context.replace(new Pointwise.Unary(UnaryKind.RELU), node.inputs().getFirst())
        : null;
  }
}
