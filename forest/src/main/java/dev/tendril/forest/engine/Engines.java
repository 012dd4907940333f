package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The engines that can run a forest, and which of them is the best for many rows and for one.
///
/// Chosen by the shape of the forest: vectors of rows for shallow trees, interleaved walks for the
/// others, the plain walk where the forest is so small that turning a row into codes costs more
/// than it saves or has conditions that only the plain walk knows.
public final class Engines {
  private static final String VECTOR = "jdk.incubator.vector";

  /// Codes pay where a row passes at least this many nodes for each column of them.
  private static final int NODES_PER_COLUMN = 2;

  /// Between the 125,000 nodes on which codes were measured to help and the 867,000 on which not.
  private static final int MOST_NODES_ON_CODES = 1 << 18;

  private final List<Candidate> candidates = new ArrayList<>();
  private Engine many;
  private Engine one;

  /// An engine, or why there is none.
  ///
  /// @param engine null when it cannot run the forest
  /// @param refusal why it cannot, null when it can
  public record Candidate(String name, @Nullable Engine engine, @Nullable String refusal) {}

  /// Makes engines on vectors.
  interface Maker {
    Engine make(String name, Forest forest, Layout layout, FlatEngine flat) throws Unsuited;
  }

  public Engines(Forest forest, Layout layout, FlatEngine flat) {
    candidates.add(new Candidate(flat.name(), flat, null));
    many = flat;
    one = flat;
    boolean large = pathLength(forest) >= (long) NODES_PER_COLUMN * layout.slots();
    Engine binned = consider(BinnedEngine.NAME, () -> onCodes(forest, layout, flat));
    Engine rowLanes = consider("row lanes", () -> onVectors("row lanes", forest, layout, flat));
    if (large && binned != null) {
      many = binned;
      one = binned;
    }
    if (large && rowLanes != null) {
      many = rowLanes;
    }
  }

  /// Makes an engine.
  private interface Attempt {
    Engine make() throws Unsuited;
  }

  private @Nullable Engine consider(String name, Attempt attempt) {
    try {
      Engine engine = attempt.make();
      candidates.add(new Candidate(name, engine, null));
      return engine;
    } catch (Unsuited e) {
      candidates.add(new Candidate(name, null, e.reason()));
      return null;
    }
  }

  /// A forest that is far larger than the caches keeps every walk waiting for memory. Codes then
  /// only add look-ups: on 867,000 nodes they took twice the time of the plain walk over rows that
  /// differ, though not over the few rows of a trial, whose paths stay cached.
  private static Engine onCodes(Forest forest, Layout layout, FlatEngine flat) throws Unsuited {
    long nodes = forest.trees().stream().mapToLong(Tree::nodes).sum();
    if (nodes > MOST_NODES_ON_CODES) {
      throw new Unsuited("the trees have " + nodes + " nodes, more than " + MOST_NODES_ON_CODES);
    }
    return new BinnedEngine(forest, layout, flat);
  }

  private static Engine onVectors(String name, Forest forest, Layout layout, FlatEngine flat)
      throws Unsuited {
    if (ModuleLayer.boot().findModule(VECTOR).isEmpty()) {
      throw new Unsuited(
          "the module " + VECTOR + " is not resolved; java --add-modules " + VECTOR + " does that");
    }
    try {
      Class<?> type = Class.forName(Engines.class.getPackageName() + ".LaneEngines");
      Maker maker = (Maker) type.getDeclaredConstructor().newInstance();
      return maker.make(name, forest, layout, flat);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new Unsuited("the module " + VECTOR + " cannot be used: " + e);
    }
  }

  /// How many nodes a row passes at most.
  private static long pathLength(Forest forest) {
    return forest.trees().stream().mapToLong(Tree::depth).sum();
  }

  /// All engines, those that refuse included.
  public List<Candidate> candidates() {
    return List.copyOf(candidates);
  }

  /// The best for many rows.
  public Engine many() {
    return many;
  }

  /// The best for one row.
  public Engine one() {
    return one;
  }
}
