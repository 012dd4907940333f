package dev.tendril.conformance.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.Rounding;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.formats.tflite.TfliteModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;

/// Runs models on operands, and compares what they give.
final class Models {
  private Models() {}

  /// The results for operands without those of states, which begin as they do before the first run.
  static List<Tensor> run(TfliteModel model, List<Tensor> operands) {
    return run(model, operands, Rounding.EXACT);
  }

  /// The same, with quantized numbers rounded in a way.
  static List<Tensor> run(TfliteModel model, List<Tensor> operands, Rounding rounding) {
    CompileOptions options = CompileOptions.DEFAULT.withRounding(rounding);
    Graph graph = model.graph();
    List<Tensor> all = new ArrayList<>(operands);
    all.addAll(model.states());
    try (Executable executable = Devices.current().compile(graph, options)) {
      return executable.run(all).subList(0, graph.outputs().size() - model.states().size());
    }
  }

  static Tensor tensor(TensorType type, byte[] bytes) {
    Tensor tensor = Tensor.allocate(type);
    tensor.memory().copyFrom(MemorySegment.ofArray(bytes));
    return tensor;
  }

  /// Checks integers for equality, floats to a part of their size; those near zero to that part of
  /// the greatest.
  static void compare(String what, Tensor expected, Tensor found, double tolerance) {
    assertEquals(expected.type(), found.type(), what);
    double greatest = 0;
    for (long i = 0; i < expected.shape().size(); i++) {
      greatest = Math.max(greatest, Math.abs(expected.get(i)));
    }
    for (long i = 0; i < expected.shape().size(); i++) {
      double limit = expected.dtype().isFloat() ? tolerance * greatest : 0;
      long place = i;
      assertTrue(
          Math.abs(expected.get(i) - found.get(i)) <= limit,
          () ->
              what
                  + ", element "
                  + place
                  + ": "
                  + expected.get(place)
                  + " expected, not "
                  + found.get(place));
    }
  }

  /// The channels of a picture's pixels, from 0 to 255.
  static double[] pixels(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    double[] values = new double[image.getWidth() * image.getHeight() * 3];
    int i = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        for (int shift = 16; shift >= 0; shift -= 8) {
          values[i++] = image.getRGB(x, y) >> shift & 0xFF;
        }
      }
    }
    return values;
  }

  /// Floats of a compressed file.
  static float[] floats(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      float[] values = new float[bytes.remaining() / 4];
      bytes.asFloatBuffer().get(values);
      return values;
    }
  }
}
