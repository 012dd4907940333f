package dev.tendril.core.plan;

import dev.tendril.core.TensorException;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Plans the memory of a graph: in which order nodes run, which values share memory, and where each
/// is in one arena.
///
/// Three questions hang together, each hard alone. They are taken one after the other: orders of
/// low need ([Orders]); for each, who shares with whom ([Buffers]), with the sharing that costs
/// something on and off; the need at the worst step is then a lower bound, and combinations are
/// given offsets ([Offsets]) from the least bound on until none can be better than what is there.
/// The graph's own order is always among them, so the result is never worse than that.
///
/// Deterministic: equal graphs have equal plans.
public final class Planner {
  /// The most nodes whose sharing is tried one by one.
  private static final int TRIED = 64;

  private final Graph graph;
  private final PlanOptions options;

  private Planner(Graph graph, PlanOptions options) {
    this.graph = graph;
    this.options = options;
  }

  /// A plan with inputs and outputs outside the arena, which keeps to [PlanOptions#DEFAULT]
  /// otherwise.
  public static Plan plan(Graph graph, InPlace inPlace, long alignment) {
    return plan(graph, PlanOptions.DEFAULT.withInPlace(inPlace).withAlignment(alignment));
  }

  /// @throws TensorException when an extent is not known
  public static Plan plan(Graph graph, PlanOptions options) {
    graph.inputs().forEach(input -> known(graph, input));
    for (Node node : graph.nodes()) {
      for (int i = 0; i < node.outputs().size(); i++) {
        known(graph, node.output(i));
      }
    }
    return new Planner(graph, options).plan();
  }

  private static void known(Graph graph, Value value) {
    if (!value.type().shape().isKnown()) {
      throw new TensorException(
          "planning the memory of graph "
              + graph.name()
              + ": "
              + value.name()
              + " is "
              + value.type()
              + "; expected known extents: say those of the inputs by Graph.withTypes");
    }
  }

  private Plan plan() {
    Orders orders = new Orders(graph, options);
    long least = orders.bound();
    Plan plan = offsets(layout(graph.nodes(), Set.of()));
    if (plan.arenaBytes() > least && !Buffers.optional(graph).isEmpty()) {
      plan = improve(plan, List.of(graph.nodes()));
    }
    if (plan.arenaBytes() > least && options.reorder()) {
      plan = improve(plan, orders.search());
    }
    return plan;
  }

  /// A combination of order and sharing.
  private record Layout(
      List<Node> order, Buffers buffers, List<Offsets.Block> blocks, long bound) {}

  private Layout layout(List<Node> order, Set<Node> off) {
    Buffers buffers = new Buffers(graph, order, options, off);
    List<Offsets.Block> blocks =
        buffers.inArena().stream()
            .map(b -> new Offsets.Block(aligned(b.bytes), b.first, b.last))
            .toList();
    return new Layout(order, buffers, blocks, Offsets.bound(blocks));
  }

  private long aligned(long bytes) {
    return Math.ceilDiv(bytes, options.alignment()) * options.alignment();
  }

  private Plan improve(Plan plan, List<List<Node>> orders) {
    List<Node> optional = Buffers.optional(graph);
    Set<Node> joins = new HashSet<>(optional);
    Set<Node> views = new HashSet<>(optional);
    joins.removeIf(Buffers::isPartial);
    views.removeIf(Buffers::isJoin);
    List<Layout> layouts = new ArrayList<>();
    for (List<Node> order : orders) {
      for (Set<Node> off : List.of(Set.<Node>of(), joins, views, Set.copyOf(optional))) {
        layouts.add(layout(order, off));
      }
      layouts.add(oneByOne(order, optional));
    }
    layouts.sort(Comparator.comparingLong(Layout::bound));
    Plan found = plan;
    for (Layout layout : layouts) {
      if (layout.bound < found.arenaBytes()) {
        Plan other = offsets(layout);
        found = other.arenaBytes() < found.arenaBytes() ? other : found;
      }
    }
    return found;
  }

  /// Switches sharing off where that lowers the need.
  private Layout oneByOne(List<Node> order, List<Node> optional) {
    Set<Node> off = new HashSet<>();
    Layout kept = layout(order, off);
    for (Node node : optional.subList(0, Math.min(TRIED, optional.size()))) {
      off.add(node);
      Layout tried = layout(order, off);
      if (tried.bound < kept.bound) {
        kept = tried;
      } else {
        off.remove(node);
      }
    }
    return kept;
  }

  private Plan offsets(Layout layout) {
    long[] offsets = Offsets.assign(layout.blocks);
    Map<Buffers.Buffer, Long> begins = new LinkedHashMap<>();
    List<Buffers.Buffer> inside = layout.buffers.inArena();
    for (int i = 0; i < offsets.length; i++) {
      begins.put(inside.get(i), offsets[i]);
    }
    Map<Node, Integer> times = new HashMap<>();
    layout.order.forEach(node -> times.put(node, times.size()));
    Map<Value, Place> places = new LinkedHashMap<>();
    layout
        .buffers
        .spots()
        .forEach(
            (value, spot) ->
                places.put(
                    value,
                    new Place(
                        spot.buffer().owner,
                        begins.getOrDefault(spot.buffer(), 0L) + spot.offset(),
                        value.type().bytes(),
                        first(times, value),
                        layout.buffers.lastUses.getOrDefault(value, -1))));
    Map<Node, Place> scratch = new LinkedHashMap<>();
    layout.buffers.scratch.forEach(
        (node, buffer) ->
            scratch.put(
                node,
                new Place(
                    null,
                    begins.getOrDefault(buffer, 0L),
                    buffer.bytes,
                    buffer.first,
                    buffer.last)));
    return new Plan(
        graph.name(),
        layout.buffers.steps,
        places,
        scratch,
        Offsets.end(layout.blocks, offsets),
        layout.bound,
        places.values().stream()
            .filter(p -> p.firstUse() >= 0)
            .mapToLong(p -> aligned(p.bytes()))
            .sum(),
        Offsets.peak(layout.blocks));
  }

  private static int first(Map<Node, Integer> times, Value value) {
    return value instanceof Value.Result result ? times.getOrDefault(result.node(), -1) : -1;
  }
}
