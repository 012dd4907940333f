package dev.tendril.benchmarks;

import static dev.tendril.core.run.Ops.add;
import static dev.tendril.core.run.Ops.matmul;

import dev.tendril.core.Tensor;
import dev.tendril.core.TensorScope;
import dev.tendril.core.run.Devices;
import dev.tendril.core.spi.CompileOptions;
import dev.tendril.core.spi.Executable;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/// Runs small ops and small graphs for long, and watches memory: native memory that is not given
/// back shows as resident memory that grows, since the heap's limit and the heap's first size are
/// the same and all of it is resident from the start.
///
/// Memory is read as it is and again after a collection: unreachable tensors keep theirs until the
/// collector comes by, which may be long in coming, but not after.
///
/// Of the ops, a third is closed one by one, a third by a scope, and a third left to the collector.
/// The results of the graph are left to the collector; once in a while the graph is compiled anew.
///
/// Exits with 1 when, after the first tenth, what is resident after collections grows by more than
/// `--limit` megabytes.
public final class Soak {
  private static final int ROUNDS = 20;
  private static final int WARM = ROUNDS / 10;
  private static final int COMPILED_EVERY = 1000;
  private static final long CLEANING_MILLIS = 200;

  private final Tensor x = Tensor.of(Numbers.random(1, 16), 16);
  private final Tensor y = Tensor.of(Numbers.random(2, 16), 16);
  private final Tensor image = Tensor.of(Numbers.random(3, 16), 1, 16);
  private final Tensor wide = Tensor.of(Numbers.random(4, 16 * 128), 16, 128);
  private final CompileOptions options;
  private Executable executable;

  private Soak(int threads) {
    options = CompileOptions.DEFAULT.withThreads(threads);
    executable = compile();
  }

  public static void main(String[] args) throws InterruptedException {
    Arguments arguments = Arguments.of(args);
    int ops = arguments.number("ops");
    int runs = arguments.number("runs");
    double limit = arguments.number("limit");
    Soak soak = new Soak(arguments.number("threads"));
    System.out.printf(
        "| ops | graph runs | resident MB | collected MB | heap MB | ns/op | ns/run |%n");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    double base = 0;
    double most = 0;
    for (int round = 1; round <= ROUNDS; round++) {
      long start = System.nanoTime();
      soak.ops(ops / ROUNDS);
      long middle = System.nanoTime();
      soak.runs(runs / ROUNDS);
      double collected = report(round, ops / ROUNDS, runs / ROUNDS, start, middle);
      if (round <= WARM) {
        base = collected;
      }
      most = Math.max(most, collected - base);
    }
    System.out.printf(
        Locale.ROOT,
        "%nafter the first tenth memory grew by at most %.1f MB; the limit is %.0f MB%n",
        most,
        limit);
    System.exit(most > limit ? 1 : 0);
  }

  /// @return the megabytes that are resident after a collection
  private static double report(int round, int ops, int runs, long start, long middle)
      throws InterruptedException {
    long end = System.nanoTime();
    double resident = Meter.residentMb();
    System.gc();
    Thread.sleep(CLEANING_MILLIS);
    double collected = Meter.residentMb();
    System.out.printf(
        Locale.ROOT,
        "| %,d | %,d | %.1f | %.1f | %.1f | %.0f | %.0f |%n",
        (long) ops * round,
        (long) runs * round,
        resident,
        collected,
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1048576.0,
        (double) (middle - start) / Math.max(1, ops),
        (double) (end - middle) / Math.max(1, runs));
    return collected;
  }

  private void ops(int count) {
    for (int i = 0; i + 3 <= count; i += 3) {
      add(x, y).close();
      try (TensorScope _ = TensorScope.open()) {
        Tensor _ = add(x, y);
      }
      Tensor large = matmul(image, wide);
      if (large.isClosed()) {
        throw new IllegalStateException("a tensor was closed by nobody");
      }
    }
  }

  private void runs(int count) {
    for (int i = 0; i < count; i++) {
      if (i % COMPILED_EVERY == 0) {
        executable.close();
        executable = compile();
      }
      Tensor result = executable.run(List.of(image)).getFirst();
      if (!(result.get(0) <= 1)) {
        throw new IllegalStateException("a probability of " + result.get(0));
      }
    }
  }

  private Executable compile() {
    return Devices.current().compile(Nets.perceptron(), options);
  }
}
