package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.BinaryKind;
import dev.tendril.core.op.Move;
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

  private static final Map<UnaryKind, String> UNARY_NAMES = swapped(UNARY);
  private static final Map<BinaryKind, String> BINARY_NAMES = swapped(BINARY);

  private PointwiseMapping() {}

  private static <K> Map<K, String> swapped(Map<String, K> map) {
    Map<K, String> names = new HashMap<>();
    map.forEach((name, kind) -> names.put(kind, name));
    return names;
  }

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
        Value zero = op.constant(Tensor.zeros(type.with(Shape.scalar())));
        op.give(
            type.shape().isKnown()
                ? op.plain(new Move.Broadcast(type.shape()), zero)
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
    Value zero = op.constant(Tensor.zeros(TensorType.of(DType.I32)));
    op.give(sum == null ? op.plain(new Move.Broadcast(op.shape(0)), zero) : sum);
  }

  static void write(OperatorExport op, Pointwise pointwise) {
    switch (pointwise) {
      case Pointwise.Unary(UnaryKind kind) -> op.give(unary(op, kind));
      case Pointwise.Binary(BinaryKind kind) -> op.give(binary(op, kind));
      case Pointwise.Select _ ->
          op.give(op.apply("SELECT_V2", op.out(), op.in(0), op.in(1), op.in(2)));
      case Pointwise.Clamp(double low, double high) -> op.give(clamp(op, low, high));
      case Pointwise.LeakyRelu(float alpha) ->
          op.give(op.apply("LEAKY_RELU", Map.of("alpha", alpha), op.out(), op.in(0)));
      case Pointwise.Elu(float alpha) -> {
        if (alpha != 1) {
          throw op.refusal("an alpha of " + alpha + "; the format has 1");
        }
        op.give(op.apply("ELU", op.out(), op.in(0)));
      }
      case Pointwise.Gelu(boolean approximate) ->
          op.give(
              op.apply(
                  "GELU", OperatorExport.options("approximate", approximate), op.out(), op.in(0)));
      case Pointwise.Cast(DType to) ->
          op.give(
              op.apply(
                  "CAST",
                  OperatorExport.options(
                      "in_data_type",
                      ElementType.of(op.dtype(0)).code(),
                      "out_data_type",
                      ElementType.of(to).code()),
                  op.out(),
                  op.in(0)));
      case Pointwise.Quantize _ -> op.give(op.apply("QUANTIZE", op.out(), op.in(0)));
      case Pointwise.Dequantize _ -> op.give(op.apply("DEQUANTIZE", op.out(), op.in(0)));
    }
  }

  /// Checks that the format computes with a type.
  private static void expectNumbers(OperatorExport op) {
    DType dtype = op.dtype(0);
    boolean computed =
        switch (dtype) {
          case F32, I32, I64, BOOL -> true;
          case I8, U8, I16 -> op.type(0).quant() != null;
          case F16, BF16, F64, I4, U16, U32 -> false;
        };
    if (!computed) {
      throw op.refusal("arithmetic of " + op.type(0) + ", which the format has not");
    }
  }

  private static int unary(OperatorExport op, UnaryKind kind) {
    expectNumbers(op);
    int x = op.in(0);
    TensorType type = op.out();
    boolean real = op.dtype(0).isFloat();
    if (kind == UnaryKind.NOT && op.dtype(0) != DType.BOOL) {
      return op.apply("BITWISE_XOR", type, x, op.scalar(op.dtype(0), -1));
    }
    if (op.type(0).quant() == null && !real) {
      if (kind == UnaryKind.SQUARE) {
        return op.apply("MUL", type, x, x);
      }
      if (kind == UnaryKind.RELU) {
        return op.apply("MAXIMUM", type, x, op.scalar(op.dtype(0), 0));
      }
    }
    String name = UNARY_NAMES.get(kind);
    if (name != null) {
      return op.apply(name, type, x);
    }
    if (!real) {
      throw op.refusal(kind.text() + " of " + op.type(0) + ", which the format has not");
    }
    return composed(op, kind, x, op.type(0));
  }

  private static int composed(OperatorExport op, UnaryKind kind, int x, TensorType type) {
    int one = op.scalar(DType.F32, 1);
    return switch (kind) {
      case RECIPROCAL -> op.apply("DIV", type, one, x);
      case EXPM1 -> op.apply("SUB", type, op.apply("EXP", type, x), one);
      case LOG1P -> op.apply("LOG", type, op.apply("ADD", type, x, one));
      case TAN -> op.apply("DIV", type, op.apply("SIN", type, x), op.apply("COS", type, x));
      case ATAN -> op.apply("ATAN2", type, x, alike(op, one, type));
      case ASIN -> op.apply("ATAN2", type, x, leg(op, x, type));
      case ACOS -> op.apply("ATAN2", type, leg(op, x, type), x);
      case SINH -> half(op, "SUB", x, type);
      case COSH -> half(op, "ADD", x, type);
      case SILU -> op.apply("MUL", type, x, op.apply("LOGISTIC", type, x));
      case SOFTPLUS -> {
        int small = op.apply("NEG", type, op.apply("ABS", type, x));
        int power = op.apply("EXP", type, small);
        int log = op.apply("LOG", type, op.apply("ADD", type, power, one));
        yield op.apply("ADD", type, op.apply("RELU", type, x), log);
      }
      case IS_NAN -> op.apply("NOT_EQUAL", op.out(), x, x);
      case IS_FINITE ->
          op.apply(
              "LESS",
              op.out(),
              op.apply("ABS", type, x),
              op.scalar(DType.F32, Float.POSITIVE_INFINITY));
      case NEG,
          ABS,
          SIGN,
          SQUARE,
          RELU,
          NOT,
          FLOOR,
          CEIL,
          ROUND,
          SQRT,
          RSQRT,
          EXP,
          LOG,
          SIN,
          COS,
          TANH,
          SIGMOID,
          ERF,
          HARD_SWISH ->
          throw op.refusal(kind.text() + ", which the format has not");
    };
  }

  /// A number as many times as a type has: one operator does not broadcast.
  private static int alike(OperatorExport op, int scalar, TensorType type) {
    return op.apply("BROADCAST_TO", type, scalar, op.ints(type.shape().dims()));
  }

  /// `√(1 - x²)`.
  private static int leg(OperatorExport op, int x, TensorType type) {
    int square = op.apply("SQUARE", type, x);
    return op.apply("SQRT", type, op.apply("SUB", type, op.scalar(DType.F32, 1), square));
  }

  /// Half of `e^x` plus or minus `e^-x`.
  private static int half(OperatorExport op, String join, int x, TensorType type) {
    int up = op.apply("EXP", type, x);
    int down = op.apply("EXP", type, op.apply("NEG", type, x));
    return op.apply("MUL", type, op.apply(join, type, up, down), op.scalar(DType.F32, 0.5));
  }

  private static int binary(OperatorExport op, BinaryKind kind) {
    expectNumbers(op);
    boolean flags = op.dtype(0) == DType.BOOL;
    String name = BINARY_NAMES.get(kind);
    if (kind == BinaryKind.XOR && flags) {
      name = "NOT_EQUAL";
    }
    if (name == null || ((kind == BinaryKind.AND || kind == BinaryKind.OR) && !flags)) {
      throw op.refusal(kind.text() + " of " + op.type(0) + ", which the format has not");
    }
    Map<String, Object> options =
        op.type(0).quant() != null
                && op.dtype(0) == DType.I16
                && (kind == BinaryKind.ADD || kind == BinaryKind.SUB)
            ? OperatorExport.options("pot_scale_int16", false)
            : Map.of();
    return op.apply(name, options, op.out(), op.in(0), op.in(1));
  }

  private static int clamp(OperatorExport op, double low, double high) {
    expectNumbers(op);
    TensorType type = op.out();
    boolean counts = op.type(0).quant() == null && !op.dtype(0).isFloat();
    if (low == 0 && high == 6 && !counts) {
      return op.apply("RELU6", type, op.in(0));
    }
    if (low == -1 && high == 1 && !counts) {
      return op.apply("RELU_N1_TO_1", type, op.in(0));
    }
    if (low == 0 && high == Double.POSITIVE_INFINITY && !counts) {
      return op.apply("RELU", type, op.in(0));
    }
    if (op.type(0).quant() != null) {
      throw op.refusal("a range from " + low + " to " + high + " of quantized numbers");
    }
    double least = counts ? Math.ceil(low) : low;
    double greatest = counts ? Math.floor(high) : high;
    int above = op.apply("MAXIMUM", type, op.in(0), op.scalar(op.dtype(0), least));
    return op.apply("MINIMUM", type, above, op.scalar(op.dtype(0), greatest));
  }
}
