package dev.tendril.forest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.data.BooleanColumn;
import dev.tendril.data.CategoricalColumn;
import dev.tendril.data.CategoricalSetColumn;
import dev.tendril.data.Column;
import dev.tendril.data.DiscretizedColumn;
import dev.tendril.data.Frame;
import dev.tendril.data.HashColumn;
import dev.tendril.data.NumericalColumn;
import dev.tendril.data.TextColumn;
import dev.tendril.data.VectorSequenceColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The real YDF engine loads what we write and predicts what we predict.
@Tag("interop")
class InteropTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 200;

  @TempDir Path folder;

  @Test
  void ydfPredictsWithModelsThatWeWrote() throws IOException {
    Shared.forests("models");
    Path packages = NodeYdf.packages();
    List<Path> cases = new ArrayList<>();
    List<float[]> ours = new ArrayList<>();
    for (Golden golden : Golden.values()) {
      ForestModel model = ForestModel.load(golden.folder());
      Frame all = golden.frame(model);
      int[] first = IntStream.range(0, Math.min(ROWS, all.rows())).toArray();
      Path at = Files.createDirectories(folder.resolve(golden.model));
      model.save(at.resolve("model"));
      NodeYdf.zip(at.resolve("model"), at.resolve("model.zip"));
      write(model, all, first.length, at);
      cases.add(at);
      ours.add(expected(model, all, first.length));
    }
    assertEquals(0, NodeYdf.predict(packages, folder, cases), "exit status of node");
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      JsonNode answer = JSON.readTree(Files.readAllBytes(cases.get(i).resolve("answer.json")));
      compare(String.valueOf(cases.get(i).getFileName()), answer, ours.get(i), failures);
    }
    assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
  }

  private static void compare(
      String name, JsonNode answer, float[] expected, List<String> failures) {
    JsonNode theirs = answer.path("predictions");
    if (theirs.size() != expected.length) {
      failures.add(name + ": " + expected.length + " predictions expected; got " + answer);
      return;
    }
    for (int i = 0; i < expected.length; i++) {
      double actual = theirs.get(i).asDouble(Double.NaN);
      if (!(Math.abs(actual - expected[i]) <= 1e-5 * Math.max(1, Math.abs(expected[i])))) {
        failures.add(name + ": prediction " + i + " is " + actual + ", ours " + expected[i]);
        return;
      }
    }
  }

  /// Of two classes YDF gives the probability of the second one alone.
  private static float[] expected(ForestModel model, Frame frame, int rows) {
    float[] values = model.predict(frame).values();
    int outputs = model.outputs();
    boolean two = outputs == 2;
    float[] expected = new float[two ? rows : rows * outputs];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = two ? values[2 * i + 1] : values[i];
    }
    return expected;
  }

  private static void write(ForestModel model, Frame frame, int rows, Path at) throws IOException {
    List<String> names = new ArrayList<>(model.features());
    boolean csv = names.stream().anyMatch(name -> frame.column(name) instanceof DiscretizedColumn);
    String label = model.task().label();
    if (csv && label != null) {
      names.add(label);
    }
    ObjectNode examples = JSON.createObjectNode();
    for (String name : names) {
      ArrayNode values = examples.putArray(name);
      for (int row = 0; row < rows; row++) {
        add(values, frame.column(name), row);
      }
    }
    if (csv) {
      Files.writeString(at.resolve("examples.csv"), csv(examples, rows));
    } else {
      Files.writeString(at.resolve("examples.json"), JSON.writeValueAsString(examples));
    }
  }

  /// Examples by column as CSV, the label included: the form in which the engine takes discretized
  /// numbers.
  private static String csv(ObjectNode examples, int rows) {
    StringBuilder text = new StringBuilder(String.join(",", examples.propertyNames()));
    for (int row = 0; row < rows; row++) {
      text.append('\n');
      int at = row;
      text.append(
          String.join(
              ",", examples.values().stream().map(column -> column.get(at).asString("")).toList()));
    }
    return text.append('\n').toString();
  }

  private static void add(ArrayNode values, Column column, int row) {
    if (column.isMissing(row)) {
      values.addNull();
      return;
    }
    switch (column) {
      case NumericalColumn numbers -> values.add(numbers.value(row));
      case BooleanColumn truths -> values.add((int) truths.value(row));
      case CategoricalColumn categories -> values.add(categories.text(row));
      case CategoricalSetColumn sets -> {
        ArrayNode items = values.addArray();
        for (int i = sets.start(row); i < sets.end(row); i++) {
          items.add(sets.text(i));
        }
      }
      case DiscretizedColumn bins -> {
        float[] boundaries = bins.details().boundaries();
        int bin = bins.bin(row);
        values.add(bin == 0 ? boundaries[0] - 1 : boundaries[bin - 1]);
      }
      case TextColumn _, HashColumn _, VectorSequenceColumn _ ->
          throw new AssertionError(column.name());
    }
  }
}
