package dev.tendril.learn;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
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

  /// The file of a model folder that holds the provenance.
  public static final String FILE = "tendril.json";

  /// Of a model that says nothing about its origin.
  public static final Provenance UNKNOWN =
      new Provenance("unknown", "unknown", Map.of(), Map.of(), 0, "", 0);

  /// Maps keep their order, so that equal models are equal files.
  public Provenance {
    hyperparameters = Collections.unmodifiableMap(new LinkedHashMap<>(hyperparameters));
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
  }

  /// Writes [#FILE] into a folder. It holds nothing that changes between equal runs.
  ///
  /// @throws ModelException when it cannot be written
  public void write(Path folder) {
    ProvenanceJson.write(this, folder.resolve(FILE));
  }

  /// Reads [#FILE] of a folder. Keys that are not known are skipped; those that are missing are as
  /// in [#UNKNOWN], and so is everything where there is no such file.
  ///
  /// @throws ModelException when the file is damaged; the message names the byte or the key
  public static Provenance read(Path folder) {
    return ProvenanceJson.read(folder.resolve(FILE));
  }

  /// The content of [#FILE].
  public byte[] toJson() {
    return ProvenanceJson.bytes(this);
  }

  /// Reads the content of [#FILE], as [#read] does.
  ///
  /// @param place what a message names as the file
  /// @throws ModelException when it is damaged
  public static Provenance ofJson(byte[] json, Path place) {
    return ProvenanceJson.parse(json, place);
  }
}
