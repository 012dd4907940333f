package dev.tendril.forest.export;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// Literals and comments. What stands in a model is not trusted: no name of a column or category
/// can end the literal or the comment that it stands in.
final class Text {
  private static final int WIDTH = 92;

  private Text() {}

  /// Text for a comment of Java or C.
  static String comment(String text) {
    return text.replaceAll("[^ -~]|\\\\", "?").replace("*/", "* /").replace("??", "? ?");
  }

  /// A string literal of Java.
  static String java(String text) {
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> literal.append("\\\"");
        case '\\' -> literal.append("\\\\");
        case '\n' -> literal.append("\\n");
        default -> {
          if (c < ' ') {
            literal.append(String.format(Locale.ROOT, "\\%03o", (int) c));
          } else if (c > '~') {
            literal.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            literal.append(c);
          }
        }
      }
    }
    return literal.append('"').toString();
  }

  /// A string literal of C in UTF-8.
  static String c(String text) {
    StringBuilder literal = new StringBuilder("\"");
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b == '"' || b == '\\' || b == '?') {
        literal.append('\\').append((char) b);
      } else if (b < ' ' || b > '~') {
        literal.append(String.format(Locale.ROOT, "\\%03o", b & 0xff));
      } else {
        literal.append((char) b);
      }
    }
    return literal.append('"').toString();
  }

  /// Elements with commas between, in lines.
  static String list(List<String> elements) {
    StringBuilder text = new StringBuilder();
    int column = 0;
    for (int i = 0; i < elements.size(); i++) {
      String element = elements.get(i) + (i + 1 < elements.size() ? "," : "");
      boolean fits = column + 1 + element.length() <= WIDTH;
      text.append(i == 0 ? "" : fits ? " " : "\n").append(element);
      column = element.length() + (fits ? column + 1 : 0);
    }
    return text.toString();
  }
}
