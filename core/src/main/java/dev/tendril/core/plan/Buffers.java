package dev.tendril.core.plan;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Move;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which values share a buffer when nodes run in a certain order, and how long buffers live.
///
/// Each result gets the first of these that is allowed: the memory of its operand, for ops that
/// only say anew what is there ([Views]); the memory of an operand that nobody needs afterwards,
/// for ops that work in place; a buffer of its own. Then the operands of concatenations along the
/// outermost axis are made parts of the result's buffer, so that they are computed where they will
/// be.
///
/// Invariant: at every step, the bytes of all values that are still needed hold what was computed
/// for them. Sharing keeps it as follows. A view never changes memory. A node overwrites a whole
/// buffer only when every other value in it is dead. A buffer becomes a part of another only if
/// neither is overwritten once both are in use. Memory of inputs and constants is never
/// overwritten, and a buffer is the memory of one output at most.
final class Buffers {
  /// Memory that is given an offset as one; or a part of such memory.
  static final class Buffer {
    final long bytes;
    int first;
    int last;

    /// In whose memory it is; null for the arena.
    @Nullable Value owner;

    /// The buffer that it is a part of, from byte `at` on.
    private @Nullable Buffer whole;
    private long at;

    /// The last step that overwrote it.
    private int overwritten = -1;
    private final List<Value> members = new ArrayList<>();

    Buffer(long bytes, int first, @Nullable Value owner) {
      this.bytes = bytes;
      this.first = first;
      this.last = first;
      this.owner = owner;
    }
  }

  /// A value's part of a buffer.
  record Spot(Buffer buffer, long offset) {
    Spot outermost() {
      Spot spot = this;
      while (spot.buffer.whole != null) {
        spot = new Spot(spot.buffer.whole, spot.offset + spot.buffer.at);
      }
      return spot;
    }
  }

  /// The sharing that costs something, and so may be switched off for a node: a view of a part
  /// keeps the whole alive; a part of a concatenation keeps room for all others.
  static List<Node> optional(Graph graph) {
    return graph.nodes().stream().filter(n -> isPartial(n) || isJoin(n)).toList();
  }

  static boolean isPartial(Node node) {
    return Views.offset(node) >= 0 && !Views.isWhole(node);
  }

  static boolean isJoin(Node node) {
    if (!(node.op() instanceof Move.Concat concat) || node.inputs().size() < 2) {
      return false;
    }
    int axis = node.outputs().getFirst().shape().axis(concat.axis());
    return node.outputs().getFirst().shape().size(0, axis) == 1;
  }

  final List<Node> order;
  final List<Step> steps = new ArrayList<>();
  final Map<Node, Buffer> scratch = new LinkedHashMap<>();
  final Map<Value, Integer> lastUses = new HashMap<>();

  private final Graph graph;
  private final PlanOptions options;
  private final Set<Node> off;
  private final Map<Value, Spot> spots = new LinkedHashMap<>();
  private final List<Buffer> buffers = new ArrayList<>();
  private final Set<Value> outside = new HashSet<>();

  /// @param off nodes whose [#optional] sharing is switched off
  Buffers(Graph graph, List<Node> order, PlanOptions options, Set<Node> off) {
    this.graph = graph;
    this.order = order;
    this.options = options;
    this.off = off;
    uses();
    graph.inputs().forEach(this::input);
    for (int t = 0; t < order.size(); t++) {
      node(order.get(t), t);
    }
    for (int t = 0; t < order.size(); t++) {
      join(order.get(t), t);
    }
    buffers.removeIf(b -> b.whole != null);
  }

  /// The buffers in the arena, those of working memory too, none a part of another.
  List<Buffer> inArena() {
    List<Buffer> inside = new ArrayList<>();
    buffers.stream().filter(b -> b.owner == null).forEach(inside::add);
    inside.addAll(scratch.values());
    return inside;
  }

  /// Values with their parts of outermost buffers, in the order in which they come up.
  Map<Value, Spot> spots() {
    spots.replaceAll((_, spot) -> spot.outermost());
    return spots;
  }

  private void uses() {
    graph.inputs().forEach(v -> lastUses.put(v, -1));
    for (int t = 0; t < order.size(); t++) {
      Node node = order.get(t);
      for (int i = 0; i < node.outputs().size(); i++) {
        lastUses.put(node.output(i), t);
      }
      for (Value operand : node.inputs()) {
        lastUses.put(operand, t);
      }
    }
    for (Value output : graph.outputs()) {
      lastUses.put(output, order.size());
      if (!options.outputs() && output instanceof Value.Result) {
        outside.add(output);
      }
    }
  }

  private int lastUse(Value value) {
    return lastUses.getOrDefault(value, -1);
  }

  private void input(Value.Input input) {
    put(input, new Spot(buffer(input.type().bytes(), -1, options.inputs() ? null : input), 0));
  }

  private Buffer buffer(long bytes, int first, @Nullable Value owner) {
    Buffer buffer = new Buffer(bytes, first, owner);
    buffers.add(buffer);
    return buffer;
  }

