package dev.tendril.benchmarks;

import java.util.stream.DoubleStream;

/// How long a short piece of work takes once it is warm.
///
/// @param cpuNanos mean process time of one call
/// @param wallNanos least wall time of one call
/// @param medianNanos median wall time of one call
record Timing(double cpuNanos, double wallNanos, double medianNanos) {
  private static final long WARM_NANOS = 1_500_000_000L;
  private static final long RUN_NANOS = 2_500_000_000L;
  private static final double SAMPLE_NANOS = 2e6;

  /// Work that is timed.
  interface Work {
    void run() throws Exception;
  }

  /// Calls the work for 1.5 s unmeasured and for 2.5 s measured, in samples of about 2 ms.
  static Timing of(Work work) throws Exception {
    return of(work, WARM_NANOS);
  }

  /// The same for work of much code, which takes Java's compiler longer.
  static Timing ofMuch(Work work) throws Exception {
    return of(work, 3 * WARM_NANOS);
  }

  private static Timing of(Work work, long warmNanos) throws Exception {
    long start = System.nanoTime();
    long calls = 0;
    while (calls < 3 || System.nanoTime() - start < warmNanos) {
      work.run();
      calls++;
    }
    double estimate = (double) (System.nanoTime() - start) / calls;
    int inner = (int) Math.clamp(SAMPLE_NANOS / estimate, 1, 1e6);
    DoubleStream.Builder samples = DoubleStream.builder();
    calls = 0;
    long cpu = Meter.cpu();
    start = System.nanoTime();
    while (calls < 3 || System.nanoTime() - start < RUN_NANOS) {
      long from = System.nanoTime();
      for (int i = 0; i < inner; i++) {
        work.run();
      }
      samples.add((double) (System.nanoTime() - from) / inner);
      calls += inner;
    }
    double cpuNanos = (double) (Meter.cpu() - cpu) / calls;
    double[] sorted = samples.build().sorted().toArray();
    return new Timing(cpuNanos, sorted[0], sorted[sorted.length / 2]);
  }

  /// Adds all three to a result, in nanoseconds.
  Result into(Result result) {
    return result.put("cpu_ns", cpuNanos).put("wall_ns", wallNanos).put("median_ns", medianNanos);
  }
}
