package dev.tendril.benchmarks.nets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.formats.tensorflow.TfjsModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Folders that Tendril writes mean to TensorFlow.js what the graphs mean to Tendril.
@Tag("interop")
class TfjsOracleTest {
  @TempDir private Path work;

  @Test
  void randomGraphsAgree() throws IOException {
    Path packages = NodeTfjs.packages();
    Map<Path, Tensor> cases = new LinkedHashMap<>();
    for (long seed = Agreement.SEED; seed < Agreement.SEED + 200; seed++) {
      Graph graph = RandomGraphs.floats(seed);
      Tensor operand = RandomGraphs.operand(graph.parameters().getFirst(), seed);
      Tensor ours = graph.evaluate(List.of(operand)).getFirst();
      Path at = Files.createDirectory(work.resolve("seed" + seed));
      TfjsModel.of(graph).write(at.resolve("model"));
      Files.writeString(
          at.resolve("input.json"),
          "{\"shape\":"
              + Arrays.toString(operand.shape().dims())
              + ",\"values\":"
              + Arrays.toString(operand.toFloatArray())
              + "}");
      Graph again = TfjsModel.read(at.resolve("model")).graph();
      Agreement.compare(
          "seed " + seed + " as read again: " + graph.nodes(),
          ours,
          again.evaluate(List.of(operand)).getFirst(),
          Agreement.CLOSE,
          0);
      cases.put(at, ours);
    }
    assertEquals(0, NodeTfjs.run(packages, work, List.copyOf(cases.keySet())));
    for (Map.Entry<Path, Tensor> one : cases.entrySet()) {
      Tensor ours = one.getValue();
      Agreement.compare(
          one.getKey().getFileName().toString(), ours, answer(one.getKey()), Agreement.CLOSE, 0);
    }
  }

  private static Tensor answer(Path at) throws IOException {
    List<String> lines = Files.readAllLines(at.resolve("answer.txt"));
    String what = at.getFileName() + ": " + lines.getFirst();
    assertEquals(-1, lines.getFirst().indexOf("error"), what);
    int[] shape =
        Arrays.stream(lines.getFirst().split(",", -1))
            .filter(dim -> !dim.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    float[] values = new float[lines.size() - 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(lines.get(i + 1));
    }
    return Tensor.of(values, shape);
  }
}
