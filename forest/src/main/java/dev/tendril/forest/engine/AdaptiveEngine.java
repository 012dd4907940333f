package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Forest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Starts with an engine that is fast from the first row on and goes over to the best ones once
/// they are worth it.
///
/// The fast engines take time to build, and far more until the compiler has made machine code of
/// them: vector code runs a hundred times slower before. So the first rows are predicted by
/// [Engines#first]. After some thousands of rows a background thread builds the other engines, runs
/// each on kept rows side by side with the best so far until it is faster ([EngineRace]), and only
/// then puts it in place. The rows are so many that the nodes they pass do not stay in the cache
/// from one round to the next, where the forest is larger than that. A program that predicts few
/// rows never pays for any of it. All engines give the same bits, so nobody can tell which one
/// answered.
public final class AdaptiveEngine implements Engine {
  /// Compares engines.
  public interface Trial {
    /// Whether an engine proves to be faster than another.
    ///
    /// @param parts rows to predict, the same number in each part
    /// @param size that number
    boolean proves(Engine candidate, Engine champion, List<Rows> parts, int size);
  }

  /// So many rows are predicted before other engines are built.
  private static final int PATIENCE = 16_384;

  /// Fewer rows than this are predicted one by one.
  private static final int FEW = 16;

  /// The rows of a trial: powers of two.
  private static final int MOST_TRIAL_ROWS = 4096;

  private static final int FEWEST_TRIAL_ROWS = 256;
  private static final int MOST_TRIAL_CELLS = 1 << 20;

  /// Rows that are predicted at a time in a trial.
  private static final int BLOCK = 256;

  private final Forest forest;
  private final Layout layout;
  private final Trial trial;
  private final Engine first;
  private final int trialRows;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile @Nullable Rows sample;
  private volatile @Nullable FlatEngine flat;
  private volatile Engine many;
  private volatile Engine one;
  private volatile boolean settled;

  /// Counts without synchronization: that it may lose rows does no harm.
  private int seen;

  public AdaptiveEngine(Forest forest, Layout layout) {
    this(forest, layout, new EngineRace());
  }

  /// @param trial decides which of two engines is faster
  public AdaptiveEngine(Forest forest, Layout layout, Trial trial) {
    this.trial = trial;
    this.forest = forest;
    this.layout = layout;
    this.first = Engines.first(forest, layout);
    this.many = first;
    this.one = first;
    int rows = MOST_TRIAL_ROWS;
    while (rows > FEWEST_TRIAL_ROWS && (long) rows * layout.slots() > MOST_TRIAL_CELLS) {
      rows >>= 1;
    }
    this.trialRows = rows;
  }

  @Override
  public String name() {
    return "adaptive";
  }

  @Override
  public int outputs() {
    return first.outputs();
  }

  @Override
  public void predict(Rows rows, int count, float[] out, int offset) {
    if (seen < PATIENCE) {
      learn(rows, count);
    }
    (count < FEW ? one : many).predict(rows, count, out, offset);
  }

  /// Whether the choice of engines has been made.
  public boolean settled() {
    return settled;
  }

  /// The engine that predicts single rows now, and the one that predicts many.
  public List<String> chosen() {
    return List.of(one.name(), many.name());
  }

  private void learn(Rows rows, int count) {
    if (seen + count + trialRows > PATIENCE) {
      keep(rows, count);
    }
    seen += count;
    if (seen >= PATIENCE && started.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("tendril-engines").start(this::improve);
    }
  }

  /// Keeps the last rows for the trial. Threads may write over each other's: any rows will do.
  private void keep(Rows rows, int count) {
    Rows kept = sample;
    if (kept == null) {
      kept = new Rows(layout, trialRows);
      sample = kept;
    }
    int slots = layout.slots();
    int some = Math.min(count, trialRows);
    for (int row = 0; row < some; row++) {
      int to = (seen + row) & (trialRows - 1);
      System.arraycopy(rows.cells(), row * slots, kept.cells(), to * slots, slots);
    }
  }

  private void improve() {
    Rows kept = sample;
    Engines engines = new Engines(forest, layout, flat());
    if (kept != null && engines.candidates().stream().filter(c -> c.engine() != null).count() > 1) {
      int block = Math.min(BLOCK, trialRows / EngineRace.SLICES);
      many = best(engines.many(), parts(kept, block), block);
      one = best(engines.one(), parts(kept, 1), 1);
    }
    sample = null;
    settled = true;
  }

  /// Cuts rows into blocks.
  private List<Rows> parts(Rows kept, int size) {
    List<Rows> parts = new ArrayList<>();
    int slots = layout.slots();
    for (int row = 0; row < trialRows; row += size) {
      Rows part = new Rows(layout, size);
      System.arraycopy(kept.cells(), row * slots, part.cells(), 0, size * slots);
      parts.add(part);
    }
    return parts;
  }

  /// The fastest engine of some.
  private Engine best(List<Engine> candidates, List<Rows> parts, int size) {
    Engine best = first;
    for (Engine candidate : candidates) {
      if (!candidate.name().equals(best.name()) && trial.proves(candidate, best, parts, size)) {
        best = candidate;
      }
    }
    return best;
  }

  private FlatEngine flat() {
    FlatEngine found = flat;
    if (found == null) {
      found = first instanceof FlatEngine plain ? plain : new FlatEngine(forest, layout);
      flat = found;
    }
    return found;
  }

  /// Finds the leaf that each row reaches in each tree; [FlatEngine#leaves] says how.
  public void leaves(Rows rows, int count, int[] out, int offset) {
    flat().leaves(rows, count, out, offset);
  }
}
