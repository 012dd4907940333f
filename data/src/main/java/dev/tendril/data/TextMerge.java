package dev.tendril.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Joins the string tables of parts into one. A given vocabulary comes first, in its own order, so
/// that its codes are its indices; strings that it does not know follow and keep their text.
final class TextMerge {
  private final @Nullable Vocabulary known;
  private final boolean anyCase;
  private final List<String> values = new ArrayList<>();
  private final TextTable others = new TextTable();

  private TextMerge(@Nullable Vocabulary known, boolean anyCase) {
    this.known = known;
    this.anyCase = anyCase;
    if (known != null) {
      values.addAll(known.values());
    }
  }

  /// Joins categorical values, which must be as the vocabulary has them.
  static TextMerge ofValues(@Nullable Vocabulary known) {
    return new TextMerge(known, false);
  }

  /// Joins set items. A vocabulary all in lower case, as inference makes it, knows them in any
  /// case.
  static TextMerge ofItems(@Nullable Vocabulary known) {
    boolean anyCase = known != null;
    if (known != null) {
      for (String item : known.values()) {
        anyCase &= item.equals(Tokens.lower(item));
      }
    }
    return new TextMerge(known, anyCase);
  }

  void recode(TextTable part, int[] codes, int from, int to) {
    int[] codeOf = new int[part.values().size() + 1];
    for (int i = 1; i < codeOf.length; i++) {
      codeOf[i] = code(part.values().get(i - 1));
    }
    for (int i = from; i < to; i++) {
      if (codes[i] > 0) {
        codes[i] = codeOf[codes[i]];
      }
    }
  }

  int code(String text) {
    if (known == null) {
      return others.code(text);
    }
    int index = known.index(text);
    if (index == 0 && anyCase) {
      index = known.index(Tokens.lower(text));
    }
    return index > 0 ? index : known.size() - 1 + others.code(text);
  }

  Dictionary dictionary() {
    values.addAll(others.values());
    return new Dictionary(values, known == null ? 0 : known.size() - 1);
  }
}
