package dev.tendril.conformance.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.conformance.Shared;
import dev.tendril.formats.FormatException;
import dev.tendril.formats.tflite.TfliteModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Files that test other readers: all are read, and graphs made of all but those that need what
/// Tendril has not.
class PublishedFilesTest {
  @Test
  void filesAreReadOrRefusedForAReason() throws IOException {
    Path folder = Shared.file("tinyml/litert");
    Map<String, String> refused = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".tflite")).toList()) {
        TfliteModel model = TfliteModel.read(file);
        try {
          model.graph();
          for (String signature : model.signatures()) {
            model.graph(signature);
          }
        } catch (FormatException e) {
          refused.put(file.getFileName().toString(), String.valueOf(e.getMessage()));
        }
      }
    }
    assertEquals(
        "[blockwise_quantized.tflite, dynamic_string_custom_ops.tflite,"
            + " simple_topk_op_runtime_k.tflite]",
        refused.keySet().toString());
    assertTrue(refused.get("dynamic_string_custom_ops.tflite").contains("STRING"), "" + refused);
  }
}
