package dev.tendril.forest;

import dev.tendril.data.Frame;
import dev.tendril.forest.engine.Engine;
import dev.tendril.forest.engine.Engines;
import dev.tendril.forest.engine.FlatEngine;
import dev.tendril.forest.engine.FrameFeed;
import dev.tendril.forest.engine.Layout;
import dev.tendril.forest.engine.Rows;
import dev.tendril.forest.tree.Forest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How fast an engine predicts a model, in one thread and after the compiler has done its work; the
/// time is that of the processor where Java tells it. Reading tables is not part of it; turning
/// rows into what the engine computes with, and the link function, are.
///
/// @param engine such as `flat`
/// @param manyNanos nanoseconds a row when many rows are predicted at a time; NaN when the engine
///     cannot run the model
/// @param oneNanos nanoseconds a row when rows are predicted one by one; NaN likewise
/// @param forMany whether a model predicts many rows like these by this engine
/// @param forOne whether a model predicts one row like these by this engine
/// @param refusal why the engine cannot run the model; null when it can
public record EngineSpeed(
    String engine,
    double manyNanos,
    double oneNanos,
    boolean forMany,
    boolean forOne,
    @Nullable String refusal) {
  private static final int BLOCK = 256;
  private static final int MOST_ROWS = 10_240;
  private static final int SINGLES = 1000;

  /// Rounds at least, of which the later half counts.
  private static final int ROUNDS = 10;

  /// Measures all engines of a forest on the first rows of a table.
  ///
  /// @param seconds to spend on each engine and way of predicting
  static List<EngineSpeed> measure(Forest forest, Layout layout, Frame frame, double seconds) {
    Engines engines = new Engines(forest, layout, new FlatEngine(forest, layout));
    int rows = Math.min(MOST_ROWS, frame.rows());
    if (rows == 0) {
      throw new IllegalArgumentException(
          "cannot measure engines on a table without rows; expected at least 1");
    }
    FrameFeed feed = new FrameFeed(layout, frame);
    List<Rows> blocks = new ArrayList<>();
    for (int from = 0; from < rows; from += BLOCK) {
      blocks.add(filled(feed, layout, from, Math.min(BLOCK, rows - from)));
    }
    List<Rows> singles = new ArrayList<>();
    for (int row = 0; row < Math.min(SINGLES, rows); row++) {
      singles.add(filled(feed, layout, row, 1));
    }
    List<Engines.Candidate> candidates = engines.candidates();
    double[] many = new double[candidates.size()];
    double[] one = new double[candidates.size()];
    for (int i = 0; i < many.length; i++) {
      Engine engine = candidates.get(i).engine();
      many[i] = engine == null ? Double.NaN : nanos(engine, blocks, rows, seconds);
      one[i] = engine == null ? Double.NaN : nanos(engine, singles, singles.size(), seconds);
    }
    int forMany = fastest(candidates, engines.many(), many);
    int forOne = fastest(candidates, engines.one(), one);
    List<EngineSpeed> speeds = new ArrayList<>();
    for (int i = 0; i < many.length; i++) {
      Engines.Candidate candidate = candidates.get(i);
      speeds.add(
          new EngineSpeed(
              candidate.name(), many[i], one[i], i == forMany, i == forOne, candidate.refusal()));
    }
    return List.copyOf(speeds);
  }

  /// The fastest of the engines that a model chooses from.
  private static int fastest(
      List<Engines.Candidate> candidates, List<Engine> choice, double[] nanos) {
    int fastest = 0;
    for (int i = 1; i < nanos.length; i++) {
      Engine engine = candidates.get(i).engine();
      if (engine != null && choice.contains(engine) && nanos[i] < nanos[fastest]) {
        fastest = i;
      }
    }
    return fastest;
  }

  private static Rows filled(FrameFeed feed, Layout layout, int from, int count) {
    Rows rows = new Rows(layout, count);
    feed.fill(from, count, rows);
    return rows;
  }

  /// The least time a row of all rounds in the later half.
  private static double nanos(Engine engine, List<Rows> blocks, int rows, double seconds) {
    float[] out = new float[BLOCK * engine.outputs()];
    List<Long> rounds = new ArrayList<>();
    long begin = System.nanoTime();
    while (rounds.size() < ROUNDS || System.nanoTime() - begin < seconds * 1e9) {
      long start = time();
      int left = rows;
      for (Rows block : blocks) {
        int count = Math.min(left, blocks.size() == 1 ? rows : block.capacity());
        engine.predict(block, count, out, 0);
        left -= count;
      }
      rounds.add(time() - start);
    }
    return (double)
            rounds.subList(rounds.size() / 2, rounds.size()).stream()
                .mapToLong(nanos -> nanos)
                .min()
                .orElseThrow()
        / rows;
  }

  private static long time() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return threads.isCurrentThreadCpuTimeSupported()
        ? threads.getCurrentThreadCpuTime()
        : System.nanoTime();
  }
}
