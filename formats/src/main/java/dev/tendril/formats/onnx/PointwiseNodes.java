package dev.tendril.formats.onnx;

import dev.tendril.core.DType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import dev.tendril.formats.graph.GraphDraft;
import java.util.Map;

/// Operators that compute element by element.
final class PointwiseNodes {
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
          Map.entry("Floor", UnaryKind.FLOOR),
          Map.entry("HardSwish", UnaryKind.HARD_SWISH),
          Map.entry("IsNaN", UnaryKind.IS_NAN),
          Map.entry("Log", UnaryKind.LOG),
          Map.entry("Neg", UnaryKind.NEG),
          Map.entry("Not", UnaryKind.NOT),
          Map.entry("Reciprocal", UnaryKind.RECIPROCAL),
          Map.entry("Relu", UnaryKind.RELU),
          Map.entry("Round", UnaryKind.ROUND),
          Map.entry("Sigmoid", UnaryKind.SIGMOID),
          Map.entry("Sign", UnaryKind.SIGN),
          Map.entry("Sin", UnaryKind.SIN),
          Map.entry("Sinh", UnaryKind.SINH),
          Map.entry("Softplus", UnaryKind.SOFTPLUS),
          Map.entry("Sqrt", UnaryKind.SQRT),
          Map.entry("Tan", UnaryKind.TAN),
          Map.entry("Tanh", UnaryKind.TANH));

  static final Map<String, BinaryKind> BINARY =
      Map.ofEntries(
          Map.entry("Add", BinaryKind.ADD),
          Map.entry("And", BinaryKind.AND),
          Map.entry("Div", BinaryKind.DIV),
          Map.entry("Equal", BinaryKind.EQ),
          Map.entry("Greater", BinaryKind.GT),
          Map.entry("GreaterOrEqual", BinaryKind.GE),
          Map.entry("Less", BinaryKind.LT),
          Map.entry("LessOrEqual", BinaryKind.LE),
          Map.entry("Max", BinaryKind.MAX),
          Map.entry("Min", BinaryKind.MIN),
          Map.entry("Mul", BinaryKind.MUL),
          Map.entry("Or", BinaryKind.OR),
          Map.entry("Pow", BinaryKind.POW),
          Map.entry("Sub", BinaryKind.SUB),
          Map.entry("Xor", BinaryKind.XOR));

  private PointwiseNodes() {}

  static boolean read(OnnxNode node) {
    GraphDraft d = node.draft();
    UnaryKind unary = UNARY.get(node.type());
    if (unary != null) {
      node.give(d.unary(unary, node.in(0)));
      return true;
    }
    BinaryKind binary = BINARY.get(node.type());
    if (binary != null) {
      node.give(binary(node, binary));
      return true;
    }
    switch (node.type()) {
      case "Identity", "Dropout" -> node.give(node.in(0));
      case "BitwiseAnd" -> node.give(d.binary(BinaryKind.AND, node.in(0), node.in(1)));
      case "BitwiseOr" -> node.give(d.binary(BinaryKind.OR, node.in(0), node.in(1)));
      case "BitwiseXor" -> node.give(d.binary(BinaryKind.XOR, node.in(0), node.in(1)));
      case "BitwiseNot" -> node.give(d.unary(UnaryKind.NOT, node.in(0)));
      case "BitShift" ->
          node.give(
              d.binary(
                  node.text("direction", "").equals("LEFT")
                      ? BinaryKind.SHIFT_LEFT
                      : BinaryKind.SHIFT_RIGHT,
                  node.in(0),
                  node.in(1)));
      case "Sum" -> node.give(folded(node, BinaryKind.ADD));
      case "Mean" -> {
        Value sum = folded(node, BinaryKind.ADD);
        node.give(d.binary(BinaryKind.DIV, sum, node.count()));
      }
      case "Mod" -> node.give(mod(node));
      case "Where" -> node.give(d.select(node.in(0), node.in(1), node.in(2)));
      case "Clip" -> node.give(clip(node));
      case "Cast" -> node.give(cast(node));
      case "CastLike" -> node.give(d.cast(node.in(0), node.dtype(1)));
      case "IsInf" -> node.give(isInfinite(node));
      default -> {
        return activation(node);
      }
    }
    return true;
  }

  private static Value binary(OnnxNode node, BinaryKind kind) {
    if (kind == BinaryKind.MIN || kind == BinaryKind.MAX) {
      return folded(node, kind);
    }
    Value exponent = node.in(1);
    if (kind == BinaryKind.POW) {
      exponent = node.draft().cast(exponent, node.dtype(0));
    }
    return node.draft().binary(kind, node.in(0), exponent);
  }

  private static Value folded(OnnxNode node, BinaryKind kind) {
    Value value = node.in(0);
    for (int i = 1; i < node.count(); i++) {
      value = node.draft().binary(kind, value, node.in(i));
    }
    return value;
  }

  private static Value mod(OnnxNode node) {
    GraphDraft d = node.draft();
    Value x = node.in(0);
    Value y = node.in(1);
    if (!node.flag("fmod")) {
      return d.binary(BinaryKind.MOD, x, y);
    }
    Value rest = d.binary(BinaryKind.MOD, d.unary(UnaryKind.ABS, x), d.unary(UnaryKind.ABS, y));
    return d.select(d.binary(BinaryKind.LT, x, 0), d.unary(UnaryKind.NEG, rest), rest);
  }

  private static Value clip(OnnxNode node) {
    GraphDraft d = node.draft();
    Value x = node.in(0);
    if (node.version() < 11) {
      double low = node.real("min", -Float.MAX_VALUE);
      return d.add(new Pointwise.Clamp(low, node.real("max", Float.MAX_VALUE)), x);
    }
    boolean low = node.has(1);
    boolean high = node.has(2);
    boolean known =
        (!low || GraphDraft.tensorOrNull(node.in(1)) != null)
            && (!high || GraphDraft.tensorOrNull(node.in(2)) != null);
    if (known) {
      double least = low ? GraphDraft.real(node.in(1), "the minimum") : Double.NEGATIVE_INFINITY;
      double most = high ? GraphDraft.real(node.in(2), "the maximum") : Double.POSITIVE_INFINITY;
      if (least <= most) {
        return d.add(new Pointwise.Clamp(least, most), x);
      }
    }
    Value above = low ? d.binary(BinaryKind.MAX, x, node.in(1)) : x;
    return high ? d.binary(BinaryKind.MIN, above, node.in(2)) : above;
  }

  private static Value cast(OnnxNode node) {
    DType to = OnnxTypes.dtype(node.integer("to", 0), "to");
    return node.draft().cast(node.in(0), to);
  }

  private static Value isInfinite(OnnxNode node) {
    GraphDraft d = node.draft();
    Value x = node.in(0);
    boolean positive = node.integer("detect_positive", 1) != 0;
    boolean negative = node.integer("detect_negative", 1) != 0;
    if (positive && negative) {
      return d.binary(BinaryKind.EQ, d.unary(UnaryKind.ABS, x), Double.POSITIVE_INFINITY);
    }
    double which = positive ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    return d.binary(BinaryKind.EQ, x, positive || negative ? which : Double.NaN);
  }

  private static boolean activation(OnnxNode node) {
    GraphDraft d = node.draft();
    switch (node.type()) {
      case "LeakyRelu" ->
          node.give(d.add(new Pointwise.LeakyRelu(node.real("alpha", 0.01f)), node.in(0)));
      case "Elu" -> node.give(d.add(new Pointwise.Elu(node.real("alpha", 1)), node.in(0)));
      case "Selu" -> {
        Value elu = d.add(new Pointwise.Elu(node.real("alpha", 1.6732632f)), node.in(0));
        float gamma = node.real("gamma", 1.050701f);
        node.give(d.binary(BinaryKind.MUL, elu, gamma));
      }
      case "Celu" -> {
        float alpha = node.real("alpha", 1);
        Value scaled = d.binary(BinaryKind.DIV, node.in(0), alpha);
        node.give(d.binary(BinaryKind.MUL, d.add(new Pointwise.Elu(1), scaled), alpha));
      }
      case "PRelu" -> {
        Value x = node.in(0);
        Value below = d.binary(BinaryKind.MUL, x, node.in(1));
        node.give(d.select(d.binary(BinaryKind.GE, x, 0), x, below));
      }
      case "ThresholdedRelu" -> {
        Value x = node.in(0);
        Value above = d.binary(BinaryKind.GT, x, node.real("alpha", 1));
        node.give(d.select(above, x, d.number(0, x.type().dtype())));
      }
      case "HardSigmoid" -> {
        Value scaled = d.binary(BinaryKind.MUL, node.in(0), node.real("alpha", 0.2f));
        Value line = d.binary(BinaryKind.ADD, scaled, node.real("beta", 0.5f));
        node.give(d.add(new Pointwise.Clamp(0, 1), line));
      }
      case "Softsign" -> {
        Value size = d.binary(BinaryKind.ADD, d.unary(UnaryKind.ABS, node.in(0)), 1);
        node.give(d.binary(BinaryKind.DIV, node.in(0), size));
      }
      case "Gelu" ->
          node.give(
              d.add(
                  new Pointwise.Gelu(node.text("approximate", "none").equals("tanh")), node.in(0)));
      case "FastGelu" -> node.give(d.add(new Pointwise.Gelu(true), node.in(0)));
      case "Mish" -> {
        Value soft = d.unary(UnaryKind.TANH, d.unary(UnaryKind.SOFTPLUS, node.in(0)));
        node.give(d.binary(BinaryKind.MUL, node.in(0), soft));
      }
      case "Swish", "QuickGelu" -> {
        Value scaled = d.binary(BinaryKind.MUL, node.in(0), node.real("alpha", 1));
        Value gate = d.unary(UnaryKind.SIGMOID, scaled);
        node.give(d.binary(BinaryKind.MUL, node.in(0), gate));
      }
      case "Asinh" -> node.give(area(d, node.in(0), 1));
      case "Acosh" -> node.give(area(d, node.in(0), -1));
      case "Atanh" -> {
        Value up = d.unary(UnaryKind.LOG1P, node.in(0));
        Value down = d.unary(UnaryKind.LOG1P, d.unary(UnaryKind.NEG, node.in(0)));
        node.give(d.binary(BinaryKind.MUL, d.binary(BinaryKind.SUB, up, down), 0.5));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /// `ln(x + √(x² + c))`, by the size of x where it is odd.
  private static Value area(GraphDraft d, Value x, double c) {
    Value size = c > 0 ? d.unary(UnaryKind.ABS, x) : x;
    Value root =
        d.unary(UnaryKind.SQRT, d.binary(BinaryKind.ADD, d.binary(BinaryKind.MUL, x, x), c));
    Value area = d.unary(UnaryKind.LOG, d.binary(BinaryKind.ADD, size, root));
    return c > 0 ? d.binary(BinaryKind.MUL, d.unary(UnaryKind.SIGN, x), area) : area;
  }

  /// The names of operators by what they compute.
  static String name(UnaryKind kind) {
    return UNARY.entrySet().stream()
        .filter(entry -> entry.getValue() == kind)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }

  static String name(BinaryKind kind) {
    return BINARY.entrySet().stream()
        .filter(entry -> entry.getValue() == kind)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }
}
