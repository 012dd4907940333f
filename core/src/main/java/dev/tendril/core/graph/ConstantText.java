package dev.tendril.core.graph;

import dev.tendril.core.DType;
import dev.tendril.core.Elements;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// The elements of constants in texts of graphs: few as numbers, many as their bytes in base64.
/// Both give back every bit. Numbers are the shortest that read as the same element; what numbers
/// cannot say, such as the payload of a NaN, makes a constant be written as bytes.
final class ConstantText {
  /// The most elements that are written as numbers.
  static final int NUMBERS = 256;

  /// What a line holds at most, in elements and in characters of base64.
  private static final int LINE = 16;

  private static final int PACKED = 88;

  /// The most digits that tell all numbers of 16 bits apart.
  private static final int DIGITS = 6;

  private ConstantText() {}

  /// Appends the elements: `{1, 2, 3}` or `base64 {"AACAPw=="}`.
  ///
  /// @param indent the spaces before further lines
  static void print(Tensor tensor, String indent, StringBuilder out) {
    TensorType type = tensor.type();
    List<String> numbers = type.shape().size() <= NUMBERS ? numbers(tensor) : List.of();
    if (type.shape().size() == numbers.size() && isExact(tensor, numbers)) {
      int line = numbers.size() <= LINE ? LINE : row(type);
      lines(numbers, line, ", ", ",", indent, out.append('{'));
    } else {
      String packed =
          Base64.getEncoder().encodeToString(tensor.memory().toArray(ValueLayout.JAVA_BYTE));
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < packed.length(); i += PACKED) {
        parts.add('"' + packed.substring(i, Math.min(i + PACKED, packed.length())) + '"');
      }
      lines(parts, 1, " ", "", indent, out.append("base64 {"));
    }
    out.append('}');
  }

  private static int row(TensorType type) {
    int last = type.shape().rank() == 0 ? 1 : type.shape().dim(-1);
    return last > 1 && last <= LINE ? last : LINE;
  }

  private static void lines(
      List<String> items, int each, String gap, String end, String indent, StringBuilder out) {
    boolean broken = items.size() > each;
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        out.append(i % each == 0 ? end : gap);
      }
      if (broken && i % each == 0) {
        out.append('\n').append(indent).append("  ");
      }
      out.append(items.get(i));
    }
    if (broken) {
      out.append('\n').append(indent);
    }
  }

  private static List<String> numbers(Tensor tensor) {
    List<String> numbers = new ArrayList<>();
    for (long i = 0; i < tensor.shape().size(); i++) {
      numbers.add(
          tensor.dtype().isFloat()
              ? number(tensor.get(i), tensor.dtype())
              : tensor.dtype() == DType.BOOL
                  ? Boolean.toString(tensor.getLong(i) != 0)
                  : Long.toString(tensor.getLong(i)));
    }
    return numbers;
  }

  private static boolean isExact(Tensor tensor, List<String> numbers) {
    MemorySegment memory = MemorySegment.ofArray(new byte[(int) tensor.type().bytes()]);
    for (int i = 0; i < numbers.size(); i++) {
      set(memory, tensor.dtype(), i, numbers.get(i));
    }
    return memory.mismatch(tensor.memory()) < 0;
  }

  /// The shortest text of a float, such as `2`, `0.1`, `1e-10`, `-inf`, `nan`.
  static String number(double value, DType dtype) {
    String text =
        switch (dtype) {
          case F64 -> Double.toString(value);
          case F16, BF16 -> shortest(value, dtype);
          case F32, I4, I8, U8, I16, U16, I32, U32, I64, BOOL -> Float.toString((float) value);
        };
    return text.replace("Infinity", "inf")
        .replace("NaN", "nan")
        .replaceFirst("\\.0(?=E|$)", "")
        .replace('E', 'e');
  }

  private static String shortest(double value, DType dtype) {
    if (Double.isFinite(value) && value != Math.rint(value)) {
      MemorySegment memory = MemorySegment.ofArray(new byte[2]);
      for (int digits = 1; digits < DIGITS; digits++) {
        String text =
            Float.toString(new BigDecimal(value).round(new MathContext(digits)).floatValue());
        Elements.setDouble(memory, dtype, 0, Float.parseFloat(text));
        if (Elements.getDouble(memory, dtype, 0) == value) {
          return text;
        }
      }
    }
    return Float.toString((float) value);
  }

  /// A float of a text; those of 32 bits and fewer are rounded once.
  ///
  /// @throws NumberFormatException when it is none
  static double parseFloat(String text, DType dtype) {
    String bare = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    double sign = text.startsWith("-") ? -1 : 1;
    if (bare.equals("inf")) {
      return sign * Double.POSITIVE_INFINITY;
    }
    if (bare.equals("nan")) {
      return Double.NaN;
    }
    char last = bare.isEmpty() ? ' ' : bare.charAt(bare.length() - 1);
    if (last != '.' && (last < '0' || last > '9')) {
      throw new NumberFormatException(text);
    }
    return dtype == DType.F64 ? Double.parseDouble(text) : Float.parseFloat(text);
  }

  private static void set(MemorySegment memory, DType dtype, long index, String text) {
    if (dtype.isFloat()) {
      Elements.setDouble(memory, dtype, index, parseFloat(text, dtype));
    } else if (dtype == DType.BOOL) {
      if (!text.equals("true") && !text.equals("false")) {
        throw new NumberFormatException(text);
      }
      Elements.setLong(memory, dtype, index, text.equals("true") ? 1 : 0);
    } else {
      long value = Long.parseLong(text);
      if (value < dtype.min() || value > dtype.max()) {
        throw new NumberFormatException(text);
      }
      Elements.setLong(memory, dtype, index, value);
    }
  }

  /// Reads the elements of a constant. Memory is allocated when they are all there.
  static Tensor parse(GraphLexer lexer, GraphLexer.Token at, TensorType type) {
    if (!type.shape().isKnown()) {
      throw at.error("a constant of type " + type + "; expected known extents");
    }
    return lexer.peek().isName("base64")
        ? parsePacked(lexer, at, type)
        : parseNumbers(lexer, at, type);
  }

  private static Tensor parseNumbers(GraphLexer lexer, GraphLexer.Token at, TensorType type) {
    lexer.take("{", "a constant");
    byte[] bytes = new byte[16];
    MemorySegment memory = MemorySegment.ofArray(bytes);
    long count = 0;
    while (!lexer.peek().is("}")) {
      if (count > 0) {
        lexer.take(",", "a constant");
      }
      GraphLexer.Token token = lexer.take();
      count++;
      if (type.dtype().bytes(count) > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.toIntExact(Math.min(2L * bytes.length, 1 << 30)));
        memory = MemorySegment.ofArray(bytes);
      }
      if (count > type.shape().size()) {
        throw token.error(
            "a constant of type " + type + " with more than " + (count - 1) + " elements");
      }
      try {
        set(memory, type.dtype(), count - 1, token.text());
      } catch (NumberFormatException e) {
        throw token.error(token.shown() + " in a constant of " + type.dtype().text());
      }
    }
    lexer.take();
    if (count != type.shape().size()) {
      throw at.error("a constant of type " + type + " with " + count + " elements");
    }
    return tensor(type, bytes);
  }

  private static Tensor parsePacked(GraphLexer lexer, GraphLexer.Token at, TensorType type) {
    lexer.take();
    GraphLexer.Token open = lexer.take("{", "a constant in base64");
    StringBuilder packed = new StringBuilder();
    while (lexer.peek().kind() == GraphLexer.Kind.STRING) {
      packed.append(lexer.take().text());
    }
    lexer.take("}", "a constant in base64");
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(packed.toString());
    } catch (IllegalArgumentException e) {
      throw open.error("base64 that cannot be read: " + e.getMessage());
    }
    if (bytes.length != type.bytes()) {
      throw at.error(
          "a constant of type "
              + type
              + " with "
              + bytes.length
              + " bytes; expected "
              + type.bytes());
    }
    return tensor(type, bytes);
  }

  private static Tensor tensor(TensorType type, byte[] bytes) {
    Tensor tensor = Tensor.allocate(type);
    MemorySegment.copy(
        MemorySegment.ofArray(bytes), 0, tensor.memory(), 0, Math.min(type.bytes(), bytes.length));
    return tensor;
  }
}
