package dev.tendril.forest.engine;

import dev.tendril.forest.tree.Forest;
import dev.tendril.forest.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The engines that can run a forest, and those among which the fastest for many rows and for one
/// are to be sought: which it is depends on the forest, the rows and the processor, so it is
/// measured ([AdaptiveEngine]).
public final class Engines {
  private static final String VECTOR = "jdk.incubator.vector";

  /// Between the 125,000 nodes on which walks side by side were measured to help and the 867,000 on
  /// which they did not: every walk waits for memory there.
  private static final int MOST_NODES_AT_FIRST = 1 << 18;

  private static final int DEEPEST_AT_FIRST = 8;

  /// As many nodes as eight walks can add up in an integer.
  private static final int MOST_NODES = 1 << 27;

  private final List<Candidate> candidates = new ArrayList<>();
  private final List<Engine> many = new ArrayList<>();
  private final List<Engine> one = new ArrayList<>();

  /// An engine, or why there is none.
  ///
  /// @param engine null when it cannot run the forest
  /// @param refusal why it cannot, null when it can
  public record Candidate(String name, @Nullable Engine engine, @Nullable String refusal) {}

  /// Makes engines on vectors.
  interface Maker {
    Engine make(String name, Forest forest, Layout layout) throws Unsuited;
  }

  public Engines(Forest forest, Layout layout, FlatEngine flat) {
    candidates.add(new Candidate(flat.name(), flat, null));
    many.add(flat);
    one.add(flat);
    Engine keyed = consider(KeyedEngine.NAME, () -> keyed(forest, layout, MOST_NODES));
    Engine rowLanes = consider("row lanes", () -> onVectors("row lanes", forest, layout));
    Engine treeLanes = consider("tree lanes", () -> onVectors("tree lanes", forest, layout));
    if (keyed != null) {
      many.add(keyed);
      one.add(keyed);
    }
    if (rowLanes != null) {
      many.add(rowLanes);
    }
    if (treeLanes != null) {
      one.add(treeLanes);
    }
  }

  /// The engine that is the fastest while the compiler has not done its work yet. Walks side by
  /// side take as long as the longest of them, which in deep trees is far longer than most.
  static Engine first(Forest forest, Layout layout) {
    if (forest.trees().stream().anyMatch(tree -> tree.depth() > DEEPEST_AT_FIRST)) {
      return new FlatEngine(forest, layout);
    }
    try {
      return keyed(forest, layout, MOST_NODES_AT_FIRST);
    } catch (Unsuited _) {
      return new FlatEngine(forest, layout);
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

  private static Engine keyed(Forest forest, Layout layout, int mostNodes) throws Unsuited {
    long nodes = forest.trees().stream().mapToLong(Tree::nodes).sum();
    requireTrees(forest);
    if (nodes > mostNodes) {
      throw new Unsuited("the trees have " + nodes + " nodes, more than " + mostNodes);
    }
    return new KeyedEngine(forest, layout);
  }

  private static void requireTrees(Forest forest) throws Unsuited {
    if (forest.trees().isEmpty()) {
      throw new Unsuited("there are no trees");
    }
  }

  private static Engine onVectors(String name, Forest forest, Layout layout) throws Unsuited {
    if (ModuleLayer.boot().findModule(VECTOR).isEmpty()) {
      throw new Unsuited(
          "the module " + VECTOR + " is not resolved; java --add-modules " + VECTOR + " does that");
    }
    requireTrees(forest);
    try {
      Class<?> type = Class.forName(Engines.class.getPackageName() + ".LaneEngines");
      Maker maker = (Maker) type.getDeclaredConstructor().newInstance();
      return maker.make(name, forest, layout);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new Unsuited("the module " + VECTOR + " cannot be used: " + e);
    }
  }

  /// All engines, those that refuse included.
  public List<Candidate> candidates() {
    return List.copyOf(candidates);
  }

  /// Those that may be the fastest for many rows; the likeliest last.
  public List<Engine> many() {
    return List.copyOf(many);
  }

  /// Those that may be the fastest for one row; the likeliest last.
  public List<Engine> one() {
    return List.copyOf(one);
  }
}
