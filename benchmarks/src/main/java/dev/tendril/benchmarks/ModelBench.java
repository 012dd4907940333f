package dev.tendril.benchmarks;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Cost;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.formats.tflite.TfliteModel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Measures one call of published models, whose first input and first output count: bytes in, bytes
/// out. Answers are compared with those of Tendril's kernels of plain Java.
final class ModelBench {
  private static final Set<String> PLAIN = Set.of("scalar", "vector", "quantized", "copy", "fused");

  private ModelBench() {}

  static void measure(GraphContestant contestant, Path file, int threads, Result result)
      throws Exception {
    Graph graph = TfliteModel.read(file).graph();
    TensorType type = graph.parameters().getFirst();
    byte[] input = bytes(type);
    byte[] output = new byte[(int) graph.outputTypes().getFirst().bytes()];
    double base = Meter.residentMb();
    Meter.resetPeak();
    long start = System.nanoTime();
    contestant.start(threads);
    GraphContestant.Model model = contestant.model(file);
    model.run(input, output);
    double firstNanos = System.nanoTime() - start;
    double peakMb = Meter.peakMb();
    Timing timing = Timing.ofMuch(() -> model.run(input, output));
    double flops = graph.nodes().stream().mapToLong(node -> Cost.of(node).flops()).sum();
    System.out.println(
        timing
            .into(result)
            .put("model", name(file))
            .put("first_ms", firstNanos / 1e6)
            .put("base_mb", base)
            .put("peak_mb", peakMb)
            .put("gflops", flops / timing.wallNanos())
            .put("relerr", Numbers.distance(floats(graph, output), expected(graph, input))));
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.tflite$", "");
  }

  /// Floats from 0 to 1, or any bytes.
  private static byte[] bytes(TensorType type) {
    try (Tensor tensor = Tensor.allocate(type)) {
      if (type.dtype().isFloat()) {
        float[] values = Numbers.random(3, (int) type.shape().size());
        for (int i = 0; i < values.length; i++) {
          tensor.memory().setAtIndex(ValueLayout.JAVA_FLOAT, i, (values[i] + 1) / 2);
        }
        return tensor.memory().toArray(ValueLayout.JAVA_BYTE);
      }
    }
    byte[] values = new byte[(int) type.bytes()];
    new Random(3).nextBytes(values);
    return values;
  }

  private static float[] floats(Graph graph, byte[] output) {
    try (Tensor tensor = Tensor.allocate(graph.outputTypes().getFirst())) {
      tensor.memory().copyFrom(MemorySegment.ofArray(output));
      return tensor.toFloatArray();
    }
  }

  private static float[] expected(Graph graph, byte[] input) {
    CompileOptions options = CompileOptions.DEFAULT.withProviders(PLAIN);
    try (Tensor x = Tensor.allocate(graph.parameters().getFirst());
        Executable executable = Devices.current().compile(graph, options)) {
      x.memory().copyFrom(MemorySegment.ofArray(input));
      return executable.run(List.of(x)).getFirst().toFloatArray();
    }
  }
}
