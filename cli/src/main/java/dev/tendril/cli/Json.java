package dev.tendril.cli;

import dev.tendril.learn.History;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.SelectionLog;
import dev.tendril.learn.TuningLog;
import dev.tendril.learn.VariableImportance;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON for programs that call the command.
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new ModelException(
          "the evaluation inside the model is damaged: " + e.getOriginalMessage(), e);
    }
  }

  /// How hyper-parameters and features were found, where they were searched.
  static void history(ObjectNode json, History history) {
    TuningLog tuning = history.tuning();
    if (tuning != null) {
      json.set("tuning", parse(tuning.toJson()));
    }
    SelectionLog selection = history.selection();
    if (selection != null) {
      json.set("selection", parse(selection.toJson()));
    }
  }

  static void importances(ObjectNode json, Map<String, List<VariableImportance>> importances) {
    importances.forEach(
        (measure, list) -> {
          ArrayNode array = json.putArray(measure);
          for (VariableImportance one : list) {
            array.addObject().put("feature", one.feature()).put("importance", one.importance());
          }
        });
  }
}
