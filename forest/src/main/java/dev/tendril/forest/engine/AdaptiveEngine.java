package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Forest;
import java.util.concurrent.atomic.AtomicBoolean;

/// Starts with the plain walk and goes over to the best engines once they are worth it.
///
/// The fast engines take time to build, and far more until the compiler has made machine code of
/// them: vector code runs a hundred times slower before. So the first rows are predicted by
/// [FlatEngine], which is fast from the first call. After some thousands of rows a background
/// thread builds the other engines, runs each on random rows until it is faster than the plain
/// walk, and only then puts it in place. A program that predicts few rows never pays for any of it.
/// All engines give the same bits, so nobody can tell which one answered.
public final class AdaptiveEngine implements Engine {
  /// So many rows are predicted before other engines are built.
  private static final int PATIENCE = 16_384;

  /// Fewer rows than this are predicted one by one.
  private static final int FEW = 16;

  /// A power of two.
  private static final int TRIAL_ROWS = 256;
  private static final long LONGEST_TRIAL_NANOS = 5_000_000_000L;

  private final Forest forest;
  private final Layout layout;
  private final FlatEngine flat;
  private final Rows sample;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile Engine many;
  private volatile Engine one;
  private volatile boolean settled;

  /// Counts without synchronization: that it may lose rows does no harm.
  private int seen;

  public AdaptiveEngine(Forest forest, Layout layout) {
    this.forest = forest;
    this.layout = layout;
    this.flat = new FlatEngine(forest, layout);
    this.sample = new Rows(layout, TRIAL_ROWS);
    this.many = flat;
    this.one = flat;
  }

  /// The engine of the first rows.
  public FlatEngine flat() {
    return flat;
  }

  @Override
  public String name() {
    return "adaptive";
  }

  @Override
  public int outputs() {
    return flat.outputs();
  }

  @Override
  public void predict(Rows rows, int count, float[] out, int offset) {
    if (seen < PATIENCE) {
      keep(rows, count);
      seen += count;
      if (seen >= PATIENCE && started.compareAndSet(false, true)) {
        Thread.ofPlatform().daemon().name("tendril-engines").start(this::improve);
      }
    }
    (count < FEW ? one : many).predict(rows, count, out, offset);
  }

  /// Whether the choice of engines has been made.
  public boolean settled() {
    return settled;
  }

  private void improve() {
    Engines engines = new Engines(forest, layout, flat);
    if (!engines.many().equals(flat) && proves(engines.many(), TRIAL_ROWS)) {
      many = engines.many();
    }
    if (!engines.one().equals(flat) && proves(engines.one(), 1)) {
      one = engines.one();
    }
    settled = true;
  }

  /// Runs an engine until it is faster than the plain walk.
  ///
  /// @param count how many rows at a time
  /// @return whether it became faster
  private boolean proves(Engine engine, int count) {
    Rows single = new Rows(layout, 1);
    float[] out = new float[TRIAL_ROWS * outputs()];
    long begin = System.nanoTime();
    long best = Long.MAX_VALUE;
    long toBeat = Long.MAX_VALUE;
    int ahead = 0;
    while (System.nanoTime() - begin < LONGEST_TRIAL_NANOS) {
      long start = System.nanoTime();
      run(flat, sample, single, count, out);
      long middle = System.nanoTime();
      run(engine, sample, single, count, out);
      toBeat = Math.min(toBeat, middle - start);
      best = Math.min(best, System.nanoTime() - middle);
      if (best < toBeat && ++ahead == TRIAL_ROWS) {
        return true;
      }
    }
    return false;
  }

  private void run(Engine engine, Rows rows, Rows single, int count, float[] out) {
    if (count > 1) {
      engine.predict(rows, TRIAL_ROWS, out, 0);
      return;
    }
    int slots = layout.slots();
    for (int row = 0; row < TRIAL_ROWS; row++) {
      System.arraycopy(rows.cells(), row * slots, single.cells(), 0, slots);
      engine.predict(single, 1, out, 0);
    }
  }

  /// Keeps the last rows for the trial. Threads may write over each other's: any rows will do.
  private void keep(Rows rows, int count) {
    int slots = layout.slots();
    int some = Math.min(count, TRIAL_ROWS);
    for (int row = 0; row < some; row++) {
      int to = (seen + row) & (TRIAL_ROWS - 1);
      System.arraycopy(rows.cells(), row * slots, sample.cells(), to * slots, slots);
    }
  }

  @Override
  public void leaves(Rows rows, int count, int[] out, int offset) {
    flat.leaves(rows, count, out, offset);
  }
}
