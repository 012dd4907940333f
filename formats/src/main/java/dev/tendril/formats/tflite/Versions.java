package dev.tendril.formats.tflite;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.TensorType;
import java.util.List;
import java.util.Map;

/// The versions of operators: what a runtime must know to run one, which depends on the types of
/// its operands. An older runtime refuses the model then, and does not compute something else.
final class Versions {
  /// Those for operands quantized to 8 and to 16 bits.
  private record Version(int bytes, int shorts) {}

  private static final Map<String, Version> QUANTIZED =
      Map.ofEntries(
          Map.entry("CONV_2D", new Version(3, 4)),
          Map.entry("DEPTHWISE_CONV_2D", new Version(3, 5)),
          Map.entry("FULLY_CONNECTED", new Version(4, 7)),
          Map.entry("TRANSPOSE_CONV", new Version(2, 3)),
          Map.entry("BATCH_MATMUL", new Version(2, 3)),
          Map.entry("SVDF", new Version(3, 3)),
          Map.entry("SOFTMAX", new Version(2, 3)),
          Map.entry("LOG_SOFTMAX", new Version(2, 2)),
          Map.entry("L2_NORMALIZATION", new Version(2, 2)),
          Map.entry("ADD", new Version(2, 3)),
          Map.entry("SUB", new Version(2, 5)),
          Map.entry("MUL", new Version(2, 4)),
          Map.entry("SQUARED_DIFFERENCE", new Version(2, 2)),
          Map.entry("MAXIMUM", new Version(2, 4)),
          Map.entry("MINIMUM", new Version(2, 4)),
          Map.entry("AVERAGE_POOL_2D", new Version(2, 3)),
          Map.entry("MAX_POOL_2D", new Version(2, 3)),
          Map.entry("MEAN", new Version(2, 3)),
          Map.entry("SUM", new Version(2, 2)),
          Map.entry("REDUCE_MAX", new Version(2, 3)),
          Map.entry("REDUCE_MIN", new Version(2, 3)),
          Map.entry("CONCATENATION", new Version(2, 3)),
          Map.entry("PAD", new Version(2, 3)),
          Map.entry("PADV2", new Version(2, 3)),
          Map.entry("MIRROR_PAD", new Version(2, 3)),
          Map.entry("SLICE", new Version(2, 4)),
          Map.entry("STRIDED_SLICE", new Version(2, 1)),
          Map.entry("TRANSPOSE", new Version(2, 5)),
          Map.entry("BROADCAST_TO", new Version(3, 3)),
          Map.entry("SPACE_TO_DEPTH", new Version(2, 1)),
          Map.entry("GATHER", new Version(2, 4)),
          Map.entry("GATHER_ND", new Version(1, 3)),
          Map.entry("LOGISTIC", new Version(2, 3)),
          Map.entry("TANH", new Version(2, 3)),
          Map.entry("RELU", new Version(2, 3)),
          Map.entry("RELU6", new Version(2, 3)),
          Map.entry("LEAKY_RELU", new Version(2, 2)),
          Map.entry("ABS", new Version(2, 3)),
          Map.entry("EXP", new Version(2, 2)),
          Map.entry("LOG", new Version(2, 2)),
          Map.entry("RSQRT", new Version(2, 3)),
          Map.entry("QUANTIZE", new Version(1, 2)),
          Map.entry("DEQUANTIZE", new Version(2, 3)),
          Map.entry("ARG_MAX", new Version(2, 1)),
          Map.entry("ARG_MIN", new Version(2, 1)),
          Map.entry("RESIZE_BILINEAR", new Version(2, 4)),
          Map.entry("RESIZE_NEAREST_NEIGHBOR", new Version(2, 4)),
          Map.entry("TOPK_V2", new Version(2, 3)));

  private Versions() {}

  /// The version of an operator.
  ///
  /// @param operands the types of those that there are
  /// @param result the type of its first result
  static int of(String builtin, List<TensorType> operands, TensorType result) {
    if (builtin.equals("DEQUANTIZE") && operands.getFirst().dtype() == DType.F16) {
      return 3;
    }
    if (operands.size() > 1 && operands.get(1).quant() != null) {
      int weighted = weighted(builtin, operands);
      if (weighted > 0) {
        return weighted;
      }
    }
    boolean bytes = operands.stream().anyMatch(type -> isQuantized(type, 8));
    boolean shorts =
        builtin.equals("QUANTIZE")
            ? isQuantized(result, 16)
            : operands.stream().anyMatch(type -> isQuantized(type, 16) && type.dtype().bits() > 8);
    Version version = QUANTIZED.get(builtin);
    if (version == null || !(bytes || shorts)) {
      return builtin.equals("BROADCAST_TO") ? 2 : 1; // There was no first version.
    }
    return shorts ? version.shorts() : version.bytes();
  }

  private static boolean isQuantized(TensorType type, int bits) {
    return type.quant() != null && type.dtype().bits() <= bits;
  }

  /// The version for weights that are unlike what they are multiplied with; 0 if nothing is
  /// special.
  private static int weighted(String builtin, List<TensorType> operands) {
    TensorType weights = operands.get(1);
    Quant quant = weights.quant();
    boolean byChannel = quant != null && !quant.isPerTensor();
    boolean floats = operands.getFirst().dtype().isFloat();
    boolean nibbles = weights.dtype() == DType.I4 && !floats;
    return switch (builtin) {
      case "CONV_2D" -> nibbles ? 7 : floats ? byChannel ? 5 : 2 : 0;
      case "DEPTHWISE_CONV_2D" -> nibbles ? 7 : floats ? byChannel ? 6 : 4 : 0;
      case "FULLY_CONNECTED" ->
          nibbles
              ? operands.getFirst().dtype() == DType.I16 ? 13 : 10
              : floats ? byChannel ? 12 : 9 : 0;
      default -> 0;
    };
  }
}
