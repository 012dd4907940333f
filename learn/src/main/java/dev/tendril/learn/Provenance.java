package dev.tendril.learn;

import java.util.Map;

/// Where a model comes from: enough to train it again and get the same bytes.
///
/// @param tendril the version of Tendril, or the name of the other software that wrote the model
/// @param learner the learner's name
/// @param hyperparameters every hyper-parameter with its value, in the order of declaration
/// @param inputs label, features, weights and further roles of columns
/// @param seed the seed of everything that was drawn
/// @param dataFingerprint SHA-256 over names, semantics and values of the training columns
/// @param rows the number of training rows
public record Provenance(
    String tendril,
    String learner,
    Map<String, String> hyperparameters,
    Map<String, String> inputs,
    long seed,
    String dataFingerprint,
    long rows) {

  /// Of a model that says nothing about its origin.
  public static final Provenance UNKNOWN =
      new Provenance("unknown", "unknown", Map.of(), Map.of(), 0, "", 0);
}
