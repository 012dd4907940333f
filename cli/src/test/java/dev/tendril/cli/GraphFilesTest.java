package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Graphs in files of several formats.
class GraphFilesTest {
  @TempDir private Path folder;

  private final Path graph = Cli.root().resolve("examples").resolve("mlp.tendril");
  private final Path input = Cli.root().resolve("examples").resolve("mlp-input.npy");

  private Path convert(Path from, String name) {
    Path to = folder.resolve(name);
    Result result = Cli.run("convert", from, to);
    assertEquals(0, result.status(), result::err);
    return to;
  }

  @Test
  void aGraphGoesToTensorFlowLiteAndBack() {
    Path lite = convert(graph, "mlp.tflite");
    Path back = convert(lite, "again.tendril");
    String expected = Cli.run("run", graph, "--input", "x=" + input).out();
    assertEquals(expected, Cli.run("run", lite, "--input", "x=" + input).out());
    Result shown = Cli.run("show", back);
    assertTrue(shown.out().contains("x: f32[1,4]"), shown::out);
  }

  @Test
  void graphsAreDrawn() throws IOException {
    String svg = Files.readString(convert(graph, "mlp.svg"));
    assertTrue(svg.startsWith("<svg"), svg);
  }

  @Test
  void figuresOfAGraphAreShown() {
    Result text = Cli.run("show", graph);
    assertTrue(text.out().contains("multiply-adds"), text::out);
    JsonNode json = Json.parse(Cli.run("show", convert(graph, "mlp.tflite"), "--json").out());
    assertTrue(json.path("multiply_adds").asLong() > 0, json::toString);
    assertTrue(json.path("arena_bytes").asLong() > 0, json::toString);
  }

  @Test
  void aPageHasTheDrawing() throws IOException {
    Path page = folder.resolve("page.html");
    Result result = Cli.run("show", graph, "--html", page);
    assertEquals(0, result.status(), result::err);
    assertTrue(Files.readString(page).contains("<svg"), "no drawing");
  }

  @Test
  void damagedFilesAreRefusedInOneLine() throws IOException {
    Path file = folder.resolve("damaged.tflite");
    Files.write(file, new byte[64]);
    Result result = Cli.run("run", file);
    assertTrue(result.status() != 0);
    assertTrue(result.err().contains("byte 4"), result::err);
  }
}
