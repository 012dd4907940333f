package dev.tendril.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tendril.core.ClosedTensorException;
import dev.tendril.core.DType;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Activation;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Structured;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import dev.tendril.machine.host.CodePool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Graphs that the CPU device compiles to machine code: by many threads at once, and very many one
/// after the other.
class CompiledGraphsTest {
  private static final long SEED = 21;

  @BeforeEach
  void machine() {
    assumeTrue(
        Processor.support().isYes(), () -> "no machine code here: " + Processor.support().reason());
  }

  private record Case(Graph graph, Tensor input, Tensor expected) {
    static Case of(Random random, int inputs, int units, int outputs) {
      GraphBuilder builder = Graph.builder("net");
      Value x = builder.input("x", TensorType.of(DType.F32, 1, inputs));
      Value hidden =
          builder.add(
              new Contract.MatMul(false, true, Activation.RELU),
              x,
              builder.constant("w", numbers(random, units, inputs)),
              builder.constant("b", numbers(random, units)));
      Value y =
          builder.add(
              new Contract.MatMul(false, false, Activation.NONE),
              hidden,
              builder.constant("v", numbers(random, units, outputs)));
      Graph graph = builder.output("y", builder.add(new Structured.Softmax(-1, 1), y)).build();
      Tensor input = numbers(random, 1, inputs);
      return new Case(graph, input, graph.evaluate(List.of(input)).getFirst());
    }

    private static Tensor numbers(Random random, int... dims) {
      int size = 1;
      for (int dim : dims) {
        size *= dim;
      }
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = random.nextFloat(-1, 1);
      }
      return Tensor.of(values, dims);
    }

    void run(int threads) {
      CompileOptions options = CompileOptions.DEFAULT.withThreads(threads);
      try (Executable executable = Devices.current().compile(graph, options)) {
        Tensor result = executable.run(List.of(input)).getFirst();
        for (long i = 0; i < expected.shape().size(); i++) {
          assertEquals(expected.get(i), result.get(i), 1e-5, "seed " + SEED);
        }
      }
    }
  }

  @Test
  void nodesRunAsMachineCodeAndReportsNameTheVariant() {
    Case one = Case.of(new Random(SEED), 16, 32, 4);
    try (Executable executable = Devices.current().compile(one.graph(), CompileOptions.DEFAULT)) {
      String report = executable.report();
      assertTrue(report.contains("machine product 1x"), report);
      assertTrue(report.contains("machine softmax"), report);
    }
  }

  /// Machine code does not notice that memory is gone; so it must not be given any that may be.
  @Test
  void memoryThatIsClosedDuringARunIsAnError() throws Exception {
    Case one = Case.of(new Random(SEED), 64, 96, 8);
    try (Executable executable = Devices.current().compile(one.graph(), CompileOptions.DEFAULT);
        ExecutorService runner = Executors.newSingleThreadExecutor()) {
      for (int i = 0; i < 20; i++) {
        Arena arena = Arena.ofShared();
        Tensor input = Tensor.wrap(arena.allocate(4 * 64, 4), one.input().type());
        input.memory().copyFrom(one.input().memory());
        Future<?> runs =
            runner.submit(
                () -> {
                  while (true) {
                    executable.run(List.of(input));
                  }
                });
        Thread.sleep(2);
        arena.close();
        ExecutionException failure = assertThrows(ExecutionException.class, runs::get);
        assertInstanceOf(ClosedTensorException.class, failure.getCause());
      }
    }
  }

  @Test
  void eightThreadsCompileAndRunAtOnce() throws Exception {
    List<Future<?>> futures = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      for (int thread = 0; thread < 8; thread++) {
        Random random = new Random(SEED + thread);
        futures.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < 25; i++) {
                    int inputs = random.nextInt(1, 60);
                    Case.of(random, inputs, random.nextInt(1, 80), random.nextInt(1, 30))
                        .run(1 + i % 2);
                  }
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    }
  }

  @Test
  void codeOfManyGraphsGoes() throws IOException {
    soak(1_500, 300);
  }

  /// As many as a server makes in weeks.
  @Test
  @Tag("slow")
  void codeOfVeryManyGraphsGoes() throws IOException {
    soak(100_000, 2_000);
  }

  /// @param shapes how many different graphs come again and again
  private static void soak(int graphs, int shapes) throws IOException {
    List<Case> cases = new ArrayList<>();
    Random random = new Random(SEED);
    for (int i = 0; i < shapes; i++) {
      cases.add(Case.of(random, 1 + i % 50, 1 + i / 50, 3));
    }
    long mappings = 0;
    long most = 0;
    for (int i = 0; i < graphs; i++) {
      cases.get(i % shapes).run(1);
      if (i == graphs / 10) {
        mappings = mappings();
      }
      most = Math.max(most, CodePool.mappedBytes());
    }
    long code = most;
    assertTrue(code <= 160L << 20, () -> code + " bytes of code");
    long more = mappings() - mappings;
    assertTrue(more < 2_000, () -> more + " mappings more");
  }

  private static long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.count();
    }
  }
}
