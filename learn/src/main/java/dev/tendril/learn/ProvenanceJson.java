package dev.tendril.learn;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The JSON form of a [Provenance].
final class ProvenanceJson {
  /// Far more than the hyper-parameters and column names of any table take.
  private static final int MOST_BYTES = 16 << 20;

  private ProvenanceJson() {}

  static void write(Provenance provenance, Path file) {
    try {
      Files.write(file, bytes(provenance));
    } catch (IOException e) {
      throw new ModelException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  static byte[] bytes(Provenance provenance) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("tendril", provenance.tendril());
    json.put("learner", provenance.learner());
    ObjectNode hyperparameters = json.putObject("hyperparameters");
    provenance.hyperparameters().forEach(hyperparameters::put);
    ObjectNode inputs = json.putObject("inputs");
    provenance.inputs().forEach(inputs::put);
    json.put("seed", provenance.seed());
    json.put("data_fingerprint", provenance.dataFingerprint());
    json.put("rows", provenance.rows());
    return (EvaluationJson.text(json) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static Provenance read(Path file) {
    if (!Files.exists(file)) {
      return Provenance.UNKNOWN;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return parse(in.readNBytes(MOST_BYTES + 1), file);
    } catch (IOException e) {
      throw new ModelException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  static Provenance parse(byte[] bytes, Path file) {
    JsonNode json = tree(bytes, file);
    if (!json.isObject()) {
      throw new ModelException(file + ": expected a JSON object");
    }
    Provenance unknown = Provenance.UNKNOWN;
    return new Provenance(
        text(file, json, "tendril", unknown.tendril()),
        text(file, json, "learner", unknown.learner()),
        texts(file, json, "hyperparameters"),
        texts(file, json, "inputs"),
        whole(file, json, "seed"),
        text(file, json, "data_fingerprint", unknown.dataFingerprint()),
        whole(file, json, "rows"));
  }

  private static JsonNode tree(byte[] bytes, Path file) {
    if (bytes.length > MOST_BYTES) {
      throw new ModelException(file + ": is larger than the " + MOST_BYTES + " bytes allowed");
    }
    try {
      return new JsonMapper().readTree(bytes);
    } catch (JacksonException e) {
      throw ModelException.damaged(
          file,
          e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset()),
          "damaged JSON: " + e.getOriginalMessage());
    }
  }

  private static String text(Path file, JsonNode json, String key, String missing) {
    JsonNode value = json.get(key);
    if (value == null) {
      return missing;
    }
    if (!value.isString()) {
      throw wrong(file, key, value, "a string");
    }
    return value.stringValue();
  }

  private static long whole(Path file, JsonNode json, String key) {
    JsonNode value = json.get(key);
    if (value == null) {
      return 0;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(file, key, value, "a whole number of at most 64 bits");
    }
    return value.longValue();
  }

  private static Map<String, String> texts(Path file, JsonNode json, String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    JsonNode value = json.get(key);
    if (value == null) {
      return texts;
    }
    if (!value.isObject()) {
      throw wrong(file, key, value, "an object");
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      texts.put(entry.getKey(), text(file, value, entry.getKey(), ""));
    }
    return texts;
  }

  private static ModelException wrong(Path file, String key, JsonNode value, String expected) {
    String shown = value.toString();
    return new ModelException(
        file
            + ": \""
            + key
            + "\" is "
            + (shown.length() > 40 ? shown.substring(0, 40) + "…" : shown)
            + ": expected "
            + expected);
  }
}
