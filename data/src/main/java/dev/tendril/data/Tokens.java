package dev.tendril.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Cuts text into the items of a set at blanks, commas and semicolons, the separators of the YDF
/// data specification. Items of an inferred vocabulary are in lower case, as that specification's
/// tokenizer has them.
final class Tokens {
  private Tokens() {}

  static boolean isSeparator(char c) {
    return c == ' ' || c == ';' || c == ',';
  }

  /// Whether the text has more than one item.
  static boolean several(char[] text, int offset, int length) {
    int tokens = 0;
    boolean inside = false;
    for (int i = offset; i < offset + length; i++) {
      boolean separator = isSeparator(text[i]);
      if (!separator && !inside && ++tokens == 2) {
        return true;
      }
      inside = !separator;
    }
    return false;
  }

  static List<String> of(String text) {
    List<String> tokens = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || isSeparator(text.charAt(i))) {
        if (i > begin) {
          tokens.add(text.substring(begin, i));
        }
        begin = i + 1;
      }
    }
    return tokens;
  }

  static String lower(String token) {
    return token.toLowerCase(Locale.ROOT);
  }

  /// Whether the item would come back as it is when written among others and cut again.
  static boolean isPlain(String token) {
    return !token.isEmpty() && of(token).size() == 1 && of(token).getFirst().equals(token);
  }
}
