package dev.tendril.core.graph;

/// Cuts the text of a graph into tokens, one ahead of its reader.
final class GraphLexer {
  /// What a token is.
  enum Kind {
    NAME,
    /// In quotes, which `text` is without.
    STRING,
    NUMBER,
    /// A mark: `->` or one character.
    MARK,
    END
  }

  /// @param line from 1
  /// @param column from 1
  /// @param joined whether it follows the token before without anything between
  /// @param fresh whether it is the first of its line
  record Token(Kind kind, String text, int line, int column, boolean joined, boolean fresh) {
    boolean is(String mark) {
      return kind == Kind.MARK && text.equals(mark);
    }

    boolean isName(String name) {
      return kind == Kind.NAME && text.equals(name);
    }

    GraphSyntaxException error(String message) {
      return new GraphSyntaxException(line, column, message);
    }

    /// The token as messages quote it.
    String shown() {
      String cut = text.length() > 40 ? text.substring(0, 40) + "..." : text;
      return switch (kind) {
        case END -> "the end of the text";
        case STRING -> "the string \"" + cut + "\"";
        case NAME, NUMBER, MARK -> "'" + cut + "'";
      };
    }
  }

  private final String text;
  private int position;
  private int line = 1;
  private int lineStart;
  private Token next;

  GraphLexer(String text) {
    this.text = text;
    this.next = read(true);
  }

  Token peek() {
    return next;
  }

  Token take() {
    Token taken = next;
    if (taken.kind() != Kind.END) {
      next = read(false);
    }
    return taken;
  }

  /// Takes a mark.
  ///
  /// @param where what it belongs to, for the message
  Token take(String mark, String where) {
    if (!next.is(mark)) {
      throw next.error(next.shown() + " in " + where + "; expected '" + mark + "'");
    }
    return take();
  }

  /// Takes a mark if it comes next.
  boolean skip(String mark) {
    boolean there = next.is(mark);
    if (there) {
      take();
    }
    return there;
  }

  private Token read(boolean first) {
    int before = position;
    boolean fresh = skipBlanks() || first;
    int start = position;
    int column = start - lineStart + 1;
    boolean joined = start == before && !first;
    if (start == text.length()) {
      return new Token(Kind.END, "", line, column, joined, fresh);
    }
    char c = text.charAt(start);
    if (c == '"') {
      int atLine = line;
      return new Token(Kind.STRING, string(column), atLine, column, joined, fresh);
    }
    Kind kind;
    if (startsName(c)) {
      kind = Kind.NAME;
      position = end(start);
    } else if (startsNumber(start)) {
      kind = Kind.NUMBER;
      position = numberEnd(start);
    } else {
      kind = Kind.MARK;
      position += text.startsWith("->", start) ? 2 : Character.charCount(text.codePointAt(start));
    }
    return new Token(kind, text.substring(start, position), line, column, joined, fresh);
  }

  /// Skips white space and comments; whether a line ended.
  private boolean skipBlanks() {
    boolean ended = false;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '\n') {
        position++;
        line++;
        lineStart = position;
        ended = true;
      } else if (c == '#') {
        int end = text.indexOf('\n', position);
        position = end < 0 ? text.length() : end;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        position++;
      } else {
        break;
      }
    }
    return ended;
  }

  private String string(int column) {
    int begin = line;
    StringBuilder value = new StringBuilder();
    for (position++; position < text.length(); position++) {
      char c = text.charAt(position);
      if (c == '"') {
        position++;
        return value.toString();
      }
      if (c == '\n') {
        break;
      }
      if (c == '\\' && position + 1 < text.length()) {
        position++;
        value.append(escaped(text.charAt(position)));
      } else {
        value.append(c);
      }
    }
    throw new GraphSyntaxException(begin, column, "a string that does not end on its line");
  }

  private char escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '"', '\\' -> c;
      default ->
          throw new GraphSyntaxException(
              line,
              position - lineStart + 1,
              "\\" + c + " in a string; expected \\n, \\r, \\t, \\\" or \\\\");
    };
  }

  private static boolean startsName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean inName(char c) {
    return startsName(c) || isDigit(c) || c == '.' || c == '/';
  }

  private int end(int start) {
    int end = start;
    while (end < text.length() && inName(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private boolean startsNumber(int at) {
    char c = text.charAt(at);
    if (c == '-' || c == '+') {
      return at + 1 < text.length() && inName(text.charAt(at + 1));
    }
    return isDigit(c) || c == '.';
  }

  private int numberEnd(int start) {
    int end = start + 1;
    while (end < text.length() && (inName(text.charAt(end)) || isSign(end))) {
      end++;
    }
    return end;
  }

  /// Whether the sign of an exponent is there.
  private boolean isSign(int at) {
    char before = text.charAt(at - 1);
    return (text.charAt(at) == '-' || text.charAt(at) == '+') && (before == 'e' || before == 'E');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// A name as it is written: in quotes where it does not look like one.
  static String quoteName(String name) {
    boolean plain = !name.isEmpty() && startsName(name.charAt(0));
    for (int i = 0; i < name.length() && plain; i++) {
      plain = inName(name.charAt(i));
    }
    return plain ? name : quote(name);
  }

  static String quote(String value) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '"', '\\' -> text.append('\\').append(c);
        default -> text.append(c);
      }
    }
    return text.append('"').toString();
  }
}
