package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class AnalyzeTest {
  @TempDir static Path folder;
  private static Path forest = Path.of("");
  private static Path boosted = Path.of("");
  private static Path tiny = Path.of("");

  @BeforeAll
  static void train() {
    tiny = Cli.tiny(folder);
    forest = trained("forest", "--label", "kind", "--set", "num_trees=12");
    boosted =
        trained(
            "boosted",
            "--label",
            "level",
            "--learner",
            "gradient_boosted_trees",
            "--set",
            "num_trees=12");
  }

  private static Path trained(String name, String... options) {
    Path model = folder.resolve(name);
    List<Object> words =
        new java.util.ArrayList<>(
            List.of("train", tiny, "--features", "size,color", "--out", model, "--quiet"));
    words.addAll(List.of(options));
    Result result = Cli.run(words.toArray());
    assertEquals(0, result.status(), result::err);
    return model;
  }

  @Test
  void whatMattersComesFirst() {
    Result text = Cli.run("analyze", forest, tiny, "--row", "0,59");
    assertEquals(0, text.status(), text::err);
    assertTrue(text.out().contains("MEAN_DECREASE_IN_ACCURACY"), text::out);
    assertTrue(text.out().contains("row 59: predicted b"), text::out);
    JsonNode json = Json.parse(Cli.run("analyze", forest, tiny, "--json", "--row", 3).out());
    assertEquals(60, json.path("rows").asInt());
    assertEquals(
        "size", json.path("importances").path("SHAP_VALUE").path(0).path("feature").asString());
    assertEquals(3, json.path("explanations").path(0).path("row").asInt());
    Result again = Cli.run("analyze", boosted, tiny, "--rows", 20);
    assertTrue(again.out().contains("20 of 60 rows, drawn with seed 1"), again::out);
  }

  @Test
  void pagesAreOneFile() throws IOException {
    Path html = folder.resolve("analysis.html");
    for (Path model : List.of(forest, boosted)) {
      Result result = Cli.run("analyze", model, tiny, "--html", html, "--row", 1);
      assertEquals(0, result.status(), result::err);
      String page = Files.readString(html);
      assertTrue(page.startsWith("<!DOCTYPE html>") && page.endsWith("</html>\n"), page);
      assertTrue(page.contains("Shapley values") && page.contains("<polyline"), page);
      assertFalse(page.contains("http") || page.contains("NaN"), page);
    }
  }

  @Test
  void treesAreShown() throws IOException {
    Path html = folder.resolve("model.html");
    for (Path model : List.of(forest, boosted)) {
      Result result = Cli.run("show", model, "--html", html);
      assertEquals(0, result.status(), result::err);
      String page = Files.readString(html);
      assertTrue(page.contains("<details open><summary>"), page);
      assertTrue(page.contains("size &gt;= "), page);
      assertTrue(page.contains("<option>tree 11: "), page);
      assertFalse(page.contains("http") || page.contains("NaN"), page);
    }
  }

  @Test
  void wrongUseIsOneLine() {
    for (Result result :
        List.of(
            Cli.run("analyze", forest, tiny, "--row", 60),
            Cli.run("analyze", forest, tiny, "--repeats", 0),
            Cli.run("analyze", forest, tiny, "--html", folder.resolve("no").resolve("a.html")),
            Cli.run("analyze", tiny, tiny),
            Cli.run("analyze", forest, Cli.write(folder.resolve("w.csv"), "color\nred\n")))) {
      assertTrue(result.status() > 0, result::out);
      assertEquals(1, result.err().lines().count(), result::err);
    }
  }

  @Test
  void ticksAreRound() {
    assertEquals(List.of(0.0, 50.0, 100.0, 150.0, 200.0), Svg.ticks(-1, 240));
    assertEquals(List.of(0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0), Svg.ticks(0, 1));
    assertEquals(List.of(3.0), Svg.ticks(3, 3));
    assertEquals("25k", Svg.tick(25_000));
    assertEquals("0.6", Svg.tick(0.6000000000000001));
  }
}
