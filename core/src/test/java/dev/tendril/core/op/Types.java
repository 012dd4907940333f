package dev.tendril.core.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Types of tensors as they are printed, for tests.
final class Types {
  private static final Pattern TYPE =
      Pattern.compile("(\\w+)\\[([\\d?,]*)\\](?: q\\((?:axis=(\\d+);)?([^)]*)\\))?");

  private Types() {}

  static TensorType type(String text) {
    Matcher matcher = TYPE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    int[] dims =
        Stream.of(matcher.group(2).split(",", -1))
            .filter(dim -> !dim.isEmpty())
            .mapToInt(dim -> dim.equals("?") ? Shape.ANY : Integer.parseInt(dim))
            .toArray();
    return new TensorType(
        DType.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)),
        Shape.of(dims),
        quant(matcher.group(3), matcher.group(4)));
  }

  private static @Nullable Quant quant(@Nullable String axis, @Nullable String text) {
    if (text == null) {
      return null;
    }
    List<String> pairs = List.of(text.split(";", -1));
    float[] scales = new float[pairs.size()];
    int[] zeroPoints = new int[pairs.size()];
    for (int i = 0; i < pairs.size(); i++) {
      List<String> pair = List.of(pairs.get(i).split(",", -1));
      scales[i] = Float.parseFloat(pair.get(0));
      zeroPoints[i] = Integer.parseInt(pair.get(1));
    }
    return new Quant(scales, zeroPoints, axis == null ? Quant.PER_TENSOR : Integer.parseInt(axis));
  }

  /// Checks the type of an op's only result.
  static void infers(Op op, String expected, String... operands) {
    assertEquals(
        List.of(type(expected)),
        ShapeRules.infer(op, Arrays.stream(operands).map(Types::type).toList()));
  }

  /// Checks the message of what an op does not take.
  static void fails(Op op, String message, String... operands) {
    List<TensorType> types = Arrays.stream(operands).map(Types::type).toList();
    assertEquals(
        message,
        assertThrows(TensorException.class, () -> ShapeRules.infer(op, types)).getMessage());
  }
}
