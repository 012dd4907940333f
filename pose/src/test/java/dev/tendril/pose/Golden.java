package dev.tendril.pose;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tendril.pose.image.Picture;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Answers of other programs.
final class Golden {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Golden() {}

  static JsonNode json(String name) {
    try {
      return MAPPER.readTree(Files.readString(Shared.file("pose/" + name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static double[] numbers(JsonNode array) {
    return array.valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }

  static float[] floats(String name) {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(Shared.file("pose/" + name)));
        DataInputStream data = new DataInputStream(in)) {
      ByteBuffer bytes = ByteBuffer.wrap(data.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      float[] values = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(values);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path file(String name) {
    return Shared.file("pose/" + name);
  }

  static Picture picture(String name) {
    return Picture.read(file(name));
  }

  /// Differences relative to the value where it is above 1.
  static void close(double expected, double found, double tolerance, String what) {
    assertEquals(expected, found, tolerance * Math.max(1, Math.abs(expected)), what);
  }
}
