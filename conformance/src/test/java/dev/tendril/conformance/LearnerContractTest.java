package dev.tendril.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DataException;
import dev.tendril.data.Frame;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.VocabularyLimits;
import dev.tendril.learn.Evaluation;
import dev.tendril.learn.Hyperparameters;
import dev.tendril.learn.Inputs;
import dev.tendril.learn.Learner;
import dev.tendril.learn.LearnerProvider;
import dev.tendril.learn.Model;
import dev.tendril.learn.Predictions;
import dev.tendril.learn.Task;
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
            provider -> provider.tasks().stream().map(task -> Arguments.of(provider.name(), task)));
  }

  static Stream<Arguments> regressions() {
    return learners().filter(both -> both.get()[1].equals("regression"));
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
    Evaluation evaluation = model.evaluate(fresh, options -> options.resamples = 0);
    String metric =
        switch (task) {
          case "classification" -> "accuracy";
          case "regression" -> "r2";
          case "ranking" -> "ndcg@5";
          case "categorical_uplift", "numerical_uplift" -> "qini";
          case "anomaly_detection" -> "auc";
          case "survival" -> "concordance";
          default -> throw new AssertionError(task);
        };
    double bar =
        switch (task) {
          case "regression" -> 0.7;
          case "categorical_uplift" -> 0.03;
          case "numerical_uplift" -> 0.3;
          default -> 0.85;
        };
    double value = evaluation.metric(metric).value();
    assertTrue(value > bar, metric + " " + value);
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
  @MethodSource("regressions")
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
    Task asked =
        switch (task) {
          case "classification" -> new Task.Classification("kind");
          case "regression" -> new Task.Regression("number");
          case "ranking" -> new Task.Ranking("grade", "query");
          case "categorical_uplift" -> new Task.CategoricalUplift("bought", "treated");
          case "numerical_uplift" -> new Task.NumericalUplift("spent", "treated");
          case "anomaly_detection" -> new Task.AnomalyDetection("odd");
          case "survival" -> new Task.Survival("number", null, null);
          default -> throw new AssertionError("a task that this test does not know: " + task);
        };
    Inputs inputs = new Inputs(asked).withFeatures("x", "y", "color", "z");
    return provider.learner(inputs, hyperparameters);
  }

  private static Frame table(long seed) {
    Random random = new Random(seed);
    float[] x = new float[ROWS];
    float[] y = new float[ROWS];
    float[] number = new float[ROWS];
    List<@Nullable String> color = new ArrayList<>();
    List<@Nullable String> kind = new ArrayList<>();
    float[] z = new float[ROWS];
    float[] grade = new float[ROWS];
    float[] spent = new float[ROWS];
    byte[] odd = new byte[ROWS];
    List<@Nullable String> query = new ArrayList<>();
    List<@Nullable String> treated = new ArrayList<>();
    List<@Nullable String> bought = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      x[row] = random.nextFloat();
      y[row] = row % 11 == 0 ? Float.NaN : random.nextFloat();
      int hue = random.nextInt(3);
      color.add(hue == 0 ? "red" : hue == 1 ? "green" : "blue");
      number[row] = 10 * x[row] + 5 * hue;
      kind.add(x[row] + hue > 1.5 ? "high" : x[row] + hue > 0.7 ? "middle" : "low");
      odd[row] = (byte) (random.nextInt(40) == 0 ? 1 : 0);
      z[row] = (float) random.nextGaussian() + 20 * odd[row];
      grade[row] = Math.min(4, (int) (3 * x[row]) + hue);
      query.add("q" + row / 20);
      boolean treat = random.nextBoolean();
      boolean buys = random.nextFloat() < 0.2 + (treat && x[row] > 0.5 ? 0.7 : 0);
      treated.add(treat ? "yes" : "no");
      bought.add(buys ? "yes" : "no");
      spent[row] = 1 + (buys ? 10 : 0);
    }
    return Frame.of(
        NumericalColumn.of("x", x),
        NumericalColumn.of("y", y),
        CategoricalColumn.of("color", color, VocabularyLimits.DEFAULT),
        NumericalColumn.of("number", number),
        CategoricalColumn.of("kind", kind, VocabularyLimits.DEFAULT),
        NumericalColumn.of("z", z),
        NumericalColumn.of("grade", grade),
        NumericalColumn.of("spent", spent),
        BooleanColumn.of("odd", odd),
        CategoricalColumn.of("query", query, VocabularyLimits.DEFAULT),
        CategoricalColumn.of("treated", treated, VocabularyLimits.DEFAULT),
        CategoricalColumn.of("bought", bought, VocabularyLimits.DEFAULT));
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
