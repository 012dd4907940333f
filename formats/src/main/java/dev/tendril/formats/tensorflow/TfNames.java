package dev.tendril.formats.tensorflow;

import java.util.Map;

/// Names of operators by what they are.
final class TfNames {
  private TfNames() {}

  /// The first name of a kind; empty when there is none.
  static <K> String of(Map<String, K> names, K kind) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().equals(kind))
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst()
        .orElse("");
  }
}
