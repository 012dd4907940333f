package dev.tendril.cli;

import dev.tendril.core.TensorException;
import dev.tendril.core.quantize.Quantizer;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The graph of floats that a command makes smaller, and where the result goes.
final class FloatGraph {
  @Parameters(index = "0", paramLabel = "MODEL", description = "The file of the graph.")
  private Path file = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Where to write: .tflite, .onnx, or .tendril for a text.",
      order = 0)
  private Path out = Path.of("");

  Path file() {
    return file;
  }

  Path out() {
    return out;
  }

  /// Reads the graph, once the result can be written.
  ///
  /// @throws TensorException when it is quantized already
  GraphFile read() {
    GraphFile.requireTarget(out);
    GraphFile source = GraphFile.read(file);
    try {
      Quantizer.requireFloats(source.graph());
    } catch (TensorException e) {
      throw e.in(file.toString());
    }
    return source;
  }
}
