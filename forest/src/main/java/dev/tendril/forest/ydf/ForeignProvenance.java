package dev.tendril.forest.ydf;

import dev.tendril.data.Schema;
import dev.tendril.forest.ydf.proto.HyperparameterProto;
import dev.tendril.forest.ydf.proto.ModelProto;
import dev.tendril.learn.Provenance;
import dev.tendril.learn.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The origin of a model that other software wrote, as far as its header tells.
final class ForeignProvenance {
  private ForeignProvenance() {}

  static Provenance of(ModelProto header, Schema schema, Task task, List<Integer> features) {
    Map<String, String> hyperparameters = new LinkedHashMap<>();
    for (HyperparameterProto field : header.getHyperparameterLogs().getBest().getFieldsList()) {
      hyperparameters.put(field.getName(), HistoryMessages.text(field.getValue()));
    }
    Map<String, String> inputs = new LinkedHashMap<>();
    String label = task.label();
    if (label != null) {
      inputs.put("label", label);
    }
    inputs.put(
        "features",
        String.join(", ", features.stream().map(at -> schema.field(at).name()).toList()));
    int weights = header.hasWeights() ? header.getWeights().getAttributeIdx() : -1;
    if (weights >= 0 && weights < schema.size()) {
      inputs.put("weights", schema.field(weights).name());
    }
    String framework = header.getMetadata().getFramework();
    return new Provenance(
        framework.isEmpty() ? "YDF" : framework,
        header.getName().toLowerCase(Locale.ROOT),
        hyperparameters,
        inputs,
        0,
        "",
        schema.size() == 0 ? 0 : schema.field(0).rows());
  }
}
