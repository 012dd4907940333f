package dev.tendril.conformance.tflite;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.conformance.Shared;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Value;
import dev.tendril.formats.tflite.TfliteModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/// Models of one operator on 16-bit integers, taken from a network for audio.
class SingleOperatorsTest {
  @Test
  void operatorsOf16BitsGiveTheAnswersOfTheReference() throws IOException {
    Path file = Shared.file("tinyml/seanet_ops_even.zip");
    int count = 0;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        String name = all.nextElement().getName();
        if (name.endsWith(".tflite")) {
          check(zip, name, name.substring(0, name.length() - ".tflite".length()));
          count++;
        }
      }
    }
    assertTrue(count >= 60, "only " + count + " models found");
  }

  private static void check(ZipFile zip, String name, String base) throws IOException {
    TfliteModel model = TfliteModel.of(bytes(zip, name));
    List<Tensor> operands = new ArrayList<>();
    for (Value.Input input : model.graph().inputs()) {
      operands.add(numbers(zip, base + "_input" + operands.size(), input.type()));
    }
    Tensor result = Models.run(model, operands).getFirst();
    Models.compare(name, numbers(zip, base + "_golden", result.type()), result, 0);
  }

  private static byte[] bytes(ZipFile zip, String name) throws IOException {
    try (var in = zip.getInputStream(zip.getEntry(name))) {
      return in.readAllBytes();
    }
  }

  private static Tensor numbers(ZipFile zip, String start, TensorType type) throws IOException {
    String name =
        zip.stream()
            .map(ZipEntry::getName)
            .filter(n -> n.startsWith(start + "_"))
            .findFirst()
            .orElseThrow();
    String text = new String(bytes(zip, name), StandardCharsets.UTF_8);
    return Tensor.of(
        type,
        Arrays.stream(text.split("[,\\s]+", -1))
            .filter(s -> !s.isEmpty())
            .mapToDouble(Double::parseDouble)
            .toArray());
  }
}
