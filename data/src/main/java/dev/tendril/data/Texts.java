package dev.tendril.data;

import org.jspecify.annotations.Nullable;

/// Text on its way into a structured file, where the empty string stands for a missing value.
final class Texts {
  private Texts() {}

  static String notEmpty(Column column, int row, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      throw new DataException(
          "column \""
              + column.name()
              + "\", row "
              + (row + 1)
              + ": an empty text cannot be written, it would be read as a missing value");
    }
    return text;
  }
}
