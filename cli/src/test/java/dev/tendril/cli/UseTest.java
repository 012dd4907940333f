package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.cli.Cli.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What is done with a trained model.
class UseTest {
  @TempDir static Path folder;
  private static Path model = Path.of("");
  private static Path tiny = Path.of("");

  @BeforeAll
  static void train() {
    tiny = Cli.tiny(folder);
    model = folder.resolve("model");
    Result trained =
        Cli.run(
            "train",
            tiny,
            "--label",
            "kind",
            "--features",
            "size,color",
            "--out",
            model,
            "--quiet");
    assertEquals(0, trained.status(), trained::err);
  }

  private static void fails(int status, String expected, Result result) {
    assertEquals(status, result.status(), result::err);
    assertTrue(result.err().contains(expected), result::err);
    assertEquals(1, result.err().lines().count(), result::err);
    assertEquals("", result.out());
  }

  @Test
  void evaluationsHaveIntervalsAndSlices() {
    Result result = Cli.run("evaluate", model, tiny, "--slice", "color", "--bootstrap", 50);
    assertEquals(0, result.status(), result::err);
    assertTrue(result.out().contains("CI95[W]"), result::out);
    assertTrue(result.out().contains("slices by \"color\""), result::out);
    JsonNode json =
        Json.parse(
            Cli.run(
                    "evaluate",
                    model,
                    tiny,
                    "--json",
                    "--bootstrap",
                    0,
                    "--weights",
                    "weight",
                    "--slice",
                    "code")
                .out());
    assertEquals(60, json.path("rows").asInt());
    assertEquals(2, json.path("slices").path("code").size());
    assertTrue(json.path("metrics").path("accuracy").path("value").asDouble() > 0.9);
  }

  @Test
  void aReportIsOneFile() throws IOException {
    Path html = folder.resolve("report.html");
    Result result = Cli.run("evaluate", model, tiny, "--slice", "color", "--html", html);
    assertEquals(0, result.status(), result::err);
    String text = Files.readString(html);
    assertTrue(text.startsWith("<!DOCTYPE html>"), text);
    assertTrue(text.contains("<polyline"), text);
    assertTrue(text.contains("Slices by color"), text);
    assertFalse(text.contains("http"), text);
    fails(
        1,
        "there is no folder",
        Cli.run("evaluate", model, tiny, "--html", folder.resolve("no").resolve("r.html")));
  }

  @Test
  void predictionsAreCsv() {
    Result result = Cli.run("predict", model, tiny);
    assertEquals(0, result.status(), result::err);
    List<String> lines = result.out().lines().toList();
    assertEquals("prediction,probability_of_a,probability_of_b", lines.getFirst());
    assertEquals(61, lines.size());
    assertTrue(lines.get(1).startsWith("a,"), result::out);
    assertTrue(lines.getLast().startsWith("b,"), result::out);
  }

  @Test
  void columnsAreCarriedThroughAsTheyAre() {
    Path table =
        Cli.write(folder.resolve("ids.csv"), "id,size,color\n0000123456789,3,red\n,50,\"x, y\"\n");
    Result result = Cli.run("predict", model, table, "--keep", "id,color");
    List<String> lines = result.out().lines().toList();
    assertEquals("id,color,prediction,probability_of_a,probability_of_b", lines.getFirst());
    assertTrue(lines.get(1).startsWith("0000123456789,red,a,"), result::out);
    assertTrue(lines.get(2).startsWith(",\"x, y\",b,"), result::out);
  }

  @Test
  void predictionsOfNumbersHaveOneColumn() {
    Path regression = folder.resolve("regression");
    Cli.run(
        "train", tiny, "--label", "level", "--features", "size", "--out", regression, "--quiet");
    Result result = Cli.run("predict", regression, tiny);
    assertEquals("prediction", result.out().lines().findFirst().orElse(""));
    assertEquals(61, result.out().lines().count());
    assertTrue(Cli.run("evaluate", regression, tiny).out().contains("rmse"));
  }

  @Test
  void predictionsGoToAFileWholeOrNotAtAll() throws IOException {
    Path out = folder.resolve("predictions.csv.gz");
    Result result = Cli.run("predict", model, tiny, "--out", out);
    assertEquals(0, result.status(), result::err);
    assertEquals("", result.out());
    assertTrue(result.err().contains("wrote 60 predictions to"), result::err);
    try (var in = new GZIPInputStream(Files.newInputStream(out))) {
      assertEquals(
          Cli.run("predict", model, tiny).out(),
          new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
    }
    Path bad = Cli.write(folder.resolve("bad.csv"), "size,color\n1,red\nbig,blue\n");
    Path kept = Cli.write(folder.resolve("kept.csv"), "as it was\n");
    fails(1, "bad.csv:3", Cli.run("predict", model, bad, "--out", kept));
    assertEquals("as it was\n", Files.readString(kept));
    fails(
        1,
        "the name does not tell the format",
        Cli.run("predict", model, tiny, "--out", folder.resolve("predictions.xls")));
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(files.noneMatch(file -> file.getFileName().toString().endsWith(".tmp")));
    }
  }

