package dev.tendril.forest.ydf;

import dev.tendril.forest.tree.Forest.LogEntry;
import dev.tendril.forest.ydf.HistoryMessages.HistoryMetrics;
import dev.tendril.learn.History;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.SelectionLog;
import dev.tendril.learn.TuningLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What our models keep beside the files of YDF, in the file of the provenance: under keys of their
/// own also the training log and the evaluation of training. Other readers ignore it.
///
/// @param selfEvaluation as JSON; null when there is none
/// @param metrics by which hyper-parameters and features were found
record TendrilJson(
    Provenance provenance,
    List<LogEntry> log,
    @Nullable String selfEvaluation,
    HistoryMetrics metrics) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LOG = "training_log";
  private static final String SELF_EVALUATION = "self_evaluation";
  private static final String HISTORY = "history";

  /// Null when the model has none.
  static @Nullable TendrilJson read(YdfFiles files) {
    if (!files.has(Provenance.FILE)) {
      return null;
    }
    Path file = files.file(Provenance.FILE);
    byte[] bytes = files.bytes(Provenance.FILE);
    Provenance provenance = Provenance.ofJson(bytes, file);
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (JacksonException _) {
      throw new ModelException(file + ": is not JSON");
    }
    List<LogEntry> log = new ArrayList<>();
    for (JsonNode entry : root.path(LOG)) {
      log.add(
          new LogEntry(
              entry.path("trees").asInt(0),
              number(entry, "training_loss"),
              number(entry, "validation_loss"),
              number(entry, "metric")));
    }
    JsonNode evaluation = root.path(SELF_EVALUATION);
    return new TendrilJson(
        provenance,
        log,
        evaluation.isMissingNode() || evaluation.isNull() ? null : evaluation.toString(),
        new HistoryMetrics(
            root.path(HISTORY).path("tuning_metric").asString(""),
            root.path(HISTORY).path("tuning_scoring").asString(""),
            root.path(HISTORY).path("selection_metric").asString("")));
  }

  static HistoryMetrics metrics(History history) {
    TuningLog tuning = history.tuning();
    SelectionLog selection = history.selection();
    return new HistoryMetrics(
        tuning == null ? "" : tuning.metric(),
        tuning == null ? "" : tuning.scoring(),
        selection == null ? "" : selection.metric());
  }

  private static float number(JsonNode entry, String key) {
    return (float) entry.path(key).asDouble(Double.NaN);
  }

  byte[] bytes() {
    byte[] bytes = provenance.toJson();
    if (log.isEmpty() && selfEvaluation == null && metrics.equals(HistoryMetrics.UNKNOWN)) {
      return bytes;
    }
    ObjectNode root = (ObjectNode) JSON.readTree(bytes);
    ArrayNode entries = root.putArray(LOG);
    for (LogEntry entry : log) {
      ObjectNode node = entries.addObject();
      node.put("trees", entry.trees());
      number(node, "training_loss", entry.trainingLoss());
      number(node, "validation_loss", entry.validationLoss());
      number(node, "metric", entry.metric());
    }
    if (selfEvaluation != null) {
      root.set(SELF_EVALUATION, JSON.readTree(selfEvaluation));
    }
    if (!metrics.equals(HistoryMetrics.UNKNOWN)) {
      root.putObject(HISTORY)
          .put("tuning_metric", metrics.tuning())
          .put("tuning_scoring", metrics.scoring())
          .put("selection_metric", metrics.selection());
    }
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    return (text.replace("\r\n", "\n") + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void number(ObjectNode object, String key, float value) {
    if (Float.isFinite(value)) {
      object.put(key, value);
    }
  }
}
