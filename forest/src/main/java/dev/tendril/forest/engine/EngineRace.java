package dev.tendril.forest.engine;

import java.util.List;

/// Runs an engine side by side with another until it is faster, or has become no faster for long.
final class EngineRace implements AdaptiveEngine.Trial {
  /// Into so many slices the rows are cut, of which a round of a trial takes one: long rounds would
  /// use the time up before the compiler is done.
  static final int SLICES = 8;

  /// A newcomer is chosen once it has been ahead for so many rows.
  private static final int ROWS_AHEAD = 32_768;

  private static final long LONGEST_TRIAL_NANOS = 10_000_000_000L;

  /// A newcomer that has become no faster for so long is given up.
  private static final long PATIENCE_NANOS = 2_500_000_000L;

  @Override
  public boolean proves(Engine candidate, Engine champion, List<Rows> parts, int size) {
    float[] out = new float[size * candidate.outputs()];
    long begin = System.nanoTime();
    long best = Long.MAX_VALUE;
    long toBeat = Long.MAX_VALUE;
    int ahead = 0;
    int slice = parts.size() / SLICES;
    int from = 0;
    long improved = begin;
    while (System.nanoTime() - begin < LONGEST_TRIAL_NANOS
        && System.nanoTime() - improved < PATIENCE_NANOS) {
      List<Rows> some = parts.subList(from, from + slice);
      from = (from + slice) % (slice * SLICES);
      long start = System.nanoTime();
      run(champion, some, size, out);
      long middle = System.nanoTime();
      run(candidate, some, size, out);
      toBeat = Math.min(toBeat, middle - start);
      long end = System.nanoTime();
      if (end - middle < best) {
        best = end - middle;
        improved = end;
      }
      if (best < toBeat) {
        ahead += slice * size;
        if (ahead >= ROWS_AHEAD) {
          return true;
        }
      }
    }
    return false;
  }

  private static void run(Engine engine, List<Rows> parts, int size, float[] out) {
    for (Rows part : parts) {
      engine.predict(part, size, out, 0);
    }
  }
}
