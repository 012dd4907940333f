package dev.tendril.data;

import java.util.List;

/// A value as JSON lines and TFRecord files hold it, before a column gives it a meaning.
sealed interface Cell {
  /// No value: null, an absent key, an empty feature.
  enum None implements Cell {
    NONE
  }

  record Flag(boolean value) implements Cell {}

  /// @param text the number as text, by which it is known when the column turns out categorical
  record Numeric(float value, String text) implements Cell {}

  record Text(String value) implements Cell {}

  record Numbers(float[] values) implements Cell {}

  record Texts(List<String> values) implements Cell {}

  /// @param length the length of every vector, 0 when there is none
  record Vectors(int length, float[] values) implements Cell {}

  /// How an error message shows the value.
  default String shown() {
    return switch (this) {
      case None _ -> "null";
      case Flag(boolean value) -> String.valueOf(value);
      case Numeric(_, String text) -> text;
      case Text(String value) -> Shown.quoted(value);
      case Numbers(float[] values) -> "a list of " + values.length + " numbers";
      case Texts(List<String> values) -> "a list of " + values.size() + " strings";
      case Vectors(int length, _) -> "a list of vectors of length " + length;
    };
  }
}
