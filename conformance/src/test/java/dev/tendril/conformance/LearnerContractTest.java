package dev.tendril.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.learn.Hyperparameters;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.Model;
import dev.tendril.learn.Predictions;
import dev.tendril.learn.TrainOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What every learner promises, checked on every learner that announces itself: also on those of
/// other people, when they are on the path.
class LearnerContractTest {
  private static final int ROWS = 400;

  @TempDir Path folder;

  static Stream<Arguments> learners() {
    return LearnerProvider.all().stream()
        .flatMap(
            provider ->
                Stream.of(
                    Arguments.of(provider.name(), "classification"),
                    Arguments.of(provider.name(), "regression")));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("learners")
  void sameDataAndSeedGiveTheSameBytes(String name, String task) {
    Frame table = table(1);
    Learner<?> learner = learner(name, task);
    Map<String, byte[]> first = bytes(learner.train(table, o -> o.threads = 1), "first");
    Map<String, byte[]> second = bytes(learner.train(table, o -> o.threads = 3), "second");
    assertEquals(first.keySet(), second.keySet());
    first.forEach((file, content) -> assertArrayEquals(content, second.get(file), file));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("learners")
  void trainingLeavesTheTableAlone(String name, String task) {
    Frame table = table(2);
    String before = table.fingerprint();
    learner(name, task).train(table);
    assertEquals(before, table.fingerprint());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("learners")
  void aSavedModelPredictsTheSame(String name, String task) {
    Frame table = table(3);
    Model model = learner(name, task).train(table);
    model.save(folder.resolve("model"));
    Model loaded = Model.load(folder.resolve("model"));
    assertEquals(model.name(), loaded.name());
    assertEquals(model.task(), loaded.task());
    assertEquals(model.features(), loaded.features());
    assertEquals(model.classes(), loaded.classes());
    assertEquals(model.provenance(), loaded.provenance());
    assertArrayEquals(model.predict(table).values(), loaded.predict(table).values());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("learners")
  void itLearnsWhatIsThere(String name, String task) {
    Model model = learner(name, task).train(table(4));
    Frame fresh = table(5);
    if (task.equals("classification")) {
      double accuracy = model.evaluate(fresh).accuracy();
      assertTrue(accuracy > 0.85, "accuracy " + accuracy);
    } else {
      double r2 = model.evaluate(fresh).r2();
      assertTrue(r2 > 0.7, "R² " + r2);
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("learners")
  void probabilitiesSumToOne(String name, String task) {
    Frame table = table(6);
    Predictions predictions = learner(name, task).train(table).predict(table);
    assertEquals(ROWS, predictions.rows());
    for (int row = 0; row < predictions.rows() && task.equals("classification"); row++) {
      float sum = 0;
      for (int c = 0; c < predictions.classes().size(); c++) {
        sum += predictions.probability(row, c);
      }
      assertEquals(1, sum, 1e-4);
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("learners")
  void everyMissingColumnIsNamed(String name, String task) {
    Frame table = table(7);
    Model model = learner(name, task).train(table);
    String message =
        assertThrows(DataException.class, () -> model.predict(table.drop("x", "color")))
            .getMessage();
    assertTrue(message.contains("x") && message.contains("color"), message);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("learners")
  void anUnknownCategoryIsNoError(String name, String task) {
    Frame table = table(8);
    Model model = learner(name, task).train(table);
    List<@Nullable String> unknown = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      unknown.add("never seen");
    }
    Column strange = CategoricalColumn.of("color", unknown, VocabularyLimits.NONE);
    assertEquals(ROWS, model.predict(table.with(strange)).rows());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("learners")
  void aLabelWithGapsIsRefused(String name, String task) {
    float[] gaps = ((NumericalColumn) table(9).column("number")).values().clone();
    gaps[17] = Float.NaN;
    Frame table = table(9).with(NumericalColumn.of("number", gaps));
    Learner<?> learner = learner(name, "regression");
    String message = assertThrows(DataException.class, () -> learner.train(table)).getMessage();
    assertTrue(message.contains("number") && message.contains("row 18"), task + ": " + message);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("learners")
  void progressEndsWithAllThatWasPlannedOrEarlier(String name, String task) {
    List<TrainOptions.Progress> heard = new ArrayList<>();
    learner(name, task).train(table(10), o -> o.progress = heard::add);
    assertTrue(!heard.isEmpty() && heard.getLast().done() <= heard.getLast().total());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("learners")
  void validationRowsMayBeGiven(String name, String task) {
    Model model = learner(name, task).train(table(11), o -> o.validation = table(12));
    assertEquals(ROWS, model.predict(table(13)).rows());
  }

  private static Learner<?> learner(String name, String task) {
    LearnerProvider provider =
        LearnerProvider.all().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    Hyperparameters hyperparameters = provider.hyperparameters();
    if (hyperparameters.values().containsKey("num_trees")) {
      hyperparameters.set("num_trees", "30");
    }
    Inputs inputs =
        task.equals("classification")
            ? Inputs.classification("kind").withFeatures("x", "y", "color")
            : Inputs.regression("number").withFeatures("x", "y", "color");
    return provider.learner(inputs, hyperparameters);
  }

  private static Frame table(long seed) {
    Random random = new Random(seed);
    float[] x = new float[ROWS];
    float[] y = new float[ROWS];
    float[] number = new float[ROWS];
    List<@Nullable String> color = new ArrayList<>();
    List<@Nullable String> kind = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      x[row] = random.nextFloat();
      y[row] = row % 11 == 0 ? Float.NaN : random.nextFloat();
      int hue = random.nextInt(3);
      color.add(hue == 0 ? "red" : hue == 1 ? "green" : "blue");
      number[row] = 10 * x[row] + 5 * hue;
      kind.add(x[row] + hue > 1.5 ? "high" : x[row] + hue > 0.7 ? "middle" : "low");
    }
    return Frame.of(
        NumericalColumn.of("x", x),
        NumericalColumn.of("y", y),
        CategoricalColumn.of("color", color, VocabularyLimits.DEFAULT),
        NumericalColumn.of("number", number),
        CategoricalColumn.of("kind", kind, VocabularyLimits.DEFAULT));
  }

  private Map<String, byte[]> bytes(Model model, String name) {
    Path target = folder.resolve(name);
    model.save(target);
    try (Stream<Path> files = Files.list(target)) {
      return files.collect(
          Collectors.toMap(
              file -> file.getFileName().toString(),
              LearnerContractTest::read,
              (a, _) -> a,
              TreeMap::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
