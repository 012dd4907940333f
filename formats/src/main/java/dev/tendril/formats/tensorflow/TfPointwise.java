package dev.tendril.formats.tensorflow;

import dev.tendril.core.DType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.graph.GraphDraft;
import java.util.Map;

/// Operators that compute element by element.
final class TfPointwise {
  static final Map<String, UnaryKind> UNARY =
      Map.ofEntries(
          Map.entry("Abs", UnaryKind.ABS),
          Map.entry("Acos", UnaryKind.ACOS),
          Map.entry("Asin", UnaryKind.ASIN),
          Map.entry("Atan", UnaryKind.ATAN),
          Map.entry("Ceil", UnaryKind.CEIL),
          Map.entry("Cos", UnaryKind.COS),
          Map.entry("Cosh", UnaryKind.COSH),
          Map.entry("Erf", UnaryKind.ERF),
          Map.entry("Exp", UnaryKind.EXP),
          Map.entry("Expm1", UnaryKind.EXPM1),
          Map.entry("Floor", UnaryKind.FLOOR),
          Map.entry("IsFinite", UnaryKind.IS_FINITE),
          Map.entry("IsNan", UnaryKind.IS_NAN),
          Map.entry("Log", UnaryKind.LOG),
          Map.entry("Log1p", UnaryKind.LOG1P),
          Map.entry("LogicalNot", UnaryKind.NOT),
          Map.entry("Neg", UnaryKind.NEG),
          Map.entry("Reciprocal", UnaryKind.RECIPROCAL),
          Map.entry("Relu", UnaryKind.RELU),
          Map.entry("Round", UnaryKind.ROUND),
          Map.entry("Rsqrt", UnaryKind.RSQRT),
          Map.entry("Sigmoid", UnaryKind.SIGMOID),
          Map.entry("Sign", UnaryKind.SIGN),
          Map.entry("Sin", UnaryKind.SIN),
          Map.entry("Sinh", UnaryKind.SINH),
          Map.entry("Softplus", UnaryKind.SOFTPLUS),
          Map.entry("Sqrt", UnaryKind.SQRT),
          Map.entry("Square", UnaryKind.SQUARE),
          Map.entry("Tan", UnaryKind.TAN),
          Map.entry("Tanh", UnaryKind.TANH));

  static final Map<String, BinaryKind> BINARY =
      Map.ofEntries(
          Map.entry("AddV2", BinaryKind.ADD),
          Map.entry("Atan2", BinaryKind.ATAN2),
          Map.entry("Equal", BinaryKind.EQ),
          Map.entry("FloorDiv", BinaryKind.FLOOR_DIV),
          Map.entry("FloorMod", BinaryKind.MOD),
          Map.entry("Greater", BinaryKind.GT),
          Map.entry("GreaterEqual", BinaryKind.GE),
          Map.entry("Less", BinaryKind.LT),
          Map.entry("LessEqual", BinaryKind.LE),
          Map.entry("LogicalAnd", BinaryKind.AND),
          Map.entry("LogicalOr", BinaryKind.OR),
          Map.entry("Maximum", BinaryKind.MAX),
          Map.entry("Minimum", BinaryKind.MIN),
          Map.entry("Mul", BinaryKind.MUL),
          Map.entry("NotEqual", BinaryKind.NE),
          Map.entry("Pow", BinaryKind.POW),
          Map.entry("RealDiv", BinaryKind.DIV),
          Map.entry("SquaredDifference", BinaryKind.SQUARED_DIFFERENCE),
          Map.entry("Sub", BinaryKind.SUB));

  private static final Map<String, BinaryKind> OTHER_NAMES =
      Map.ofEntries(
          Map.entry("Add", BinaryKind.ADD),
          Map.entry("BiasAddV1", BinaryKind.ADD),
          Map.entry("BitwiseAnd", BinaryKind.AND),
          Map.entry("BitwiseOr", BinaryKind.OR),
          Map.entry("BitwiseXor", BinaryKind.XOR),
          Map.entry("LogicalXor", BinaryKind.XOR),
          Map.entry("Div", BinaryKind.DIV),
          Map.entry("TruncateDiv", BinaryKind.DIV),
          Map.entry("LeftShift", BinaryKind.SHIFT_LEFT),
          Map.entry("RightShift", BinaryKind.SHIFT_RIGHT));

  private TfPointwise() {}

