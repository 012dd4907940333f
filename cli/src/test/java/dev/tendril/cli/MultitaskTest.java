package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Several labels in one model, and the selection of features.
class MultitaskTest {
  @TempDir Path folder;

  @Test
  void everyCommandKnowsAllLabels() throws IOException {
    Path model = folder.resolve("model");
    Path tiny = Cli.tiny(folder);
    Result trained =
        Cli.run(
            "train",
            tiny,
            "--label",
            "kind",
            "--also",
            "level",
            "--secondary",
            "code",
            "--ignore",
            "weight",
            "--set",
            "num_trees=20",
            "--test",
            tiny,
            "--out",
            model);
    assertEquals(0, trained.status(), trained::err);
    assertTrue(trained.out().contains("level, out-of-bag evaluation"), trained::out);
    assertTrue(trained.out().contains("evaluation of code on the test data"), trained::out);
    Result predicted = Cli.run("predict", model, tiny);
    assertEquals(
        "prediction_of_kind,probability_of_kind_a,probability_of_kind_b,prediction_of_level,"
            + "prediction_of_code,probability_of_code_0,probability_of_code_1",
        predicted.out().lines().findFirst().orElse(""));
    JsonNode measured = Json.parse(Cli.run("evaluate", model, tiny, "--json").out());
    assertTrue(
        measured.path("kind").path("metrics").path("accuracy").path("value").asDouble() > 0.9);
    assertTrue(measured.path("level").path("metrics").path("r2").path("value").asDouble() > 0.9);
    assertTrue(measured.has("code"));
    Result shown = Cli.run("show", model);
    assertTrue(shown.out().contains("== Task 3: code =="), shown::out);
    assertEquals(3, Json.parse(Cli.run("show", model, "--json").out()).path("tasks").size());
    Result only = Cli.run("evaluate", model, tiny, "--only", "level");
    assertTrue(only.out().startsWith("task: regression\nlabel: level\n"), only::out);
    Result tree = Cli.run("show", model, "--only", "kind", "--tree", "0");
    assertEquals(0, tree.status(), tree::err);
    fails("choose one by --only LABEL", Cli.run("show", model, "--tree", "0"));
    fails("it predicts kind, level, code", Cli.run("predict", model, tiny, "--only", "size"));
    fails(
        "--ignore level: the column is the label or another label",
        Cli.run("train", tiny, "--label", "kind", "--also", "level", "--ignore", "level"));
    converts(model, tiny);
  }

  @Test
  void featuresAreSelected() {
    Path tiny = Cli.tiny(folder);
    Path model = folder.resolve("model");
    Result trained =
        Cli.run(
            "train",
            tiny,
            "--label",
            "kind",
            "--select-features",
            "--set",
            "num_trees=20",
            "--out",
            model);
    assertEquals(0, trained.status(), trained::err);
    assertTrue(trained.out().contains("selection of features: 5 rounds"), trained::out);
    Result shown = Cli.run("show", model);
    assertTrue(shown.out().contains("How its features were found:"), shown::out);
    JsonNode json = Json.parse(Cli.run("show", model, "--json").out()).path("selection");
    assertEquals(5, json.path("rounds").size());
    fails(
        "the importances of the model are",
        Cli.run("train", tiny, "--label", "kind", "--select-features", "--importance", "LUCK"));
    fails(
        "needs --select-features", Cli.run("train", tiny, "--label", "kind", "--importance", "X"));
  }

  /// A folder takes all parts; a file and source code take one.
  private void converts(Path model, Path tiny) throws IOException {
    Path again = folder.resolve("again");
    assertEquals(0, Cli.run("convert", model, again).status());
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        assertEquals(-1, Files.mismatch(file, again.resolve(file.getFileName())), file::toString);
      }
    }
    Path one = folder.resolve("one.ydf");
    fails("choose one by --only LABEL", Cli.run("convert", model, one));
    fails("choose one by --only LABEL", Cli.run("convert", model, folder.resolve("One.java")));
    assertEquals(0, Cli.run("convert", model, one, "--only", "level").status());
    assertEquals(
        Cli.run("predict", model, tiny, "--only", "level").out(),
        Cli.run("predict", one, tiny).out());
  }

  private static void fails(String expected, Result result) {
    assertTrue(result.status() != 0);
    assertTrue(result.err().contains(expected), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }
}
