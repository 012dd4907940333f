package dev.tendril.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.cli.Cli.Result;
import dev.tendril.core.Tensor;
import dev.tendril.formats.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RunCommandTest {
  @TempDir private Path folder;

  private final Path graph = Cli.root().resolve("examples").resolve("mlp.tendril");
  private final Path input = Cli.root().resolve("examples").resolve("mlp-input.npy");

  @Test
  void theExampleGivesItsProbabilities() {
    Result result = Cli.run("run", graph, "--input", "x=" + input);
    assertEquals(0, result.status(), result::err);
    assertTrue(result.out().startsWith("y: f32[2,3] {0."), result::out);
  }

  @Test
  void resultsAreWrittenInTheOrderOfTheGraph() {
    Path two =
        Cli.write(
            folder.resolve("two.tendril"),
            """
            graph two (a: f32[2], b: f32[2]) -> (sum, product) {
              product = mul(a, b)
              sum = add(a, b)
            }
            """);
    Npy.write(folder.resolve("a.npy"), Tensor.vector(1f, 2f));
    Npy.write(folder.resolve("b.npy"), Tensor.vector(3f, 4f));
    Path out = folder.resolve("results");
    Result result =
        Cli.run(
            "run",
            two,
            "--input",
            "b=" + folder.resolve("b.npy"),
            "--input",
            folder.resolve("a.npy"),
            "--out",
            out);
    assertEquals(0, result.status(), result::err);
    assertEquals("f32[2] {4.0, 6.0}", Npy.read(out.resolve("output0.npy")).toString());
    assertEquals("f32[2] {3.0, 8.0}", Npy.read(out.resolve("output1.npy")).toString());
  }

  @Test
  void profilesHaveAnEventForEveryNodeOfEveryRun() throws IOException {
    Path trace = folder.resolve("trace.json");
    Result result =
        Cli.run("run", graph, "--input", input, "--repeat", 3, "--profile", trace, "--explain");
    assertEquals(0, result.status(), result::err);
    assertTrue(result.out().contains("3 runs: median "), result::out);
    assertTrue(result.out().contains("kernels:"), result::out);
    assertTrue(result.out().contains("GFLOP/s"), result::out);
    JsonNode events = Json.parse(Files.readString(trace)).get("traceEvents");
    int complete = 0;
    for (JsonNode event : events) {
      if (event.get("ph").stringValue().equals("X")) {
        complete++;
        assertTrue(event.get("dur").doubleValue() >= 0);
        assertFalse(event.get("args").get("types").stringValue().isEmpty());
      }
    }
    assertEquals(3 * 5, complete);
  }

  @Test
  void everyFailureIsOneLine() {
    Path broken =
        Cli.write(
            folder.resolve("broken.tendril"),
            """
            graph g (x: f32[2]) -> (y) {
              y = sofmax(x) axis=-1
            }
            """);
    Npy.write(folder.resolve("long.npy"), Tensor.of(new float[10], 2, 5));
    String[][] cases = {
      {"run " + folder.resolve("none.tendril"), "none.tendril: no such file"},
      {"run " + broken, "line 2, column 7"},
      {"run " + broken, "softmax"},
      {"run " + graph, "no --input for x, of type f32[?,4]"},
      {"run " + graph + " --input " + folder.resolve("long.npy"), "of type f32[2,5]; expected"},
      {"run " + graph + " --input " + input + " --input " + input, "more inputs than"},
      {"run " + graph + " --input z=" + input, "no --input for x"},
      {"run " + graph + " --input " + input + " --device GPU:7", "there are [CPU:0]"},
      {"run " + graph + " --input " + graph, "not a .npy file"},
      {"run " + graph + " --input " + input + " --repeat 0", "--repeat cannot be 0"},
    };
    for (String[] one : cases) {
      Result result = Cli.run((Object[]) one[0].split(" ", -1));
      assertTrue(result.status() != 0, one[0]);
      assertEquals(1, result.err().lines().count(), result::err);
      assertTrue(result.err().contains(one[1]), result.err() + " without " + one[1]);
    }
  }

  @Test
  void devicesAndKernelsAreListed() {
    Result list = Cli.run("devices");
    assertTrue(list.out().startsWith("/physical_device:CPU:0 "), list::out);
    assertTrue(list.out().contains("OK   reference"), list::out);
    JsonNode json = Json.parse(Cli.run("devices", "--json").out());
    assertEquals("CPU:0", json.get("devices").get(0).get("name").stringValue());
  }
}
