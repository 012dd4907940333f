package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tendril.learn.Model;
import dev.tendril.learn.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is written is read again as it was, and is written again byte for byte.
class RoundTripTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void keepsModels(Golden golden) throws IOException {
    ForestModel model = ForestModel.load(golden.folder());
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    model.save(first);
    ForestModel again = ForestModel.load(first);
    assertEquals(model.forest(), again.forest());
    assertEquals(model.provenance(), again.provenance());
    again.save(second);
    List<String> names = names(first);
    assertEquals(names, names(second));
    for (String name : names) {
      assertArrayEquals(
          Files.readAllBytes(first.resolve(name)), Files.readAllBytes(second.resolve(name)), name);
    }
  }

  @Test
  void keepsProvenanceAndEvaluation() {
    Provenance provenance =
        new Provenance(
            "0.1.0", "random_forest", Map.of("num_trees", "12"), Map.of("label", "y"), 7, "ab", 9);
    ForestModel plain = new RandomForests(3, 60, 3).model("vote");
    ForestModel model =
        ForestModel.of(plain.forest(), provenance, "{ \"accuracy\": 0.5, \"rows\": [1, 2] }");
    model.save(folder.resolve("m"));
    Model again = Model.load(folder.resolve("m"));
    assertEquals(provenance, again.provenance());
    assertEquals("{\"accuracy\":0.5,\"rows\":[1,2]}", ((ForestModel) again).selfEvaluation());
    assertThrows(
        IllegalArgumentException.class,
        () -> ForestModel.of(plain.forest(), provenance, "not JSON"));
  }

  private static List<String> names(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
