package dev.tendril.forest.ydf;

import dev.tendril.forest.tree.Forest.LogEntry;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.Provenance;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What our models keep beside the files of YDF: `tendril.json`, with the provenance, the training
/// log and the evaluation of training. Other readers ignore it.
///
/// @param selfEvaluation as JSON; null when there is none
record TendrilJson(Provenance provenance, List<LogEntry> log, @Nullable String selfEvaluation) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORMAT = 1;

  /// Null when the model has none.
  static @Nullable TendrilJson read(YdfFiles files) {
    if (!files.has(YdfFiles.TENDRIL)) {
      return null;
    }
    Path file = files.file(YdfFiles.TENDRIL);
    JsonNode root;
    try {
      root = JSON.readTree(files.bytes(YdfFiles.TENDRIL));
    } catch (JacksonException e) {
      long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      throw ModelException.damaged(file, at, "is not JSON: " + line(e.getOriginalMessage()));
    }
    int format = root.path("format").asInt(-1);
    if (format != FORMAT) {
      throw new ModelException(
          file + ": has format " + format + "; expected " + FORMAT + ", or a newer Tendril");
    }
    List<LogEntry> log = new ArrayList<>();
    for (JsonNode entry : root.path("log")) {
      log.add(
          new LogEntry(
              entry.path("trees").asInt(0),
              number(entry, "training_loss"),
              number(entry, "validation_loss"),
              number(entry, "metric")));
    }
    JsonNode evaluation = root.path("self_evaluation");
    return new TendrilJson(
        new Provenance(
            root.path("tendril").asString(""),
            root.path("learner").asString(""),
            strings(root.path("hyperparameters")),
            strings(root.path("inputs")),
            root.path("seed").asLong(0),
            root.path("data_fingerprint").asString(""),
            root.path("rows").asLong(0)),
        log,
        evaluation.isMissingNode() || evaluation.isNull() ? null : evaluation.toString());
  }

  private static String line(@Nullable String message) {
    return message == null ? "" : message.lines().findFirst().orElse("");
  }

  private static float number(JsonNode entry, String key) {
    return (float) entry.path(key).asDouble(Double.NaN);
  }

  private static Map<String, String> strings(JsonNode object) {
    Map<String, String> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      map.put(entry.getKey(), entry.getValue().asString(""));
    }
    return map;
  }

  byte[] bytes() {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    root.put("tendril", provenance.tendril());
    root.put("learner", provenance.learner());
    strings(root.putObject("hyperparameters"), provenance.hyperparameters());
    strings(root.putObject("inputs"), provenance.inputs());
    root.put("seed", provenance.seed());
    root.put("data_fingerprint", provenance.dataFingerprint());
    root.put("rows", provenance.rows());
    ArrayNode entries = root.putArray("log");
    for (LogEntry entry : log) {
      ObjectNode node = entries.addObject();
      node.put("trees", entry.trees());
      number(node, "training_loss", entry.trainingLoss());
      number(node, "validation_loss", entry.validationLoss());
      number(node, "metric", entry.metric());
    }
    if (selfEvaluation != null) {
      try {
        root.set("self_evaluation", JSON.readTree(selfEvaluation));
      } catch (JacksonException e) {
        throw new IllegalArgumentException(
            "the evaluation of a model must be JSON: " + line(e.getOriginalMessage()), e);
      }
    }
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    return (text.replace("\r\n", "\n") + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void strings(ObjectNode object, Map<String, String> map) {
    map.forEach(object::put);
  }

  private static void number(ObjectNode object, String key, float value) {
    if (Float.isFinite(value)) {
      object.put(key, value);
    }
  }
}