  @Test
  void missingColumnsAreAllNamed() {
    Path table = Cli.write(folder.resolve("other.csv"), "width,kind\n1,a\n");
    fails(1, "\"size\", \"color\"", Cli.run("predict", model, table));
    Path unlabeled = Cli.write(folder.resolve("unlabeled.csv"), "size,color\n1,red\n");
    fails(1, "\"kind\"", Cli.run("evaluate", model, unlabeled));
  }

  @Test
  void unknownCategoriesAreNoFailure() {
    Path table = Cli.write(folder.resolve("green.csv"), "color,size\ngreen,2\n,\n");
    Result result = Cli.run("predict", model, table);
    assertEquals(0, result.status(), result::err);
    assertEquals(3, result.out().lines().count());
  }

  @Test
  void whatIsNoModelIsRefused() {
    fails(1, "no such folder", Cli.run("predict", folder.resolve("nothing"), tiny));
    fails(1, "is a file", Cli.run("show", tiny));
    fails(1, "not a model", Cli.run("evaluate", folder, tiny));
  }

  @Test
  void modelsAreShown() {
    Result text = Cli.run("show", model);
    assertTrue(text.out().contains("Task: classification"), text::out);
    Result tree = Cli.run("show", model, "--tree", 299);
    assertEquals(0, tree.status(), tree::err);
    assertFalse(tree.out().isBlank());
    fails(2, "the model has trees 0 to 299", Cli.run("show", model, "--tree", 300));
    JsonNode json = Json.parse(Cli.run("show", model, "--json").out());
    assertEquals("kind", json.path("label").asString());
    assertEquals(2, json.path("classes").size());
    assertEquals(300, json.path("statistics").path("trees").asInt());
    assertEquals(64, json.path("provenance").path("data_fingerprint").asString().length());
  }

  @Test
  void enginesAreMeasured() {
    Result text = Cli.run("benchmark", model, tiny, "--seconds", 0);
    assertEquals(0, text.status(), text::err);
    assertTrue(text.out().lines().anyMatch(line -> line.startsWith("flat ")), text::out);
    assertTrue(text.out().contains(" *"), text::out);
    assertTrue(text.out().contains("row lanes cannot run it: "), text::out);
    JsonNode json = Json.parse(Cli.run("benchmark", model, tiny, "--json", "--seconds", 0).out());
    JsonNode flat = json.path("engines").path(0);
    assertEquals("flat", flat.path("engine").asString());
    assertTrue(flat.path("nanoseconds_per_single_row").asDouble() > 0);
    fails(2, "--seconds cannot be -1.0", Cli.run("benchmark", model, tiny, "--seconds", -1));
  }

  @Test
  void aReaderThatLeavesIsNoFailure() {
    for (String reason : List.of("Broken pipe", "No space left on device")) {
      OutputStream gone =
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              throw new IOException(reason);
            }
          };
      var err = new java.io.ByteArrayOutputStream();
      String[] args = {"predict", model.toString(), tiny.toString()};
      int status = Main.run(args, Console.of(gone, err));
      boolean pipe = reason.equals("Broken pipe");
      assertEquals(pipe ? 0 : 1, status);
      assertEquals(pipe, err.size() == 0);
    }
  }

  @Test
  void convertsToSourceAndToOneFileAndBack() throws IOException {
    Path java = folder.resolve("Tiny.java");
    assertEquals("wrote " + java + "\n", Cli.run("convert", model, java).err());
    assertTrue(Files.readString(java).contains("public final class Tiny {"));
    Cli.run("convert", model, java, "--class", "com.example.Other");
    assertTrue(Files.readString(java).startsWith("package com.example;\n"));
    Path c = folder.resolve("tiny.h");
    assertEquals(0, Cli.run("convert", model, c, "--prefix", "my").status());
    assertTrue(Files.readString(c).contains("static inline void my_predict(const float *values"));
    assertEquals(0, Cli.run("convert", model, c, "--integer", "--bits", 16).status());
    assertTrue(Files.readString(c).contains("tiny_predict(const int16_t *values, int32_t *out)"));
    Path file = folder.resolve("tiny.ydf");
    Path again = folder.resolve("again");
    assertEquals(0, Cli.run("convert", model, file).status());
    assertEquals(0, Cli.run("convert", file, again).status());
    for (String name : List.of("header.pb", "nodes-00000-of-00001", "tendril.json")) {
      assertEquals(-1, Files.mismatch(model.resolve(name), again.resolve(name)), name);
    }
    assertEquals(Cli.run("predict", model, tiny).out(), Cli.run("predict", file, tiny).out());
    fails(2, "expected .java, .h, .ydf, or a folder", Cli.run("convert", model, "model.txt"));
    fails(2, "--integer is of C", Cli.run("convert", model, file, "--integer"));
    fails(2, "--bits is of --integer", Cli.run("convert", model, c, "--bits", 16));
    fails(2, "cannot name a Java class", Cli.run("convert", model, folder.resolve("a-b.java")));
    fails(2, "inputs of 8 bits", Cli.run("convert", model, c, "--integer", "--bits", 8));
  }
}
