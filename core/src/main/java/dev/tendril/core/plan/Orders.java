package dev.tendril.core.plan;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks for orders of a graph's nodes in which little memory is needed at once. To find the best
/// is NP-hard; a beam search finds good ones: it goes on from the few best beginnings of each
/// length, those in which the most memory that was needed so far is least, and keeps but one of
/// beginnings with the same nodes. Bounded in work.
///
/// Memory is counted with results that are all of their operand for nothing, and with results that
/// may overwrite an operand in its place; parts are not shared here.
final class Orders {
  /// The most steps times beginnings times steps.
  private static final long WORK = 30_000_000;

  private static final int MAX_WIDTH = 48;

  private final Graph graph;
  private final PlanOptions options;
  private final List<Node> nodes;
  private final int[][] needs;
  private final int[][] users;
  private final int[][] reads;
  private final int[][] makes;
  private final int[][] overwrites;
  private final long[] scratch;
  private final List<Long> sizes = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();

  Orders(Graph graph, PlanOptions options) {
    this.graph = graph;
    this.options = options;
    nodes = graph.nodes();
    needs = new int[nodes.size()][];
    users = new int[nodes.size()][];
    reads = new int[nodes.size()][];
    makes = new int[nodes.size()][];
    overwrites = new int[nodes.size()][];
    scratch = new long[nodes.size()];
    prepare();
  }

  private long aligned(long bytes) {
    return Math.ceilDiv(bytes, options.alignment()) * options.alignment();
  }

  private int group(long bytes) {
    sizes.add(aligned(bytes));
    counts.add(0);
    return sizes.size() - 1;
  }

  private void use(int group) {
    counts.set(group, counts.get(group) + 1);
  }

