package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.cli.Cli.Result;
import dev.tendril.formats.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Graphs in files of several formats.
class GraphFilesTest {
  @TempDir private Path folder;

  private final Path graph = Cli.root().resolve("examples").resolve("mlp.tendril");
  private final Path input = Cli.root().resolve("examples").resolve("mlp-input.npy");

  @Test
  void aGraphGoesToTensorFlowLiteAndBack() {
    Path lite = convert(graph, "mlp.tflite");
    Path back = convert(lite, "again.tendril");
    String expected = Cli.run("run", graph, "--input", "x=" + input).out();
    assertEquals(expected, Cli.run("run", lite, "--input", "x=" + input).out());
    Result shown = Cli.run("show", back);
    assertTrue(shown.out().contains("x: f32[1,4]"), shown::out);
  }

  private Path convert(Path from, String name, String... options) {
    Path to = folder.resolve(name);
    List<Object> arguments = new ArrayList<>(List.of("convert", from, to));
    arguments.addAll(List.of(options));
    Result result = Cli.run(arguments.toArray());
    assertEquals(0, result.status(), result::err);
    return to;
  }

  @Test
  void aGraphGoesToOtherFormsAndBack() {
    String expected = Cli.run("run", graph, "--input", "x=" + input).out();
    for (Path other :
        List.of(
            convert(graph, "mlp.onnx"),
            convert(graph, "web", "--to", "tfjs"),
            convert(graph, "saved", "--to", "savedmodel"))) {
      Result run = Cli.run("run", other, "--input", "x=" + input);
      assertEquals(expected, run.out(), run::err);
      Result shown = Cli.run("show", other);
      assertTrue(shown.out().contains("x: f32[1,4]"), shown::out);
    }
  }

  @Test
  void weightsOfPagesMayBeSmall() throws IOException {
    Path small = convert(graph, "small", "--to", "tfjs", "--weights", "uint8");
    assertEquals(20 + 5 + 15, Files.size(small.resolve("group1-shard1of1.bin")));
    Result again = Cli.run("convert", graph, small, "--to", "tfjs", "--weights", "bits");
    assertTrue(again.err().contains("expected exact, float16, uint16 or uint8"), again::err);
  }

  @Test
  void constantsAreWrittenAlone() {
    Path file = convert(graph, "mlp.safetensors");
    assertEquals(3, Safetensors.read(file).tensors().size());
  }

  @Test
  void otherFoldersAreNotReplaced() throws IOException {
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Files.writeString(kept.resolve("diary.txt"), "today");
    Result result = Cli.run("convert", graph, kept, "--to", "tfjs");
    assertTrue(result.err().contains("something other than a folder with model.json"), result::err);
    Result unnamed = Cli.run("convert", graph, kept);
    assertTrue(unnamed.err().contains("--to tfjs"), unnamed::err);
    assertEquals("today", Files.readString(kept.resolve("diary.txt")));
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
