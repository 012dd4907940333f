package dev.tendril.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Move;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Does the steps of a plan on memory whose every byte tells whose value it is, and looks whether
/// each operand is whole when it is needed.
final class PlanChecker {
  private final Graph graph;
  private final Plan plan;
  private final PlanOptions options;
  private final long[] arena;
  private final Map<Value, long[]> owned = new HashMap<>();
  private final Map<Value, long[]> expected = new HashMap<>();
  private long fresh = 1;

  private PlanChecker(Graph graph, Plan plan, PlanOptions options) {
    this.graph = graph;
    this.plan = plan;
    this.options = options;
    arena = new long[Math.toIntExact(plan.arenaBytes())];
  }

  static void check(Graph graph, Plan plan, PlanOptions options) {
    new PlanChecker(graph, plan, options).run();
  }

  private void run() {
    order();
    assertTrue(plan.arenaBytes() >= plan.lowerBound(), plan.report());
    graph.inputs().forEach(this::write);
    for (Step step : plan.steps()) {
      step(step);
    }
    distances();
    graph.outputs().forEach(v -> read(v, "the end"));
    for (Value.Input input : graph.inputs()) {
      if (!options.inputs()) {
        assertEquals(input, plan.place(input).owner());
        read(input, "the end");
      }
    }
    for (Value output : graph.outputs()) {
      if (!options.outputs() && output instanceof Value.Result) {
        assertEquals(output, plan.place(output).owner());
      }
    }
  }

  private void order() {
    Set<Node> done = new HashSet<>();
    for (Node node : plan.order()) {
      for (Value operand : node.inputs()) {
        assertTrue(!(operand instanceof Value.Result r) || done.contains(r.node()));
      }
      done.add(node);
    }
    assertEquals(new HashSet<>(graph.nodes()), done);
  }

  /// No two values that live at the same time overlap but where both hold the same.
  private void distances() {
    Value[] values = plan.places().keySet().toArray(Value[]::new);
    for (int i = 0; i < values.length; i++) {
      Place a = plan.place(values[i]);
      if (!a.inArena()) {
        continue;
      }
      assertTrue(a.offset() >= 0 && a.offset() + a.bytes() <= plan.arenaBytes());
      for (int j = 0; j < i; j++) {
        Place b = plan.place(values[j]);
        boolean meet = a.firstUse() < b.lastUse() && b.firstUse() < a.lastUse();
        long begin = Math.max(a.offset(), b.offset());
        long end = Math.min(a.offset() + a.bytes(), b.offset() + b.bytes());
        if (b.inArena() && meet && begin < end) {
          for (long at = begin; at < end; at++) {
            assertEquals(
                content(values[i])[(int) (at - a.offset())],
                content(values[j])[(int) (at - b.offset())],
                values[i].name() + " and " + values[j].name());
          }
        }
      }
    }
  }

  private void step(Step step) {
    Node node = step.node();
    node.inputs().forEach(v -> read(v, node.name()));
    Place scratch = plan.scratch().get(node);
    long scratchBytes = options.scratch().applyAsLong(node);
    assertEquals(scratchBytes, scratch == null ? 0 : scratch.bytes());
    if (scratch != null) {
      assertEquals(0, scratch.offset() % options.alignment());
      Arrays.fill(arena, (int) scratch.offset(), (int) (scratch.offset() + scratchBytes), -1);
      node.inputs().forEach(v -> read(v, node.name() + " with working memory"));
    }
    switch (step.work()) {
      case COMPUTE -> compute(node, scratch);
      case NOTHING -> {
        long from = Views.offset(node);
        long[] whole = content(node.inputs().getFirst());
        int bytes = (int) node.outputs().getFirst().bytes();
        expected.put(node.output(), Arrays.copyOfRange(whole, (int) from, (int) from + bytes));
        read(node.output(), node.name());
      }
      case JOIN -> join(step);
    }
  }

  private void compute(Node node, @Nullable Place scratch) {
    for (int i = 0; i < node.inputs().size(); i++) {
      Value operand = node.inputs().get(i);
      for (int k = 0; k < node.outputs().size(); k++) {
        if (overlap(plan.place(operand), plan.place(node.output(k)))) {
          assertTrue(k == 0 && options.inPlace().allows(node, i), node.name());
          assertEquals(plan.place(operand).offset(), plan.place(node.output()).offset());
        }
      }
      assertTrue(scratch == null || !overlap(scratch, plan.place(operand)));
    }
    for (int k = 0; k < node.outputs().size(); k++) {
      write(node.output(k));
      assertTrue(scratch == null || !overlap(scratch, plan.place(node.output(k))));
    }
    for (int k = 0; k < node.outputs().size(); k++) {
      read(node.output(k), node.name());
    }
  }

  private void join(Step step) {
    Node node = step.node();
    assertTrue(node.op() instanceof Move.Concat);
    Place result = plan.place(node.output());
    long[] memory = memory(result);
    long[] whole = new long[(int) result.bytes()];
    int at = 0;
    for (int i = 0; i < node.inputs().size(); i++) {
      long[] part = content(node.inputs().get(i));
      System.arraycopy(part, 0, whole, at, part.length);
      if (step.operands().contains(i)) {
        System.arraycopy(part, 0, memory, (int) result.offset() + at, part.length);
      }
      at += part.length;
    }
    expected.put(node.output(), whole);
    read(node.output(), node.name());
  }

  private static boolean overlap(Place a, Place b) {
    return Objects.equals(a.owner(), b.owner())
        && Math.max(a.offset(), b.offset())
            < Math.min(a.offset() + a.bytes(), b.offset() + b.bytes());
  }

  private long[] memory(Place place) {
    Value owner = place.owner();
    return owner == null
        ? arena
        : owned.computeIfAbsent(owner, v -> new long[(int) v.type().bytes()]);
  }

  private void write(Value value) {
    Place place = plan.place(value);
    long[] content = new long[(int) place.bytes()];
    for (int i = 0; i < content.length; i++) {
      content[i] = fresh++;
    }
    expected.put(value, content);
    System.arraycopy(content, 0, memory(place), (int) place.offset(), content.length);
  }

  private long[] content(Value value) {
    if (value instanceof Value.Constant && !expected.containsKey(value)) {
      write(value);
    }
    long[] content = expected.get(value);
    assertTrue(content != null, value.name());
    return content;
  }

  private void read(Value value, String reader) {
    long[] content = content(value);
    Place place = plan.place(value);
    long[] there =
        Arrays.copyOfRange(
            memory(place), (int) place.offset(), (int) (place.offset() + place.bytes()));
    assertTrue(
        Arrays.equals(content, there),
        () -> value.name() + " is not whole when " + reader + " needs it\n" + plan.report());
  }
}
