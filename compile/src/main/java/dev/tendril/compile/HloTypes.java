package dev.tendril.compile;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// How types and literals are written in StableHLO.
final class HloTypes {
  private HloTypes() {}

  static String element(DType dtype) {
    return switch (dtype) {
      case F32 -> "f32";
      case F16 -> "f16";
      case BF16 -> "bf16";
      case F64 -> "f64";
      case I8 -> "i8";
      case U8 -> "ui8";
      case I16 -> "i16";
      case U16 -> "ui16";
      case I32 -> "i32";
      case U32 -> "ui32";
      case I64 -> "i64";
      case BOOL -> "i1";
      case I4 -> throw new Unlowered("i4: devices differ in how they pack it");
    };
  }

  /// Such as `tensor<2x3xf32>`.
  static String tensor(TensorType type) {
    if (type.quant() != null) {
      throw new Unlowered("quantized values");
    }
    if (!type.shape().isKnown()) {
      throw new Unlowered("extents that are not known before it runs");
    }
    StringBuilder text = new StringBuilder("tensor<");
    for (int dim : type.shape().dims()) {
      text.append(dim).append('x');
    }
    return text.append(element(type.dtype())).append('>').toString();
  }

  /// Such as `(tensor<f32>, tensor<f32>)`.
  static String tensors(Collection<TensorType> types) {
    return types.stream().map(HloTypes::tensor).collect(Collectors.joining(", ", "(", ")"));
  }

  /// Such as `array<i64: 0, 1>`.
  static String array(List<? extends Number> values) {
    return values.isEmpty()
        ? "array<i64>"
        : values.stream()
            .map(String::valueOf)
            .collect(Collectors.joining(", ", "array<i64: ", ">"));
  }

  static String array(int... values) {
    return array(java.util.Arrays.stream(values).boxed().toList());
  }

  /// Such as `[0, 1]`.
  static String list(List<Integer> values) {
    return values.toString();
  }

  /// All values of a tensor, nested by axes.
  static String dense(Tensor tensor) {
    StringBuilder text = new StringBuilder("dense<");
    if (tensor.shape().size() > 0) {
      nest(text, tensor, 0, 0);
    }
    return text.append("> : ").append(tensor(tensor.type())).toString();
  }

  private static void nest(StringBuilder text, Tensor tensor, int axis, long first) {
    if (axis == tensor.shape().rank()) {
      text.append(literal(tensor.memory(), tensor.dtype(), first));
      return;
    }
    text.append('[');
    long stride = tensor.shape().strides()[axis];
    for (int i = 0; i < tensor.shape().dim(axis); i++) {
      text.append(i == 0 ? "" : ", ");
      nest(text, tensor, axis + 1, first + i * stride);
    }
    text.append(']');
  }

  /// A number; what is not finite by its bits.
  private static String literal(MemorySegment memory, DType dtype, long index) {
    if (dtype == DType.BOOL) {
      return Elements.getLong(memory, dtype, index) != 0 ? "true" : "false";
    }
    if (!dtype.isFloat()) {
      return Long.toString(Elements.getLong(memory, dtype, index));
    }
    double value = Elements.getDouble(memory, dtype, index);
    if (Double.isFinite(value)) {
      return dtype == DType.F32 ? Float.toString((float) value) : Double.toString(value);
    }
    DType bits =
        switch (dtype.bits()) {
          case 16 -> DType.U16;
          case 32 -> DType.U32;
          default -> DType.I64;
        };
    int digits = dtype.bits() / 4;
    return "0x"
        + String.format(Locale.ROOT, "%0" + digits + "X", Elements.getLong(memory, bits, index));
  }
}
