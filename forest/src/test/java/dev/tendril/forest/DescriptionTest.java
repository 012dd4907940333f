package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.forest.tree.Forest.Importance;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DescriptionTest {
  @Test
  void computesTheImportancesThatYdfComputes() {
    for (Golden golden :
        List.of(Golden.PENGUINS_ENGINE, Golden.IRIS_GBT, Golden.ABALONE_RF, Golden.ADULT_RF)) {
      ForestModel model = ForestModel.load(golden.folder());
      Map<String, List<Importance>> ours = StructuralImportances.of(model.forest());
      ours.forEach(
          (name, list) -> {
            List<Importance> theirs = model.forest().importances().getOrDefault(name, List.of());
            for (Importance importance : theirs) {
              double found =
                  list.stream()
                      .filter(at -> at.attribute() == importance.attribute())
                      .mapToDouble(Importance::importance)
                      .findFirst()
                      .orElse(0);
              assertEquals(
                  importance.importance(),
                  found,
                  1e-5 * Math.abs(importance.importance()),
                  golden + " " + name);
            }
          });
    }
  }

  @Test
  void tellsWhatTheModelIs() {
    ForestModel model = ForestModel.load(Golden.PENGUINS_ENGINE.folder());
    String text = model.describe();
    for (String part :
        List.of(
            "Model: random_forest",
            "Label: species",
            "Classes: Adelie, Gentoo, Chinstrap",
            "island             categorical, 3 values",
            "1. bill_length_mm        770.000000 ################",
            "Trees: 300",
            "Nodes: 5036",
            "trees 300  out-of-bag loss 0.0737789  metric 0.979651",
            "First tree:")) {
      assertTrue(text.contains(part), () -> "lacks \"" + part + "\":\n" + text);
    }
    assertTrue(model.treeText(0).contains("island in {"), model.treeText(0));
  }
}
