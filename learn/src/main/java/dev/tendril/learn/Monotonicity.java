package dev.tendril.learn;

import java.util.Locale;

/// How a prediction has to follow a feature when all others stay as they are: the score that the
/// model is made of, which for two classes is that of the second one.
public enum Monotonicity {
  /// Never falls when the feature rises.
  INCREASING,
  /// Never rises when the feature rises.
  DECREASING;

  /// Parses a name in any case.
  public static Monotonicity parse(String text) {
    for (Monotonicity direction : values()) {
      if (direction.name().equalsIgnoreCase(text.strip())) {
        return direction;
      }
    }
    throw new IllegalArgumentException(
        "unknown monotonicity \"" + text + "\": expected increasing or decreasing");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
