package dev.tendril.conformance.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tendril.conformance.Shared;
import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.formats.tflite.TfliteModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Small published models give what the reference kernels of TensorFlow Lite for Microcontrollers
/// give: integers equal, floats to a part in 100,000.
class GoldenModelsTest {
  private static final Pattern CASE =
      Pattern.compile(
          "\\{\\s*\"model\": \"([^\"]+)\",.*?\"inputs\": \\[(.*?)\\],\\s*\"outputs\": \\[(.*?)\\]",
          Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("\"([^\"]+)\"");

  @Test
  void smallModelsGiveTheAnswersOfTheReference() throws IOException {
    Path golden = Shared.file("tinyml/golden/index.json");
    Matcher cases = CASE.matcher(Files.readString(golden));
    int count = 0;
    while (cases.find()) {
      check(golden.resolveSibling("../models").resolve(cases.group(1)), golden, cases);
      count++;
    }
    assertEquals(32, count);
  }

  private static void check(Path file, Path golden, Matcher found) throws IOException {
    TfliteModel model = TfliteModel.read(file);
    Graph graph = model.graph();
    List<Tensor> operands = new ArrayList<>();
    for (String name : names(found.group(2))) {
      operands.add(
          Models.tensor(
              graph.inputs().get(operands.size()).type(),
              Files.readAllBytes(golden.resolveSibling(name))));
    }
    List<Tensor> results = Models.run(model, operands);
    List<String> names = names(found.group(3));
    assertFalse(names.isEmpty());
    for (int i = 0; i < names.size(); i++) {
      Tensor expected =
          Models.tensor(
              results.get(i).type(), Files.readAllBytes(golden.resolveSibling(names.get(i))));
      Models.compare(names.get(i), expected, results.get(i), 1e-5);
    }
  }

  private static List<String> names(String list) {
    List<String> names = new ArrayList<>();
    for (Matcher name = NAME.matcher(list); name.find(); ) {
      names.add(name.group(1));
    }
    return names;
  }
}
