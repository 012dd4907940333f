package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.Model;
import dev.tendril.learn.ModelException;
import dev.tendril.learn.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultitaskerTest {
  @TempDir Path folder;

  private static Multitasker plain() {
    return Multitasker.of(
        RandomForest.classification("kind", p -> p.numTrees = 20),
        GradientBoostedTrees.regression("number", p -> p.numTrees = 30));
  }

  @Test
  void everyTaskIsLearnedWithoutTheLabelsOfOthers() {
    MultitaskModel model = plain().train(table(400, 1));
    assertEquals(List.of("x", "y"), model.features());
    for (ForestModel one : model.models()) {
      assertEquals(List.of("x", "y"), one.features());
    }
    Map<String, Evaluation> quality = model.evaluateAll(table(300, 2), o -> o.resamples = 0);
    assertEquals(List.of("kind", "number"), List.copyOf(quality.keySet()));
    assertTrue(of(quality, "kind").accuracy() > 0.85, () -> of(quality, "kind").toText());
    assertTrue(of(quality, "number").r2() > 0.8, () -> of(quality, "number").toText());
    assertEquals("kind", model.task().label());
    assertArrayEquals(
        model.predictAll(table(50, 3)).getFirst().values(), model.predict(table(50, 3)).values());
  }

  /// Without companions each forest is what its learner would have trained.
  @Test
  void primaryForestsAreThoseOfTheirLearners() {
    Frame table = table(200, 1);
    ForestModel alone =
        RandomForest.of(Inputs.classification("kind").withFeatures("x", "y"), p -> p.numTrees = 20)
            .train(table);
    assertEquals(alone.trees(), plain().train(table).model("kind").trees());
  }

  @Test
  void aSecondaryTaskReadsWhatPrimaryOnesPredict() {
    Multitasker tasks =
        Multitasker.of(GradientBoostedTrees.regression("number", p -> p.numTrees = 60))
            .withSecondary(Cart.classification("kind"));
    Frame table = table(600, 1);
    MultitaskModel model = tasks.train(table);
    ForestModel secondary = model.model("kind");
    assertTrue(secondary.features().contains("predicted_number"), secondary::describe);
    assertEquals(List.of("x", "y"), model.features());
    Frame fresh = table(400, 2);
    double accuracy = of(model.evaluateAll(fresh, o -> {}), "kind").accuracy();
    assertTrue(accuracy > 0.85, "accuracy " + accuracy);
    model.save(folder.resolve("secondary"));
    MultitaskModel loaded = MultitaskModel.load(folder.resolve("secondary"));
    assertEquals(model.features(), loaded.features());
    List<Predictions> expected = model.predictAll(fresh);
    List<Predictions> actual = loaded.predictAll(fresh);
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).values(), actual.get(i).values());
    }
  }

  @Test
  void theModelDoesNotDependOnThreads() throws IOException {
    Multitasker tasks =
        Multitasker.of(RandomForest.classification("kind", p -> p.numTrees = 8))
            .withSecondary(RandomForest.regression("number", p -> p.numTrees = 8));
    tasks.train(table(200, 1), o -> o.threads = 1).save(folder.resolve("one"));
    tasks.train(table(200, 1), o -> o.threads = 3).save(folder.resolve("three"));
    try (var files = Files.list(folder.resolve("one"))) {
      for (Path file : files.toList()) {
        byte[] other = Files.readAllBytes(folder.resolve("three").resolve(file.getFileName()));
        assertArrayEquals(Files.readAllBytes(file), other, file.toString());
      }
    }
  }

  @Test
  void theFolderHasTheFormOfYdf() {
    MultitaskModel model = plain().train(table(200, 1));
    Path saved = folder.resolve("model");
    model.save(saved);
    for (String name :
        List.of(
            "multitasker.pb",
            "header.pb",
            "data_spec.pb",
            "done",
            "_0header.pb",
            "_0data_spec.pb",
            "_0random_forest_header.pb",
            "_0nodes-00000-of-00001",
            "_1header.pb",
            "_1gradient_boosted_trees_header.pb",
            "_1done")) {
      assertTrue(Files.isRegularFile(saved.resolve(name)), name);
    }
    Model loaded = Model.load(saved);
    assertTrue(loaded instanceof MultitaskModel);
    assertEquals(model.provenance(), loaded.provenance());
    assertEquals(model.describe(), loaded.describe());
    String message =
        String.valueOf(
            assertThrows(ModelException.class, () -> ForestModel.load(saved)).getMessage());
    assertTrue(message.contains("is a multitasker"), message);
    model.save(saved);
  }

  @Test
  void aFolderWithAMissingPartIsRefused() throws IOException {
    Path saved = folder.resolve("model");
    plain().train(table(100, 1)).save(saved);
    Files.delete(saved.resolve("_1header.pb"));
    String message =
        String.valueOf(assertThrows(ModelException.class, () -> Model.load(saved)).getMessage());
    assertTrue(message.contains("_1header.pb: is missing"), message);
    assertFalse(message.contains("\n"), message);
  }

  @Test
  void wrongTasksAreRefused() {
    Learner<ForestModel> forest = RandomForest.classification("kind");
    assertThrows(
        IllegalArgumentException.class, () -> Multitasker.of(forest).withSecondary(forest));
    Multitasker leaky =
        Multitasker.of(
            forest,
            RandomForest.of(Inputs.regression("number").withFeatures("x", "kind"), p -> {}));
    assertThrows(DataException.class, () -> leaky.train(table(50, 1)));
  }

  private static Evaluation of(Map<String, Evaluation> all, String label) {
    return Objects.requireNonNull(all.get(label));
  }

  private static Frame table(int rows, long seed) {
    Random random = new Random(seed);
    float[] x = new float[rows];
    float[] y = new float[rows];
    float[] number = new float[rows];
    List<@Nullable String> kind = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      x[row] = random.nextFloat();
      y[row] = random.nextFloat();
      number[row] = 10 * x[row] + 10 * y[row];
      kind.add(number[row] > 13 ? "high" : number[row] > 7 ? "middle" : "low");
    }
    return Frame.of(
        NumericalColumn.of("x", x),
        NumericalColumn.of("y", y),
        NumericalColumn.of("number", number),
        CategoricalColumn.of("kind", kind, VocabularyLimits.NONE));
  }
}
