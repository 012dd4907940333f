package dev.tendril.data;

import java.util.Locale;

/// What the values of a column mean to a learner. The set is that of the YDF data specification, so
/// that schemas travel in both directions without loss.
public enum Semantic {
  /// A number with an order and a distance; 32-bit float, NaN when missing.
  NUMERICAL,
  /// One of a finite set of values without an order.
  CATEGORICAL,
  /// A set of categorical values, such as the words of a sentence; may be empty, which is not
  /// missing.
  CATEGORICAL_SET,
  /// True or false.
  BOOLEAN,
  /// Free text; carried along, never learned from.
  TEXT,
  /// An identifier of which only equality matters, such as the query of a ranking example.
  HASH,
  /// A number that is kept as the index of the bin that it falls in.
  DISCRETIZED_NUMERICAL,
  /// A sequence, of any length, of vectors of one length.
  NUMERICAL_VECTOR_SEQUENCE;

  /// Parses a name in any case, with `-` or `_` between words.
  public static Semantic parse(String text) {
    String wanted = text.strip().toUpperCase(Locale.ROOT).replace('-', '_');
    for (Semantic semantic : values()) {
      if (semantic.name().equals(wanted)) {
        return semantic;
      }
    }
    throw new IllegalArgumentException(
        "unknown column semantic \"" + text + "\": expected one of " + names());
  }

  private static String names() {
    StringBuilder names = new StringBuilder();
    for (Semantic semantic : values()) {
      names.append(names.isEmpty() ? "" : ", ").append(semantic.name().toLowerCase(Locale.ROOT));
    }
    return names.toString();
  }
}
