package dev.tendril.plugin;

import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.OpAttribute;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Op;
import dev.tendril.core.op.ShapeRules;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A graph that a pass changes by numbers of values: inputs, then constants, then results of nodes
/// in their order, then those of nodes that are added.
///
/// Replacing a value changes the operands of nodes that were there and the outputs of the graph;
/// nodes that the pass added keep the operands it gave them.
final class GraphEdit implements AutoCloseable {
  private static final Map<Long, GraphEdit> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong IDS = new AtomicLong(4096);

  private final long id = IDS.addAndGet(16);
  private final Graph graph;
  private final List<Value> values = new ArrayList<>();
  private final Map<Value, Long> numbers = new HashMap<>();
  private final Map<Value, Value> replaced = new HashMap<>();
  private final Set<Node> added = new HashSet<>();
  private @Nullable Throwable failure;

  GraphEdit(Graph graph) {
    this.graph = graph;
    graph.inputs().forEach(this::number);
    graph.constants().forEach(this::number);
    for (Node node : graph.nodes()) {
      for (int i = 0; i < node.outputs().size(); i++) {
        number(node.output(i));
      }
    }
    OPEN.put(id, this);
  }

  static @Nullable GraphEdit of(long id) {
    return OPEN.get(id);
  }

  long id() {
    return id;
  }

  private void number(Value value) {
    numbers.put(value, (long) values.size());
    values.add(value);
  }

  long number(Node node, int input) {
    return numbers.getOrDefault(node.inputs().get(input), -1L);
  }

  long firstOutput(Node node) {
    return numbers.getOrDefault(node.output(), -1L);
  }

  private Value value(long number) {
    if (number < 0 || number >= values.size()) {
      throw new TensorException("value " + number + " of a graph of " + values.size() + " values");
    }
    return values.get((int) number);
  }

  long add(String name, boolean custom, String attributes, long[] inputs) {
    List<Value> operands = new ArrayList<>();
    for (long input : inputs) {
      operands.add(value(input));
    }
    List<TensorType> types = operands.stream().map(Value::type).toList();
    Op op =
        custom ? OpAttribute.custom(name, attributes) : OpAttribute.parse(name, attributes, types);
    Node node =
        new Node("pass_" + name + "_" + added.size(), op, operands, ShapeRules.infer(op, types));
    added.add(node);
    long first = values.size();
    for (int i = 0; i < node.outputs().size(); i++) {
      number(node.output(i));
    }
    return first;
  }

  void replace(long value, long by) {
    Value from = value(value);
    Value to = value(by);
    if (!from.type().equals(to.type())) {
      throw new TensorException(
          "value " + from.name() + " of type " + from.type() + " replaced by one of " + to.type());
    }
    replaced.put(from, to);
  }

  void fail(Throwable e) {
    failure = failure == null ? e : failure;
  }

  /// Why a change could not be; null when all could.
  @Nullable String failure() {
    return failure == null ? null : String.valueOf(failure.getMessage());
  }

  /// The graph as it is now: what is not needed any more is gone.
  Graph result() {
    if (replaced.isEmpty()) {
      return graph;
    }
    Map<Value, Value> made = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    graph.outputs().forEach(output -> visit(last(output), made, nodes));
    return new Graph(
        graph.name(),
        graph.inputs(),
        graph.outputs().stream().map(output -> now(last(output), made)).toList(),
        graph.outputNames(),
        nodes,
        graph.notes());
  }

  /// What a value was replaced by, in the end.
  private Value last(Value value) {
    Value now = value;
    for (int steps = 0; replaced.containsKey(now); steps++) {
      now = replaced.getOrDefault(now, now);
      if (steps > replaced.size()) {
        throw new TensorException("value " + value.name() + " is replaced by itself");
      }
    }
    return now;
  }

  private static Value now(Value value, Map<Value, Value> made) {
    return made.getOrDefault(value, value);
  }

  private List<Value> operands(Node node) {
    return added.contains(node) ? node.inputs() : node.inputs().stream().map(this::last).toList();
  }

  /// Makes the nodes that a value needs, operands first; without recursion, as graphs are deep.
  private void visit(Value value, Map<Value, Value> made, List<Node> nodes) {
    Deque<Node> stack = new ArrayDeque<>();
    Set<Node> open = new HashSet<>();
    push(value, made, stack);
    while (!stack.isEmpty()) {
      Node node = stack.peek();
      if (made.containsKey(node.output())) {
        stack.pop();
        continue;
      }
      List<Value> operands = operands(node);
      int before = stack.size();
      if (open.add(node)) {
        operands.forEach(operand -> push(operand, made, stack));
      } else if (operands.stream().anyMatch(o -> isMissing(o, made))) {
        throw new TensorException("node " + node.name() + " came to need its own result");
      }
      if (stack.size() == before) {
        stack.pop();
        Node copy =
            new Node(
                node.name(),
                node.op(),
                operands.stream().map(operand -> now(operand, made)).toList(),
                node.outputs());
        nodes.add(copy);
        for (int i = 0; i < node.outputs().size(); i++) {
          made.put(node.output(i), copy.output(i));
        }
      }
    }
  }

  private static boolean isMissing(Value value, Map<Value, Value> made) {
    return value instanceof Value.Result && !made.containsKey(value);
  }

  private static void push(Value value, Map<Value, Value> made, Deque<Node> stack) {
    if (value instanceof Value.Result(Node node, _) && !made.containsKey(value)) {
      stack.push(node);
    }
  }

  @Override
  public void close() {
    OPEN.remove(id);
  }
}
