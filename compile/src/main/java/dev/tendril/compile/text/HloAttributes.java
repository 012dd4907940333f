package dev.tendril.compile.text;

import dev.tendril.core.TensorException;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The attributes of an op, read when they are asked for.
///
/// @param texts as they are written
record HloAttributes(Map<String, String> texts) {
  private static final Pattern INTEGER = Pattern.compile("-?\\d+");
  private static final Pattern WORD = Pattern.compile("#stablehlo<\\w+ (\\w+)>");

  HloAttributes {
    texts = Map.copyOf(texts);
  }

  private String text(String name) {
    String text = texts.get(name);
    if (text == null) {
      throw new TensorException("StableHLO: no attribute " + name + " in " + texts);
    }
    return text;
  }

  boolean has(String name) {
    return texts.containsKey(name);
  }

  /// Such as `1 : i64`.
  int integer(String name) {
    return integers(text(name).replaceFirst(":.*", ""))[0];
  }

  /// Such as `array<i64: 0, 1>` or `dense<[[0, 1]]> : tensor<1x2xi64>`, all numbers in a row.
  int[] array(String name) {
    String text = text(name);
    int from = text.startsWith("array") ? text.indexOf(':') : text.indexOf('<');
    int to = text.indexOf('>');
    return from < 0 || from > to ? new int[0] : integers(text.substring(from, to));
  }

  /// Such as `[0, 1]` of `dims` in `#stablehlo.dot<dims = [0, 1]>`; empty where it is not said.
  int[] array(String name, String part) {
    Matcher matcher =
        Pattern.compile("\\b" + part + " = (\\[[^\\]]*\\]|-?\\d+)").matcher(text(name));
    return matcher.find() ? integers(matcher.group(1)) : new int[0];
  }

  /// Such as `EQ` of `#stablehlo<comparison_direction EQ>`.
  String word(String name) {
    Matcher matcher = WORD.matcher(text(name));
    if (!matcher.matches()) {
      throw new TensorException("StableHLO: " + name + " = " + text(name));
    }
    return matcher.group(1);
  }

  /// Such as `[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]`: what each axis of three values is.
  String[][] places(String name) {
    Matcher matcher = Pattern.compile("\\[([^\\]]*)\\]").matcher(text(name));
    return matcher.results().map(found -> found.group(1).split(", *", -1)).toArray(String[][]::new);
  }

  /// The whole text, of constants.
  String literal(String name) {
    return text(name);
  }

  private static int[] integers(String text) {
    Stream<String> numbers = INTEGER.matcher(text).results().map(found -> found.group());
    try {
      return Arrays.stream(numbers.toArray(String[]::new)).mapToInt(Integer::parseInt).toArray();
    } catch (NumberFormatException e) {
      throw new TensorException("StableHLO: the numbers " + text, e);
    }
  }
}
