package dev.tendril.core.op;

import java.util.Map;
import java.util.TreeMap;

/// An op that is not of the vocabulary: the open door. Whoever registers a [CustomOp] of this name
/// says what it means.
///
/// @param op its name
/// @param attributes what it was made with, in the form of text
public record Custom(String op, Map<String, String> attributes) implements Op {
  public Custom {
    attributes = Map.copyOf(new TreeMap<>(attributes));
  }

  @Override
  public String name() {
    return "custom";
  }
}
