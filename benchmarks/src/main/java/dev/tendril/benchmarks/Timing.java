package dev.tendril.benchmarks;

/// How long a short piece of work takes once it is warm.
///
/// @param cpuNanos mean process time of one call
/// @param wallNanos least wall time of one call
record Timing(double cpuNanos, double wallNanos) {
  private static final long WARM_NANOS = 1_500_000_000L;
  private static final long RUN_NANOS = 2_500_000_000L;
  private static final double SAMPLE_NANOS = 2e6;

  /// Work that is timed.
  interface Work {
    void run() throws Exception;
  }

  /// Calls the work for 1.5 s unmeasured and for 2.5 s measured, in samples of about 2 ms.
  static Timing of(Work work) throws Exception {
    long start = System.nanoTime();
    long calls = 0;
    while (calls < 3 || System.nanoTime() - start < WARM_NANOS) {
      work.run();
      calls++;
    }
    double estimate = (double) (System.nanoTime() - start) / calls;
    int inner = (int) Math.clamp(SAMPLE_NANOS / estimate, 1, 1e6);
    double least = Double.MAX_VALUE;
    calls = 0;
    long cpu = Meter.cpu();
    start = System.nanoTime();
    while (calls < 3 || System.nanoTime() - start < RUN_NANOS) {
      long from = System.nanoTime();
      for (int i = 0; i < inner; i++) {
        work.run();
      }
      least = Math.min(least, (double) (System.nanoTime() - from) / inner);
      calls += inner;
    }
    return new Timing((double) (Meter.cpu() - cpu) / calls, least);
  }
}
