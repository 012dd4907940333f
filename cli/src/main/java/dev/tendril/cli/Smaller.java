package dev.tendril.cli;

import dev.tendril.core.Tensor;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.quantize.Samples;
import dev.tendril.core.rewrite.Passes;
import dev.tendril.core.rewrite.Rewriter;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a graph costs before and after it was made smaller.
///
/// @param before the figures of the graph that was read
/// @param after those of the graph that was written
record Smaller(Figures before, Figures after) {
  private static final long BUDGET = 2_000_000_000L;
  private static final int ROUNDS = 2000;

  /// @param bytes of the file
  /// @param arena bytes that values take; -1 where they are not known
  /// @param millis a run on one thread, the best of many; NaN where it was not measured
  record Figures(long bytes, long arena, double millis) {}

  /// Measures both, one run after the other in turns.
  ///
  /// @param sample operands of floats; null to measure with zeros
  static Smaller of(
      Path source, Graph floats, Path target, Graph graph, @Nullable List<Tensor> sample) {
    double[] millis = millis(floats, graph, sample);
    return new Smaller(
        new Figures(size(source), arena(floats), millis[0]),
        new Figures(size(target), arena(graph), millis[1]));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException _) {
      return -1;
    }
  }

  private static long arena(Graph graph) {
    return GraphSummary.arena(Rewriter.rewrite(graph, Passes.SIMPLIFY).graph());
  }

  private static double[] millis(Graph floats, Graph graph, @Nullable List<Tensor> sample) {
    if (sample == null && floats.inputs().stream().anyMatch(i -> !i.type().shape().isKnown())) {
      return new double[] {Double.NaN, Double.NaN};
    }
    List<Tensor> first =
        sample == null
            ? floats.inputs().stream().map(input -> Tensor.zeros(input.type())).toList()
            : sample;
    try (Executable one = executable(floats, first);
        Executable other = executable(graph, Samples.fit(graph, first))) {
      Timer before = new Timer(one, first);
      Timer after = new Timer(other, Samples.fit(graph, first));
      long start = System.nanoTime();
      for (int round = 0; round < ROUNDS && System.nanoTime() - start < BUDGET; round++) {
        before.run();
        after.run();
      }
      return new double[] {before.best, after.best};
    }
  }

  private static Executable executable(Graph graph, List<Tensor> operands) {
    Graph known = graph.withTypes(operands.stream().map(Tensor::type).toList());
    return Devices.current().compile(known, CompileOptions.DEFAULT.withThreads(1));
  }

  private static final class Timer {
    private final Executable executable;
    private final List<Tensor> operands;
    private final List<Tensor> results;
    private double best = Double.POSITIVE_INFINITY;

    Timer(Executable executable, List<Tensor> operands) {
      this.executable = executable;
      this.operands = operands;
      this.results = executable.run(operands);
    }

    void run() {
      long start = System.nanoTime();
      executable.run(operands, results);
      best = Math.min(best, (System.nanoTime() - start) / 1e6);
    }
  }
}
