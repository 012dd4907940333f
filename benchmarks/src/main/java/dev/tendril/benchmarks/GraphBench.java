package dev.tendril.benchmarks;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Cost;
import dev.tendril.core.graph.Graph;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Measures one contestant at one piece of work, in this process, and prints a line of JSON for
/// each figure.
///
/// * `gemm`: products of square matrices of several sizes, and what the processor can do at most;
/// * `mlp`, `mobilenet`: one call of a network, floats in, floats out;
/// * `int8`, `models`: the same of published models ([ModelBench]);
/// * `train`, `fused`, `eager`, `plugin`: see [TrainBench], [FusedBench], [EagerBench] and
///   [PluginBench]; Tendril alone.
public final class GraphBench {
  private static final int[] SIZES = {64, 128, 256, 512, 1024, 2048};
  private static final int CHECKED = 64;

  private GraphBench() {}

  public static void main(String[] args) throws Exception {
    Arguments arguments = Arguments.of(args);
    String work = arguments.text("work");
    GraphContestant contestant = GraphContestant.named(arguments.text("peer"));
    int threads = arguments.number("threads");
    Header header = new Header(contestant, work, threads);
    switch (work) {
      case "gemm" -> products(contestant, header);
      case "mlp", "mobilenet" -> net(contestant, Nets.named(work), header);
      case "int8", "models" ->
          ModelBench.measure(contestant, Path.of(arguments.text("file")), threads, header.result());
      case "fused" -> FusedBench.measure(threads, header.result());
      case "train" -> TrainBench.measure(threads, header.result());
      case "eager" -> EagerBench.measure(header.result());
      case "plugin" -> PluginBench.measure(Path.of(arguments.text("file")), header.result());
      default ->
          throw new IllegalArgumentException(
              "work \""
                  + work
                  + "\": expected gemm, mlp, mobilenet, int8, models, train, fused, eager or"
                  + " plugin");
    }
  }

  /// What all lines of a process begin with.
  private record Header(GraphContestant contestant, String work, int threads) {
    Result result() {
      return new Result("graphs")
          .put("work", work)
          .put("threads", threads)
          .put("peer", contestant.name())
          .put("version", contestant.version())
          .machine();
    }
  }

  private static void products(GraphContestant contestant, Header header) throws Exception {
    contestant.start(header.threads);
    double peak = FmaPeak.gflops(header.threads);
    for (int n : SIZES) {
      float[] left = Numbers.random(1, n * n);
      float[] right = Numbers.random(2, n * n);
      GraphContestant.Product product = contestant.product(n, left, right);
      Timing timing = Timing.of(product::run);
      float[] result = product.result();
      int[] places = new int[CHECKED];
      float[] found = new float[CHECKED];
      for (int i = 0; i < CHECKED; i++) {
        places[i] = (int) ((long) i * (n * n - 1) / (CHECKED - 1));
        found[i] = result[places[i]];
      }
      double flops = 2.0 * n * n * n;
      System.out.println(
          timing
              .into(header.result().put("n", n))
              .put("gflops", flops / timing.wallNanos())
              .put("gflops_median", flops / timing.medianNanos())
              .put("peak_gflops", peak)
              .put("of_peak", flops / timing.wallNanos() / peak)
              .put("relerr", Numbers.distance(found, Numbers.product(n, left, right, places))));
    }
  }

  private static void net(GraphContestant contestant, Graph graph, Header header) throws Exception {
    TensorType type = graph.parameters().getFirst();
    float[] image = Numbers.random(3, (int) type.shape().size());
    float[] output = new float[(int) graph.outputTypes().getFirst().shape().size()];
    double base = Meter.residentMb();
    Meter.resetPeak();
    long start = System.nanoTime();
    contestant.start(header.threads);
    GraphContestant.Net net = contestant.net(graph);
    float[] input = net.arrange(image);
    net.run(input, output);
    double firstNanos = System.nanoTime() - start;
    double peakMb = Meter.peakMb();
    Timing timing = Timing.ofMuch(() -> net.run(input, output));
    float[] expected;
    try (Tensor x = Tensor.of(image, dims(type))) {
      expected = graph.evaluate(List.of(x)).getFirst().toFloatArray();
    }
    double flops = graph.nodes().stream().mapToLong(node -> Cost.of(node).flops()).sum();
    System.out.println(
        timing
            .into(header.result())
            .put("first_ms", firstNanos / 1e6)
            .put("base_mb", base)
            .put("peak_mb", peakMb)
            .put("gflops", flops / timing.wallNanos())
            .put("relerr", Numbers.distance(output, expected)));
  }

  private static int[] dims(TensorType type) {
    int[] dims = new int[type.shape().rank()];
    Arrays.setAll(dims, type.shape()::dim);
    return dims;
  }
}