  static boolean read(TfNode node) {
    GraphDraft d = node.draft();
    UnaryKind unary = UNARY.get(node.op());
    if (unary != null) {
      node.give(d.unary(unary, node.in(0)));
      return true;
    }
    BinaryKind binary = BINARY.getOrDefault(node.op(), OTHER_NAMES.get(node.op()));
    if (binary != null) {
      node.give(d.binary(binary, node.in(0), node.in(1)));
      return true;
    }
    switch (node.op()) {
      case "Inv" -> node.give(d.unary(UnaryKind.RECIPROCAL, node.in(0)));
      case "Rint" -> node.give(d.unary(UnaryKind.ROUND, node.in(0)));
      case "Invert" -> node.give(d.unary(UnaryKind.NOT, node.in(0)));
      case "DivNoNan" -> {
        Value zero = d.number(0, node.dtype(0));
        Value quotient = d.binary(BinaryKind.DIV, node.in(0), node.in(1));
        Value none = d.binary(BinaryKind.EQ, node.in(1), zero);
        node.give(d.select(none, zero, quotient));
      }
      case "AddN", "AccumulateNV2" -> {
        Value sum = node.in(0);
        for (int i = 1; i < node.count(); i++) {
          sum = d.binary(BinaryKind.ADD, sum, node.in(i));
        }
        node.give(sum);
      }
      case "BiasAdd" -> node.give(bias(node, node.in(0), node.in(1)));
      case "Select" -> node.give(d.select(condition(node), node.in(1), node.in(2)));
      case "SelectV2" -> node.give(d.select(node.in(0), node.in(1), node.in(2)));
      case "ClipByValue" -> node.give(clip(node));
      case "Cast" -> node.give(d.cast(node.in(0), node.dtype("DstT", node.dtype(0))));
      case "ZerosLike" -> node.give(d.broadcast(d.number(0, node.dtype(0)), node.known(0)));
      case "OnesLike" -> node.give(d.broadcast(d.number(1, node.dtype(0)), node.known(0)));
      case "Relu6", "Elu", "Selu", "LeakyRelu", "Prelu", "Softsign" ->
          node.give(activation(node, node.op(), node.in(0), 1));
      default -> {
        return false;
      }
    }
    return true;
  }

  static Value bias(TfNode node, Value x, Value bias) {
    GraphDraft d = node.draft();
    if (!node.channelsFirst()) {
      return d.binary(BinaryKind.ADD, x, bias);
    }
    int[] dims = new int[x.type().shape().rank() - 1];
    java.util.Arrays.fill(dims, 1);
    dims[0] = bias.type().shape().dim(0);
    return d.binary(BinaryKind.ADD, x, d.reshape(bias, dims));
  }

  /// @param operand of the node where the slopes are, if there are such
  static Value activation(TfNode node, String name, Value x, int operand) {
    GraphDraft d = node.draft();
    UnaryKind unary = UNARY.get(name);
    if (unary != null) {
      return d.unary(unary, x);
    }
    return switch (name) {
      case "Relu6" -> d.add(new Pointwise.Clamp(0, 6), x);
      case "Elu" -> d.add(new Pointwise.Elu(1), x);
      case "Selu" -> {
        Value elu = d.add(new Pointwise.Elu(1.6732632f), x);
        yield d.binary(BinaryKind.MUL, elu, 1.050701f);
      }
      case "LeakyRelu" -> {
        float alpha = node.real("leakyrelu_alpha", node.real("alpha", 0.2f));
        yield d.add(new Pointwise.LeakyRelu(alpha), x);
      }
      case "Prelu" -> {
        Value below = d.binary(BinaryKind.MUL, x, node.in(operand));
        yield d.select(d.binary(BinaryKind.GE, x, 0), x, below);
      }
      case "Softsign" -> {
        Value size = d.binary(BinaryKind.ADD, d.unary(UnaryKind.ABS, x), 1);
        yield d.binary(BinaryKind.DIV, x, size);
      }
      default -> throw node.refusal("the function " + name);
    };
  }

  private static Value clip(TfNode node) {
    GraphDraft d = node.draft();
    boolean known =
        GraphDraft.tensorOrNull(node.in(1)) != null && GraphDraft.tensorOrNull(node.in(2)) != null;
    if (known && node.shape(1).size() == 1 && node.shape(2).size() == 1) {
      double low = GraphDraft.real(node.in(1), "the minimum");
      double high = GraphDraft.real(node.in(2), "the maximum");
      if (low <= high) {
        return d.add(new Pointwise.Clamp(low, high), node.in(0));
      }
    }
    Value above = d.binary(BinaryKind.MAX, node.in(0), node.in(1));
    return d.binary(BinaryKind.MIN, above, node.in(2));
  }

  /// One boolean may choose whole rows.
  private static Value condition(TfNode node) {
    Value condition = node.in(0);
    int rank = node.shape(1).rank();
    if (condition.type().shape().rank() != 1 || rank <= 1) {
      return condition;
    }
    int[] dims = new int[rank];
    java.util.Arrays.fill(dims, 1);
    dims[0] = condition.type().shape().dim(0);
    return node.draft().reshape(condition, dims);
  }

  static String name(UnaryKind kind) {
    return TfNames.of(UNARY, kind);
  }

  /// The name of an operator for a type; empty when there is none.
  static String name(BinaryKind kind, DType dtype) {
    boolean flags = dtype == DType.BOOL;
    if (kind == BinaryKind.DIV && !dtype.isFloat()) {
      return "";
    }
    if (kind.isBitwise()) {
      return flags ? TfNames.of(BINARY, kind) : "";
    }
    return TfNames.of(BINARY, kind);
  }
}
