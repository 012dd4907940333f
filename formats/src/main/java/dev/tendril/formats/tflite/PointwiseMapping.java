package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.UnaryKind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Operators that compute element by element.
final class PointwiseMapping {
  /// Operators without options that are a function of one number.
  private static final Map<String, UnaryKind> UNARY =
      Map.ofEntries(
          Map.entry("ABS", UnaryKind.ABS),
          Map.entry("CEIL", UnaryKind.CEIL),
          Map.entry("COS", UnaryKind.COS),
          Map.entry("EXP", UnaryKind.EXP),
          Map.entry("FLOOR", UnaryKind.FLOOR),
          Map.entry("HARD_SWISH", UnaryKind.HARD_SWISH),
          Map.entry("LOG", UnaryKind.LOG),
          Map.entry("LOGICAL_NOT", UnaryKind.NOT),
          Map.entry("LOGISTIC", UnaryKind.SIGMOID),
          Map.entry("NEG", UnaryKind.NEG),
          Map.entry("RELU", UnaryKind.RELU),
          Map.entry("ROUND", UnaryKind.ROUND),
          Map.entry("RSQRT", UnaryKind.RSQRT),
          Map.entry("SIGN", UnaryKind.SIGN),
          Map.entry("SIN", UnaryKind.SIN),
          Map.entry("SQRT", UnaryKind.SQRT),
          Map.entry("SQUARE", UnaryKind.SQUARE),
          Map.entry("TANH", UnaryKind.TANH));

  /// Operators that are a function of two numbers; those of arithmetic may have an activation.
  private static final Map<String, BinaryKind> BINARY =
      Map.ofEntries(
          Map.entry("ADD", BinaryKind.ADD),
          Map.entry("SUB", BinaryKind.SUB),
          Map.entry("MUL", BinaryKind.MUL),
          Map.entry("DIV", BinaryKind.DIV),
          Map.entry("FLOOR_DIV", BinaryKind.FLOOR_DIV),
          Map.entry("FLOOR_MOD", BinaryKind.MOD),
          Map.entry("POW", BinaryKind.POW),
          Map.entry("MINIMUM", BinaryKind.MIN),
          Map.entry("MAXIMUM", BinaryKind.MAX),
          Map.entry("ATAN2", BinaryKind.ATAN2),
          Map.entry("SQUARED_DIFFERENCE", BinaryKind.SQUARED_DIFFERENCE),
          Map.entry("EQUAL", BinaryKind.EQ),
          Map.entry("NOT_EQUAL", BinaryKind.NE),
          Map.entry("LESS", BinaryKind.LT),
          Map.entry("LESS_EQUAL", BinaryKind.LE),
          Map.entry("GREATER", BinaryKind.GT),
          Map.entry("GREATER_EQUAL", BinaryKind.GE),
          Map.entry("LOGICAL_AND", BinaryKind.AND),
          Map.entry("LOGICAL_OR", BinaryKind.OR),
          Map.entry("BITWISE_XOR", BinaryKind.XOR),
          Map.entry("RIGHT_SHIFT", BinaryKind.SHIFT_RIGHT));

  /// The same under the names that StableHLO has for them.
  private static final Map<String, String> STABLE =
      Map.ofEntries(
          Map.entry("STABLEHLO_ABS", "ABS"),
          Map.entry("STABLEHLO_ADD", "ADD"),
          Map.entry("STABLEHLO_AND", "LOGICAL_AND"),
          Map.entry("STABLEHLO_COSINE", "COS"),
          Map.entry("STABLEHLO_DIVIDE", "DIV"),
          Map.entry("STABLEHLO_EXPONENTIAL", "EXP"),
          Map.entry("STABLEHLO_FLOOR", "FLOOR"),
          Map.entry("STABLEHLO_LOG", "LOG"),
          Map.entry("STABLEHLO_LOGISTIC", "LOGISTIC"),
          Map.entry("STABLEHLO_MAXIMUM", "MAXIMUM"),
          Map.entry("STABLEHLO_MINIMUM", "MINIMUM"),
          Map.entry("STABLEHLO_MULTIPLY", "MUL"),
          Map.entry("STABLEHLO_NEGATE", "NEG"),
          Map.entry("STABLEHLO_OR", "LOGICAL_OR"),
          Map.entry("STABLEHLO_POWER", "POW"),
          Map.entry("STABLEHLO_RSQRT", "RSQRT"),
          Map.entry("STABLEHLO_SELECT", "SELECT_V2"),
          Map.entry("STABLEHLO_SUBTRACT", "SUB"),
          Map.entry("STABLEHLO_TANH", "TANH"));

