package dev.tendril.core.graph;

import dev.tendril.core.DType;
import dev.tendril.core.Quant;
import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.op.Move;
import dev.tendril.core.op.Padding;
import dev.tendril.core.op.Subgraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads types and the values of attributes in texts of graphs.
final class AttributeParser {
  private final GraphLexer lexer;
  private final Supplier<Graph> graphs;

  /// @param graphs reads a graph within the graph
  AttributeParser(GraphLexer lexer, Supplier<Graph> graphs) {
    this.lexer = lexer;
    this.graphs = graphs;
  }

  /// Reads the value of an attribute.
  ///
  /// @param type the record component's
  /// @param name of the attribute, for messages
  Object value(Class<?> type, String name) {
    GraphLexer.Token token = lexer.peek();
    if (token.is("<")) {
      throw token.error(
          "the attribute "
              + name
              + " was left out of the text, which cannot hold it, so the graph cannot be read back:"
              + " read it from the model's file");
    }
    if (type == int.class) {
      return integer(name);
    } else if (type == float.class) {
      return (float) number(DType.F32, name);
    } else if (type == double.class) {
      return number(DType.F64, name);
    } else if (type == boolean.class) {
      return choice(List.of("false", "true"), name) == 1;
    } else if (type == String.class) {
      return string(name);
    } else if (type == List.class) {
      return list(name);
    } else if (type == Map.class) {
      return map(name);
    } else if (type == Shape.class) {
      return shape();
    } else if (type == Padding.class) {
      return padding(name);
    } else if (type == Subgraph.class) {
      return graphs.get();
    } else if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      return constants[
          choice(
              Arrays.stream(constants).map(c -> c.toString().toLowerCase(Locale.ROOT)).toList(),
              name)];
    }
    throw token.error("the attribute " + name + " cannot be read from a text");
  }

  private int choice(List<String> choices, String name) {
    GraphLexer.Token token = lexer.take();
    int index = token.kind() == GraphLexer.Kind.NAME ? choices.indexOf(token.text()) : -1;
    if (index < 0) {
      throw unexpected(token, name, "one of " + String.join(", ", choices));
    }
    return index;
  }

  private static GraphSyntaxException unexpected(
      GraphLexer.Token token, String where, String expected) {
    return token.error(token.shown() + " in " + where + "; expected " + expected);
  }

  int integer(String where) {
    GraphLexer.Token token = lexer.take();
    try {
      if (token.kind() == GraphLexer.Kind.NUMBER) {
        return Integer.parseInt(token.text());
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw unexpected(token, where, "a whole number");
  }

  private double number(DType dtype, String where) {
    GraphLexer.Token token = lexer.take();
    try {
      if (token.kind() == GraphLexer.Kind.NUMBER || token.kind() == GraphLexer.Kind.NAME) {
        return ConstantText.parseFloat(token.text(), dtype);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw unexpected(token, where, "a number");
  }

  String string(String where) {
    GraphLexer.Token token = lexer.take();
    if (token.kind() != GraphLexer.Kind.STRING) {
      throw unexpected(token, where, "a string in quotes");
    }
    return token.text();
  }

  /// A name, in quotes or not.
  GraphLexer.Token name(String where) {
    GraphLexer.Token token = lexer.take();
    if (token.kind() != GraphLexer.Kind.STRING && token.kind() != GraphLexer.Kind.NAME) {
      throw unexpected(token, where, "a name");
    }
    return token;
  }

  private List<Integer> list(String where) {
    List<Integer> list = new ArrayList<>();
    lexer.take("[", where);
    while (!lexer.peek().is("]")) {
      if (!list.isEmpty()) {
        lexer.take(",", where);
      }
      if (lexer.peek().isName("end")) {
        lexer.take();
        list.add(Move.Slice.END);
      } else {
        list.add(integer(where));
      }
    }
    lexer.take();
    return list;
  }

  private Map<String, String> map(String where) {
    Map<String, String> map = new TreeMap<>();
    lexer.take("{", where);
    while (!lexer.peek().is("}")) {
      if (!map.isEmpty()) {
        lexer.take(",", where);
      }
      GraphLexer.Token key = name(where);
      lexer.take("=", where);
      if (map.putIfAbsent(key.text(), string(where)) != null) {
        throw key.error(key.shown() + " in " + where + " occurs twice");
      }
    }
    lexer.take();
    return map;
  }

  private Padding padding(String where) {
    GraphLexer.Token token = lexer.peek();
    int kind = choice(List.of("valid", "same", "explicit"), where);
    if (kind < 2) {
      return kind == 0 ? Padding.VALID : Padding.SAME;
    }
    lexer.take("(", where);
    List<Integer> before = list(where);
    lexer.take(",", where);
    List<Integer> after = list(where);
    lexer.take(")", where);
    return checked(token, () -> Padding.explicit(before, after));
  }

  private Shape shape() {
    GraphLexer.Token open = lexer.take("[", "a shape");
    List<Integer> dims = new ArrayList<>();
    while (!lexer.peek().is("]")) {
      if (!dims.isEmpty()) {
        lexer.take(",", "a shape");
      }
      dims.add(lexer.skip("?") ? (Integer) Shape.ANY : (Integer) extent());
    }
    lexer.take();
    return checked(open, () -> Shape.of(dims));
  }

  private int extent() {
    GraphLexer.Token token = lexer.peek();
    int extent = integer("a shape");
    if (extent < 0) {
      throw unexpected(token, "a shape", "an extent of 0 or more, or ?");
    }
    return extent;
  }

  /// Reads a type such as `i8[1,4] q(0.5,-3)`; without brackets, of a scalar.
  TensorType type() {
    GraphLexer.Token start = lexer.peek();
    DType dtype =
        List.of(DType.values())
            .get(choice(Arrays.stream(DType.values()).map(DType::text).toList(), "a type"));
    Shape shape = lexer.peek().is("[") ? shape() : Shape.scalar();
    Quant quant = lexer.peek().isName("q") ? quant() : null;
    return checked(start, () -> new TensorType(dtype, shape, quant));
  }

  private @Nullable Quant quant() {
    GraphLexer.Token start = lexer.take();
    String where = "a quantization";
    lexer.take("(", where);
    int axis = Quant.PER_TENSOR;
    if (lexer.peek().isName("axis")) {
      lexer.take();
      lexer.take("=", where);
      axis = integer(where);
      lexer.take(";", where);
    }
    List<Float> scales = new ArrayList<>();
    List<Integer> zeroPoints = new ArrayList<>();
    do {
      scales.add((float) number(DType.F32, where));
      lexer.take(",", where);
      zeroPoints.add(integer(where));
    } while (lexer.skip(";"));
    lexer.take(")", where);
    float[] factors = new float[scales.size()];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = scales.get(i);
    }
    int along = axis;
    int[] zeros = zeroPoints.stream().mapToInt(Integer::intValue).toArray();
    return checked(start, () -> new Quant(factors, zeros, along));
  }

  /// What is made of values that may be refused, with the place of the text in the message.
  static <T> T checked(GraphLexer.Token at, Supplier<T> make) {
    try {
      return make.get();
    } catch (GraphSyntaxException e) {
      throw e;
    } catch (TensorException e) {
      throw new GraphSyntaxException(at.line(), at.column(), e);
    }
  }
}
