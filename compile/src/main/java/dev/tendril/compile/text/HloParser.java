package dev.tendril.compile.text;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads a program in the generic form of MLIR: one function, static shapes.
final class HloParser {
  private static final int DEEPEST = 64;

  private final String text;
  private int at;
  private int depth;

  HloParser(String text) {
    this.text = text;
  }

  /// @param donated whether each parameter's memory may be taken
  record Function(HloRegion body, List<TensorType> results, List<Boolean> donated) {}

  Function module() {
    expect("module");
    if (peek('@')) {
      word();
    }
    if (tryWord("attributes")) {
      braces();
    }
    expect("{");
    expect("func.func");
    tryWord("public");
    if (!word().equals("@main")) {
      throw wrong("expected the function @main");
    }
    List<String> names = new ArrayList<>();
    List<TensorType> types = new ArrayList<>();
    List<Boolean> donated = new ArrayList<>();
    expect("(");
    while (!tryTake(")")) {
      names.add(word());
      expect(":");
      types.add(type());
      donated.add(peek('{') && braces().contains("donor"));
      tryTake(",");
    }
    List<TensorType> results = tryTake("->") ? types() : List.of();
    expect("{");
    List<HloOp> ops = ops();
    expect("}");
    skip();
    if (at < text.length()) {
      throw wrong("expected the end of the text");
    }
    return new Function(new HloRegion(names, types, ops), List.copyOf(results), donated);
  }

  /// Ops up to a brace, which is taken.
  private List<HloOp> ops() {
    List<HloOp> ops = new ArrayList<>();
    while (!tryTake("}")) {
      ops.add(op());
    }
    if (ops.isEmpty() || !ops.getLast().isEnd()) {
      throw wrong("expected a return at the end of a block");
    }
    return ops;
  }

  private HloOp op() {
    skip();
    int line = line();
    List<String> results = new ArrayList<>();
    if (peek('%')) {
      String name = word();
      if (tryTake(":")) {
        int count = Integer.parseInt(word());
        for (int i = 0; i < count; i++) {
          results.add(name + "#" + i);
        }
      } else {
        results.add(name);
      }
      expect("=");
    }
    String name = quoted();
    name = name.substring(name.indexOf('.') + 1);
    List<String> operands = new ArrayList<>();
    expect("(");
    while (!tryTake(")")) {
      operands.add(word());
      tryTake(",");
    }
    List<HloRegion> regions = new ArrayList<>();
    if (tryTake("(")) {
      while (!tryTake(")")) {
        regions.add(region());
        tryTake(",");
      }
    }
    Map<String, String> attributes = peek('{') ? attributes() : Map.of();
    expect(":");
    List<TensorType> from = types();
    expect("->");
    List<TensorType> to = types();
    if (to.size() != results.size() || from.size() != operands.size()) {
      throw wrong(name + " of " + operands + " to " + results + " with types " + from + ", " + to);
    }
    return new HloOp(
        name, results, operands, new HloAttributes(attributes), regions, from, to, line);
  }

  private HloRegion region() {
    if (++depth > DEEPEST) {
      throw wrong("regions in regions, " + DEEPEST + " deep");
    }
    expect("{");
    List<String> names = new ArrayList<>();
    List<TensorType> types = new ArrayList<>();
    if (peek('^')) {
      word();
      expect("(");
      while (!tryTake(")")) {
        names.add(word());
        expect(":");
        types.add(type());
        tryTake(",");
      }
      expect(":");
    }
    List<HloOp> ops = ops();
    depth--;
    return new HloRegion(names, types, ops);
  }

  private Map<String, String> attributes() {
    Map<String, String> attributes = new LinkedHashMap<>();
    expect("{");
    while (!tryTake("}")) {
      String name = word();
      attributes.put(name, tryTake("=") ? value() : "unit");
      tryTake(",");
    }
    return attributes;
  }

  /// The text of an attribute, up to a comma or brace that is outside of all brackets.
  private String value() {
    skip();
    int from = at;
    int open = 0;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        quoted();
        at--;
      } else if (c == '-' && text.startsWith("->", at)) {
        at++;
      } else if ("<[({".indexOf(c) >= 0) {
        open++;
      } else if (open == 0 && (c == ',' || c == '}')) {
        return text.substring(from, at).strip();
      } else if (">])}".indexOf(c) >= 0) {
        open--;
      }
    }
    throw wrong("an attribute that does not end");
  }

  /// Braces and what is between them.
  private String braces() {
    skip();
    int from = at;
    attributes();
    return text.substring(from, at);
  }

  private List<TensorType> types() {
    List<TensorType> types = new ArrayList<>();
    if (!tryTake("(")) {
      types.add(type());
      return types;
    }
    while (!tryTake(")")) {
      types.add(type());
      if (peek('{')) {
        braces();
      }
      tryTake(",");
    }
    return types;
  }

  private TensorType type() {
    expect("tensor<");
    int end = text.indexOf('>', at);
    if (end < 0) {
      throw wrong("a type that does not end");
    }
    String[] parts = text.substring(at, end).strip().split("x", -1);
    int[] dims = new int[parts.length - 1];
    try {
      for (int i = 0; i < dims.length; i++) {
        dims[i] = Integer.parseUnsignedInt(parts[i]);
      }
    } catch (NumberFormatException e) {
      throw wrong("the type tensor<" + text.substring(at, end) + ">");
    }
    at = end + 1;
    return new TensorType(element(parts[dims.length]), Shape.of(dims));
  }

  private DType element(String name) {
    return switch (name) {
      case "i1" -> DType.BOOL;
      case "f32" -> DType.F32;
      case "f64" -> DType.F64;
      case "f16" -> DType.F16;
      case "bf16" -> DType.BF16;
      case "i8" -> DType.I8;
      case "i16" -> DType.I16;
      case "i32" -> DType.I32;
      case "i64" -> DType.I64;
      case "ui8" -> DType.U8;
      case "ui16" -> DType.U16;
      case "ui32" -> DType.U32;
      default -> throw wrong("the element type " + name);
    };
  }

  private int line() {
    return 1
        + (int)
            text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
  }

  private TensorException wrong(String what) {
    return new TensorException("StableHLO, line " + line() + ": " + what);
  }

  private void skip() {
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else if (text.startsWith("//", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else {
        return;
      }
    }
  }

  private boolean peek(char c) {
    skip();
    return at < text.length() && text.charAt(at) == c;
  }

  private boolean tryTake(String token) {
    skip();
    if (text.startsWith(token, at)) {
      at += token.length();
      return true;
    }
    return false;
  }

  private boolean tryWord(String token) {
    skip();
    boolean there =
        text.startsWith(token, at)
            && (at + token.length() == text.length()
                || !isWordPart(text.charAt(at + token.length())));
    if (there) {
      at += token.length();
    }
    return there;
  }

  private void expect(String token) {
    if (!tryTake(token)) {
      String there = text.substring(at, Math.min(text.length(), at + 20)).replace('\n', ' ');
      throw wrong("expected " + token + ", found \"" + there + "\"");
    }
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || "_.#%@^$".indexOf(c) >= 0;
  }

  private String word() {
    skip();
    int from = at;
    while (at < text.length() && isWordPart(text.charAt(at))) {
      at++;
    }
    if (from == at) {
      throw wrong("expected a name");
    }
    return text.substring(from, at);
  }

  private String quoted() {
    expect("\"");
    int end = text.indexOf('"', at);
    if (end < 0) {
      throw wrong("a quotation that does not end");
    }
    String inside = text.substring(at, end);
    at = end + 1;
    return inside;
  }
}