  private void prepare() {
    Map<Value, Integer> groups = new HashMap<>();
    Map<Node, Integer> places = new HashMap<>();
    List<List<Integer>> followers = new ArrayList<>();
    for (Value.Input input : graph.inputs()) {
      groups.put(input, group(options.inputs() ? input.type().bytes() : 0));
    }
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      places.put(node, i);
      followers.add(new ArrayList<>());
      scratch[i] = aligned(options.scratch().applyAsLong(node));
      Set<Integer> read = new LinkedHashSet<>();
      Set<Integer> before = new LinkedHashSet<>();
      for (Value operand : node.inputs()) {
        if (groups.containsKey(operand)) {
          read.add(groups.get(operand));
        }
        if (operand instanceof Value.Result result) {
          before.add(places.get(result.node()));
        }
      }
      read.forEach(this::use);
      reads[i] = ints(read);
      needs[i] = ints(before);
      for (int place : before) {
        followers.get(place).add(i);
      }
      make(node, i, groups);
    }
    for (int i = 0; i < nodes.size(); i++) {
      users[i] = ints(followers.get(i));
    }
    for (Value output : graph.outputs()) {
      Integer group = groups.get(output);
      if (group != null) {
        use(group);
        if (!options.outputs()) {
          sizes.set(group, 0L);
        }
      }
    }
  }

  private void make(Node node, int i, Map<Value, Integer> groups) {
    Set<Integer> made = new LinkedHashSet<>();
    Set<Integer> replaced = new LinkedHashSet<>();
    for (int k = 0; k < node.outputs().size(); k++) {
      Value result = node.output(k);
      Integer same = k == 0 && Views.isWhole(node) ? groups.get(node.inputs().getFirst()) : null;
      if (same != null) {
        groups.put(result, same);
      } else {
        int group = group(result.type().bytes());
        groups.put(result, group);
        made.add(group);
        if (k == 0) {
          replaced.addAll(replaceable(node, groups));
        }
      }
    }
    makes[i] = ints(made);
    overwrites[i] = ints(replaced);
  }

  private List<Integer> replaceable(Node node, Map<Value, Integer> groups) {
    List<Integer> found = new ArrayList<>();
    for (int k = 0; k < node.inputs().size(); k++) {
      Integer group = groups.get(node.inputs().get(k));
      if (group != null
          && node.inputs().get(k).type().bytes() == node.outputs().getFirst().bytes()
          && sizes.get(group) == aligned(node.outputs().getFirst().bytes())
          && options.inPlace().allows(node, k)) {
        found.add(group);
      }
    }
    return found;
  }

  private static int[] ints(Iterable<Integer> numbers) {
    List<Integer> list = new ArrayList<>();
    numbers.forEach(list::add);
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /// What no order can do without: the most that one node needs at once.
  long bound() {
    long most = 0;
    for (int i = 0; i < nodes.size(); i++) {
      long own = scratch[i];
      for (int group : reads[i]) {
        own += sizes.get(group);
      }
      if (Buffers.isPartial(nodes.get(i)) || Buffers.isJoin(nodes.get(i))) {
        own = Math.max(own, scratch[i] + sum(makes[i]));
      } else if (overwrites[i].length == 0) {
        own += sum(makes[i]);
      }
      most = Math.max(most, own);
    }
    return most;
  }

  private long sum(int[] groups) {
    return Arrays.stream(groups).mapToLong(sizes::get).sum();
  }

  /// Orders that may need less memory than the graph's own.
  List<List<Node>> search() {
    Set<List<Node>> found = new LinkedHashSet<>();
    int width = Math.clamp(WORK / ((long) nodes.size() * nodes.size() + 1), 1, MAX_WIDTH);
    Comparator<State> peak = Comparator.<State>comparingLong(s -> s.peak);
    Comparator<State> live = Comparator.<State>comparingLong(s -> s.live);
    for (Comparator<State> better : List.of(peak.thenComparing(live), live.thenComparing(peak))) {
      State last = beam(width, better);
      if (last != null) {
        found.add(order(last.path));
      }
    }
    return List.copyOf(found);
  }

  private @Nullable State beam(int width, Comparator<State> better) {
    List<State> states = List.of(new State());
    for (int step = 0; step < nodes.size(); step++) {
      Map<BitSet, State> next = new LinkedHashMap<>();
      for (State state : states) {
        for (int i = state.ready.nextSetBit(0); i >= 0; i = state.ready.nextSetBit(i + 1)) {
          State after = new State(state, i);
          next.merge(after.done, after, (a, b) -> better.compare(b, a) < 0 ? b : a);
        }
      }
      states = next.values().stream().sorted(better).limit(width).toList();
    }
    return states.isEmpty() ? null : states.getFirst();
  }

  /// A beginning of an order.
  private final class State {
    final BitSet done;
    final BitSet ready;
    final int[] left;
    final long live;
    final long peak;
    final @Nullable Path path;

    State() {
      done = new BitSet();
      ready = new BitSet();
      for (int i = 0; i < nodes.size(); i++) {
        ready.set(i, needs[i].length == 0);
      }
      left = counts.stream().mapToInt(Integer::intValue).toArray();
      live = sizes.subList(0, graph.inputs().size()).stream().mapToLong(Long::longValue).sum();
      peak = live;
      path = null;
    }

    State(State state, int node) {
      path = new Path(state.path, node);
      done = (BitSet) state.done.clone();
      done.set(node);
      ready = (BitSet) state.ready.clone();
      ready.clear(node);
      for (int user : users[node]) {
        if (Arrays.stream(needs[user]).allMatch(done::get)) {
          ready.set(user);
        }
      }
      left = state.left.clone();
      long freed = 0;
      for (int group : reads[node]) {
        if (--left[group] == 0) {
          freed += sizes.get(group);
        }
      }
      long made = sum(makes[node]);
      long unused = 0;
      for (int group : makes[node]) {
        unused += left[group] == 0 ? sizes.get(group) : 0;
      }
      long saved = 0;
      for (int group : overwrites[node]) {
        saved = left[group] == 0 ? Math.min(made, sizes.get(group)) : saved;
      }
      peak = Math.max(state.peak, state.live + made - saved + scratch[node]);
      live = state.live + made - freed - unused;
    }
  }

  /// The nodes of a beginning, from the last one back.
  private record Path(@Nullable Path before, int node) {}

  private List<Node> order(@Nullable Path path) {
    List<Node> order = new ArrayList<>();
    for (Path at = path; at != null; at = at.before) {
      order.add(nodes.get(at.node));
    }
    return order.reversed();
  }
}
