package dev.tendril.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceTest {
  @TempDir Path folder = Path.of("");

  private static Provenance provenance() {
    Map<String, String> hyperparameters = new LinkedHashMap<>();
    for (String name : List.of("num_trees", "max_depth", "a", "z", "honest")) {
      hyperparameters.put(name, "\"" + name + "\"\n");
    }
    return new Provenance(
        "0.1.0",
        "random_forest",
        hyperparameters,
        Inputs.classification("species").withClassWeights(Map.of("a", 2.0, "b", 0.5)).describe(),
        Long.MIN_VALUE,
        "ab12",
        344);
  }

  @Test
  void survivesTheDisk() throws IOException {
    provenance().write(folder);
    byte[] first = Files.readAllBytes(folder.resolve(Provenance.FILE));
    Provenance read = Provenance.read(folder);
    assertEquals(provenance(), read);
    assertEquals(
        List.copyOf(provenance().hyperparameters().keySet()),
        List.copyOf(read.hyperparameters().keySet()));
    read.write(folder);
    assertArrayEquals(first, Files.readAllBytes(folder.resolve(Provenance.FILE)));
  }

  @Test
  void rolesHaveOneOrder() {
    assertEquals(
        List.of("task", "label", "class_weight.a", "class_weight.b"),
        List.copyOf(provenance().inputs().keySet()));
    assertEquals(
        Map.of("task", "survival", "label", "age", "event_observed", "died", "weights", "w"),
        new Inputs(new Task.Survival("age", null, "died")).withWeights("w").describe());
    assertEquals(
        Map.of(
            "task",
            "regression",
            "label",
            "price",
            "monotonic.area",
            "increasing",
            "monotonic.age",
            "decreasing"),
        Inputs.regression("price")
            .withMonotonic("area", Monotonicity.INCREASING)
            .withMonotonic("age", Monotonicity.parse(" Decreasing"))
            .withFeatures("area", "age")
            .describe());
  }

  @Test
  void toleratesMoreAndLess() throws IOException {
    assertEquals(Provenance.UNKNOWN, Provenance.read(folder));
    Files.writeString(folder.resolve(Provenance.FILE), "{\"seed\": 7, \"mood\": [1, {}]}");
    assertEquals(7, Provenance.read(folder).seed());
    assertEquals("unknown", Provenance.read(folder).learner());
  }

  @Test
  void namesThePlaceOfDamage() throws IOException {
    Path file = folder.resolve(Provenance.FILE);
    assertDamage("{\"seed\": 7,, }", file + ": byte 11: damaged JSON: ");
    assertDamage("{\"seed\": 7", file + ": byte 10: damaged JSON: ");
    assertDamage("", file + ": ");
    assertDamage("[]", file + ": expected a JSON object");
    assertDamage("{\"seed\": \"7\"}", file + ": \"seed\" is \"7\": expected a whole number");
    assertDamage("{\"seed\": 99999999999999999999}", file + ": \"seed\" is 9999");
    assertDamage("{\"learner\": 7}", file + ": \"learner\" is 7: expected a string");
    assertDamage("{\"inputs\": {\"label\": 7}}", file + ": \"label\" is 7: expected a string");
    assertDamage("{\"inputs\": 7}", file + ": \"inputs\" is 7: expected an object");
    assertDamage("[".repeat(5000), file + ": byte ");
  }

  private void assertDamage(String json, String expected) throws IOException {
    Files.writeString(folder.resolve(Provenance.FILE), json);
    String message = TestFrames.message(ModelException.class, () -> Provenance.read(folder));
    assertTrue(message.startsWith(expected), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void illegalClassWeight() {
    assertEquals(
        "the weight of class \"a\" cannot be -1.0: expected at least 0",
        TestFrames.message(
            IllegalArgumentException.class,
            () -> Inputs.classification("y").withClassWeights(Map.of("a", -1.0))));
  }
}