  private PointwiseMapping() {}

  static boolean read(OperatorImport op) {
    String name = STABLE.getOrDefault(op.name(), op.name());
    UnaryKind unary = UNARY.get(name);
    if (unary != null) {
      op.give(op.add(new Pointwise.Unary(unary), op.in(0)));
      return true;
    }
    BinaryKind binary = BINARY.get(name);
    if (binary != null) {
      Value value = op.add(new Pointwise.Binary(binary), op.in(0), op.in(1));
      boolean fused =
          op.options().schema() != null
              && op.options().schema().fields().containsKey("fused_activation_function");
      op.give(fused ? op.activate(value, op.activation()) : value);
      return true;
    }
    switch (name) {
      case "RELU6" -> op.give(op.add(new Pointwise.Clamp(0, 6), op.in(0)));
      case "RELU_N1_TO_1" -> op.give(op.add(new Pointwise.Clamp(-1, 1), op.in(0)));
      case "RELU_0_TO_1" -> op.give(op.add(new Pointwise.Clamp(0, 1), op.in(0)));
      case "STABLEHLO_CLAMP" -> {
        Value low = op.add(new Pointwise.Binary(BinaryKind.MAX), op.in(1), op.in(0));
        op.give(op.add(new Pointwise.Binary(BinaryKind.MIN), low, op.in(2)));
      }
      case "ELU" -> op.give(op.add(new Pointwise.Elu(1), op.in(0)));
      case "GELU" ->
          op.give(op.add(new Pointwise.Gelu(op.options().flag("approximate")), op.in(0)));
      case "LEAKY_RELU" ->
          op.give(op.add(new Pointwise.LeakyRelu(op.options().real("alpha")), op.in(0)));
      case "PRELU" -> prelu(op);
      case "ADD_N" -> {
        Value sum = op.in(0);
        for (int i = 1; i < op.count(); i++) {
          sum = op.add(new Pointwise.Binary(BinaryKind.ADD), sum, op.in(i));
        }
        op.give(sum);
      }
      case "CAST", "STABLEHLO_CONVERT" -> op.give(cast(op));
      case "QUANTIZE" ->
          op.give(op.add(new Pointwise.Quantize(op.resultType(0).dtype()), op.in(0)));
      case "DEQUANTIZE" -> op.give(dequantize(op));
      case "FAKE_QUANT" -> fakeQuant(op);
      case "SELECT_V2" -> op.give(op.add(new Pointwise.Select(), op.in(0), op.in(1), op.in(2)));
      case "SELECT" -> op.give(op.add(new Pointwise.Select(), condition(op), op.in(1), op.in(2)));
      case "ZEROS_LIKE" -> {
        TensorType type = op.in(0).type();
        op.give(
            type.shape().isKnown()
                ? op.constant(Tensor.zeros(type))
                : op.plain(new Pointwise.Binary(BinaryKind.SUB), op.in(0), op.in(0)));
      }
      case "BUCKETIZE" -> bucketize(op);
      default -> {
        return false;
      }
    }
    return true;
  }

  /// The integers of another type; quantized results are taken as they are.
  private static Value cast(OperatorImport op) {
    DType to = op.result(0).type().dtype();
    return op.add(new Pointwise.Cast(to), op.quant(0), op.in(0));
  }