  private void put(Value value, Spot spot) {
    spots.put(value, spot);
    spot.buffer.members.add(value);
    spot.buffer.last = Math.max(spot.buffer.last, lastUse(value));
  }

  private Spot spot(Value value) {
    Spot known = spots.get(value);
    if (known == null) {
      known = new Spot(buffer(value.type().bytes(), -1, value), 0);
      put(value, known);
    }
    return known;
  }

  private void node(Node node, int t) {
    long scratchBytes = options.scratch().applyAsLong(node);
    if (scratchBytes > 0) {
      scratch.put(node, new Buffer(scratchBytes, t, null));
    }
    Spot shared = view(node);
    steps.add(new Step(node, shared == null ? Step.Work.COMPUTE : Step.Work.NOTHING, List.of()));
    if (shared == null) {
      shared = overwritten(node, t);
    }
    for (int i = 0; i < node.outputs().size(); i++) {
      Value.Result result = node.output(i);
      Value owner = outside.contains(result) ? result : null;
      if (i == 0 && shared != null) {
        if (owner != null) {
          shared.buffer.owner = owner;
        }
        put(result, shared);
      } else {
        put(result, new Spot(buffer(result.type().bytes(), t, owner), 0));
      }
    }
  }

  private @Nullable Spot view(Node node) {
    long offset = Views.offset(node);
    if (offset < 0 || (isPartial(node) && off.contains(node))) {
      return null;
    }
    Spot operand = spot(node.inputs().getFirst());
    Spot part = new Spot(operand.buffer, operand.offset + offset);
    return mayBecome(part, node.output()) ? part : null;
  }

  /// Whether a value's memory may be this: for an output that is the caller's, memory that is all
  /// its own.
  private boolean mayBecome(Spot spot, Value result) {
    return !outside.contains(result)
        || (spot.buffer.owner == null
            && spot.offset == 0
            && spot.buffer.bytes == result.type().bytes()
            && !(options.inputs() && spot.buffer.first < 0));
  }

  private @Nullable Spot overwritten(Node node, int t) {
    Value result = node.output();
    for (int i = 0; i < node.inputs().size(); i++) {
      Value operand = node.inputs().get(i);
      if (operand instanceof Value.Constant
          || operand.type().bytes() != result.type().bytes()
          || !options.inPlace().allows(node, i)) {
        continue;
      }
      Spot spot = spot(operand);
      boolean callers = spot.buffer.owner != null && !(spot.buffer.owner instanceof Value.Result);
      if (!callers
          && spot.buffer.bytes == result.type().bytes()
          && mayBecome(spot, result)
          && dies(node, spot, t)) {
        spot.buffer.overwritten = t;
        return spot;
      }
    }
    return null;
  }

  /// Whether nobody needs a buffer after a node, and the node itself only as a whole, element by
  /// element.
  private boolean dies(Node node, Spot spot, int t) {
    spot.buffer.members.removeIf(v -> lastUse(v) < t);
    if (spot.buffer.members.stream().anyMatch(v -> lastUse(v) > t)) {
      return false;
    }
    for (int i = 0; i < node.inputs().size(); i++) {
      Value operand = node.inputs().get(i);
      if (!(operand instanceof Value.Constant)
          && spot(operand).buffer == spot.buffer
          && (operand.type().bytes() != spot.buffer.bytes || !options.inPlace().allows(node, i))) {
        return false;
      }
    }
    return true;
  }

  private void join(Node node, int t) {
    if (!isJoin(node) || off.contains(node)) {
      return;
    }
    Spot result = spot(node.output());
    if (result.offset != 0 || result.buffer.first != t) {
      return;
    }
    List<Integer> copied = new ArrayList<>();
    long at = 0;
    for (int i = 0; i < node.inputs().size(); i++) {
      Value operand = node.inputs().get(i);
      if (operand.type().bytes() * 8
          != operand.type().shape().size() * operand.type().dtype().bits()) {
        return;
      }
      if (mayJoin(operand, result.buffer, t)) {
        Buffer part = spot(operand).buffer;
        part.whole = result.buffer;
        part.at = at;
        result.buffer.first = Math.min(result.buffer.first, part.first);
        result.buffer.last = Math.max(result.buffer.last, part.last);
      } else {
        copied.add(i);
      }
      at += operand.type().bytes();
    }
    if (copied.size() < node.inputs().size()) {
      steps.set(t, new Step(node, Step.Work.JOIN, copied));
    }
  }

  private boolean mayJoin(Value operand, Buffer result, int t) {
    if (operand instanceof Value.Constant) {
      return false;
    }
    Spot spot = spot(operand);
    return spot.buffer.owner == null
        && spot.buffer.whole == null
        && spot.buffer != result
        && spot.buffer.first >= 0
        && spot.offset == 0
        && spot.buffer.bytes == operand.type().bytes()
        && spot.buffer.overwritten <= t
        && (spot.buffer.last <= t || result.overwritten < 0);
  }
}
