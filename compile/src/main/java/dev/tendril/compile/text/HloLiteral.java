package dev.tendril.compile.text;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Constants as they are written: `dense<1.0>`, `dense<[1, 2]>`, bits such as `0x7F800000`, and
/// whole tensors as the digits of their bytes.
final class HloLiteral {
  private static final Pattern ELEMENT = Pattern.compile("[^\\[\\],\\s]+");

  private HloLiteral() {}

  static Tensor read(String text, TensorType type) {
    int end = text.lastIndexOf('>', text.lastIndexOf(':'));
    if (!text.startsWith("dense<") || end < 0) {
      throw new TensorException("StableHLO: the constant " + text);
    }
    String inside = text.substring("dense<".length(), end).strip();
    Tensor result = Tensor.allocate(type);
    if (inside.startsWith("\"0x")) {
      byte[] bytes = HexFormat.of().parseHex(inside.substring(3, inside.length() - 1));
      result.memory().copyFrom(MemorySegment.ofArray(bytes));
      return result;
    }
    List<String> elements = ELEMENT.matcher(inside).results().map(MatchResult::group).toList();
    long size = type.shape().size();
    if (elements.size() != size && elements.size() != 1) {
      throw new TensorException(
          "StableHLO: a constant of " + elements.size() + " elements for " + type);
    }
    for (int i = 0; i < size; i++) {
      set(result, i, elements.get(elements.size() == 1 ? 0 : i));
    }
    return result;
  }

  private static void set(Tensor tensor, int i, String text) {
    MemorySegment memory = tensor.memory();
    DType dtype = tensor.dtype();
    try {
      if (dtype == DType.BOOL) {
        Elements.setLong(memory, dtype, i, text.equals("true") ? 1 : 0);
      } else if (!dtype.isFloat()) {
        Elements.setLong(memory, dtype, i, Long.parseLong(text));
      } else if (text.startsWith("0x")) {
        DType bits =
            switch (dtype.bits()) {
              case 16 -> DType.U16;
              case 32 -> DType.U32;
              default -> DType.I64;
            };
        Elements.setLong(memory, bits, i, Long.parseUnsignedLong(text.substring(2), 16));
      } else {
        Elements.setDouble(memory, dtype, i, Double.parseDouble(text));
      }
    } catch (NumberFormatException e) {
      throw new TensorException("StableHLO: the number " + text + " of " + tensor.type(), e);
    }
  }
}
