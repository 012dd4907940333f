package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TuneCommandTest {
  @TempDir Path folder;

  private Result tune(Object... words) {
    List<Object> all = new ArrayList<>();
    all.addAll(List.of("tune", Cli.tiny(folder), "--label", "kind"));
    all.addAll(List.of("--set", "num_trees=12"));
    all.addAll(Arrays.asList(words));
    return Cli.run(all.toArray());
  }

  @Test
  void trialsAreToldAndKept() throws IOException {
    Path model = folder.resolve("model");
    Result result = tune("--try", "shrinkage=0.1,0.3", "--try", "max_depth=2,3", "--out", model);
    assertEquals(0, result.status(), result::err);
    assertTrue(result.out().contains("tuning: 4 trials, the best by loss"), result::out);
    assertEquals(1, result.out().lines().filter(line -> line.startsWith("* ")).count());
    assertTrue(result.out().contains("learner:  gradient_boosted_trees"), result::out);
    Result shown = Cli.run("show", model);
    assertTrue(shown.out().contains("tuning: 4 trials, the best by loss"), shown::out);
    JsonNode json = Json.parse(Cli.run("show", model, "--json").out()).path("tuning");
    assertEquals(4, json.path("trials").size());
    assertEquals("loss", json.path("metric").asString());
    Path page = folder.resolve("page.html");
    assertEquals(0, Cli.run("show", model, "--html", page).status());
    assertTrue(Files.readString(page).contains("How its hyper-parameters were found"));
  }

  @Test
  void spacesComeFromFilesAndOptionsOverrideThem() {
    Path space =
        Cli.write(
            folder.resolve("space.json"),
            """
            {"growing_strategy": {"local": {"max_depth": [2, 3]},
                                  "best_first_global": {"max_num_nodes": [4]}},
             "shrinkage": [0.1, 0.2, 0.3]}
            """);
    Result result =
        tune(
            "--space", space, "--try", "shrinkage=0.25", "--score", "cross-validation:2", "--json");
    assertEquals(0, result.status(), result::err);
    JsonNode tuning = Json.parse(result.out()).path("tuning");
    assertEquals(3, tuning.path("trials").size());
    assertEquals("cross-validation in 2 folds", tuning.path("scoring").asString());
    assertEquals("0.25", tuning.path("trials").path(0).path("values").path("shrinkage").asString());
  }

  @Test
  void failuresAreOneLine() {
    fails(2, "shrinkage cannot be \"7.0\"", tune("--try", "shrinkage=7"));
    fails(2, "--score cannot be \"bootstrap\"", tune("--score", "bootstrap"));
    fails(2, "cannot have 1 folds", tune("--score", "cross-validation:1"));
    fails(2, "--space " + folder, tune("--space", folder.resolve("none.json")));
    fails(2, "0 trials", tune("--trials", 0));
    Path bad = Cli.write(folder.resolve("bad.json"), "{\"shrinkage\": [}");
    fails(2, "bad.json: search space: damaged JSON in line 1", tune("--space", bad));
  }

  private static void fails(int status, String expected, Result result) {
    assertEquals(status, result.status(), result::err);
    assertTrue(result.err().contains(expected), result::err);
    assertEquals(1, result.err().lines().count(), result::err);
    assertFalse(result.out().contains("trained:"), result::out);
  }

  @Test
  void templatesAreListedAndApplied() {
    Result listed = Cli.run("learners", "random_forest");
    assertTrue(listed.out().contains("better_default@2  winner_take_all=false"), listed::out);
    Result trained =
        Cli.run(
            "train",
            Cli.tiny(folder),
            "--label",
            "kind",
            "--template",
            "better_default@2",
            "--set",
            "num_trees=5",
            "--json");
    JsonNode values = Json.parse(trained.out()).path("hyperparameters");
    assertEquals("false", values.path("winner_take_all").asString());
    Result unknown = Cli.run("train", Cli.tiny(folder), "--label", "kind", "--template", "best");
    fails(2, "there is no template \"best\"", unknown);
  }
}