  private static Value dequantize(OperatorImport op) {
    TensorType type = op.in(0).type();
    return type.quant() == null && type.dtype() != DType.F16
        ? op.plain(new Pointwise.Cast(DType.F32), op.in(0))
        : op.plain(new Pointwise.Dequantize(), op.in(0));
  }

  /// The format lets one boolean choose whole rows.
  private static Value condition(OperatorImport op) {
    Value condition = op.in(0);
    int rank = op.rank(1);
    if (condition.type().shape().rank() != 1 || rank <= 1) {
      return condition;
    }
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    dims[0] = condition.type().shape().dim(0);
    return op.reshape(condition, dims);
  }

  /// Negative numbers times a slope of their own. Quantized numbers have a multiplier on either
  /// side of zero, so both sides are computed and chosen from.
  private static void prelu(OperatorImport op) {
    Value x = op.in(0);
    Value alpha = op.in(1);
    Quant quant = x.type().quant();
    Value scaled = op.add(new Pointwise.Binary(BinaryKind.MUL), x, alpha);
    if (quant == null) {
      Value zero = op.constant(Tensor.of(TensorType.of(x.type().dtype()), 0));
      Value positive = op.plain(new Pointwise.Binary(BinaryKind.GE), x, zero);
      op.give(op.plain(new Pointwise.Select(), positive, x, scaled));
      return;
    }
    Value raw = op.plain(new Pointwise.Cast(DType.I32), x);
    Value zero = op.constant(Tensor.scalar(quant.zeroPoint()));
    Value positive = op.plain(new Pointwise.Binary(BinaryKind.GE), raw, zero);
    Value kept = op.add(new Pointwise.Quantize(x.type().dtype()), x);
    op.give(op.add(new Pointwise.Select(), positive, kept, scaled));
  }

  private static void fakeQuant(OperatorImport op) {
    float low = Math.min(op.options().real("min"), 0);
    float high = Math.max(op.options().real("max"), 0);
    int bits = op.options().integer("num_bits");
    int least = op.options().flag("narrow_range") ? 1 : 0;
    int greatest = (1 << Math.clamp(bits, 1, 16)) - 1;
    float scale = (high - low) / (greatest - least);
    if (!(scale > 0)) {
      op.give(op.in(0));
      return;
    }
    int zeroPoint = Math.clamp(Math.round(least - low / scale), least, greatest);
    Value clamped =
        op.plain(
            new Pointwise.Clamp((least - zeroPoint) * scale, (greatest - zeroPoint) * scale),
            op.in(0));
    Value quantized =
        op.add(new Pointwise.Quantize(DType.I32), Quant.of(scale, zeroPoint), clamped);
    op.give(op.plain(new Pointwise.Dequantize(), quantized));
  }

  /// How many boundaries a number has reached.
  private static void bucketize(OperatorImport op) {
    float[] boundaries = op.options().reals("boundaries");
    Value sum = null;
    for (float boundary : boundaries) {
      Value limit = op.constant(Tensor.of(TensorType.of(op.dtype(0)), boundary));
      Value reached = op.plain(new Pointwise.Binary(BinaryKind.GE), op.in(0), limit);
      Value one = op.plain(new Pointwise.Cast(DType.I32), reached);
      sum = sum == null ? one : op.plain(new Pointwise.Binary(BinaryKind.ADD), sum, one);
    }
    if (sum == null) {
      Shape shape = op.shape(0);
      op.give(op.constant(Tensor.zeros(new TensorType(DType.I32, shape))));
    } else {
      op.give(sum);
    }
  }

  /// The operators of functions of one number, by function.
  static Map<UnaryKind, String> unaryNames() {
    Map<UnaryKind, String> names = new HashMap<>();
    UNARY.forEach((name, kind) -> names.put(kind, name));
    return names;
  }

  static Map<BinaryKind, String> binaryNames() {
    Map<BinaryKind, String> names = new HashMap<>();
    BINARY.forEach((name, kind) -> names.put(kind, name));
    return names;
  }
}
