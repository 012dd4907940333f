package dev.tendril.core.place;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Custom;
import dev.tendril.core.spi.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A graph cut at the borders of devices. Where a value is used on another device than that which
/// makes it there is a node of the custom op `copy`, once for each device.
///
/// Parts are numbered so that none needs a later one: a node's stage is the greatest of its
/// operands' stages, plus one where an operand comes from another device. Nodes of one device and
/// one stage are a part.
final class Partition {
  /// The op of copies between devices.
  static final String COPY = "copy";

  private final Placement placement;
  private final Device host;
  private final Map<Value, Value> values = new HashMap<>();
  private final Map<Value, Device> homes = new HashMap<>();
  private final Map<Value, Map<Device, Value>> copied = new HashMap<>();
  private final Map<Node, Integer> stages = new HashMap<>();
  private final Map<Node, Device> devices = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Value, List<Node>> users = new HashMap<>();
  private final Set<Value> outputs;
  private final Graph graph;
  private final List<Work> order = new ArrayList<>();

  /// Something to do at a run.
  sealed interface Work {
    /// A copy to another device.
    record Copy(Node node, Value from, Device to) implements Work {}

    /// A part of the graph on a device.
    ///
    /// @param inputs the values that its inputs are
    /// @param outputs the values that its outputs are
    record Part(Graph graph, Device device, List<Value> inputs, List<Value> outputs)
        implements Work {}
  }

  Partition(Graph source, Placement placement, Device host) {
    this.placement = placement;
    this.host = host;
    source.inputs().forEach(input -> homes.put(input, host));
    source.nodes().forEach(this::add);
    this.graph =
        new Graph(
            source.name(),
            source.inputs(),
            source.outputs().stream().map(this::value).toList(),
            source.outputNames(),
            nodes,
            source.notes());
    this.outputs = new HashSet<>(graph.outputs());
    for (Node node : nodes) {
      for (Value value : node.inputs()) {
        users.computeIfAbsent(value, _ -> new ArrayList<>()).add(node);
      }
    }
    schedule();
  }

  /// The whole graph with copies.
  Graph graph() {
    return graph;
  }

  /// The device of a node; of a copy, that to which it goes.
  Device device(Node node) {
    return Objects.requireNonNull(devices.get(node));
  }

  /// What to do, in order.
  List<Work> order() {
    return order;
  }

  static boolean isCopy(Node node) {
    return node.op() instanceof Custom custom && custom.op().equals(COPY);
  }

  private Value value(Value old) {
    return values.getOrDefault(old, old);
  }

  private void add(Node old) {
    Device device = placement.device(old);
    List<Value> inputs = new ArrayList<>();
    int stage = 0;
    for (int i = 0; i < old.inputs().size(); i++) {
      Value value = value(old.inputs().get(i));
      Device home = homes.get(value);
      Device target = device.isHostOperand(old, i) ? host : device;
      if (home != null && !home.equals(target)) {
        stage = Math.max(stage, stage(value) + 1);
        value = copy(value, home, target);
      } else {
        stage = Math.max(stage, stage(value) + (home != null && !home.equals(device) ? 1 : 0));
      }
      inputs.add(value);
    }
    Node node = new Node(old.name(), old.op(), inputs, old.outputs());
    nodes.add(node);
    devices.put(node, device);
    stages.put(node, stage);
    for (int i = 0; i < node.outputs().size(); i++) {
      values.put(old.output(i), node.output(i));
      homes.put(node.output(i), device);
    }
  }

  /// The stage that makes a value; -1 of inputs, which are there before.
  private int stage(Value value) {
    return value instanceof Value.Result(Node node, _)
        ? Objects.requireNonNull(stages.get(node))
        : -1;
  }

  private Value copy(Value value, Device from, Device to) {
    return copied
        .computeIfAbsent(value, _ -> new HashMap<>())
        .computeIfAbsent(
            to,
            _ -> {
              Custom op =
                  new Custom(COPY, Map.of("from", from.info().name(), "to", to.info().name()));
              String name = "copy of " + value.name() + " to " + to.info().name();
              Node node = new Node(name, op, List.of(value), List.of(value.type()));
              nodes.add(node);
              devices.put(node, to);
              stages.put(node, stage(value));
              return node.output();
            });
  }

  private void schedule() {
    Map<Integer, Map<Device, List<Node>>> parts = new TreeMap<>();
    Map<Integer, List<Node>> copies = new TreeMap<>();
    for (Node node : nodes) {
      int stage = Objects.requireNonNull(stages.get(node));
      parts.computeIfAbsent(stage, _ -> new LinkedHashMap<>());
      if (isCopy(node)) {
        copies.computeIfAbsent(stage, _ -> new ArrayList<>()).add(node);
      } else {
        parts
            .getOrDefault(stage, Map.of())
            .computeIfAbsent(device(node), _ -> new ArrayList<>())
            .add(node);
      }
    }
    parts.forEach(
        (stage, byDevice) -> {
          List<Device> first = new ArrayList<>(byDevice.keySet());
          first.sort(Comparator.comparing(device -> device.equals(host)));
          first.forEach(
              device -> order.add(part(device, byDevice.getOrDefault(device, List.of()))));
          for (Node copy : copies.getOrDefault(stage, List.of())) {
            order.add(new Work.Copy(copy, copy.inputs().getFirst(), device(copy)));
          }
        });
  }

  private Work part(Device device, List<Node> members) {
    Set<Node> inside = new LinkedHashSet<>(members);
    Map<Value, Value> inner = new HashMap<>();
    Map<Value, Value.Input> inputs = new LinkedHashMap<>();
    List<Node> made = new ArrayList<>();
    for (Node node : members) {
      List<Value> operands = new ArrayList<>();
      for (Value value : node.inputs()) {
        Value known = inner.get(value);
        if (known == null && !(value instanceof Value.Constant)) {
          Value.Input input = new Value.Input(value.name(), value.type());
          inputs.put(value, input);
          inner.put(value, input);
          known = input;
        }
        operands.add(known == null ? value : known);
      }
      Node copy = new Node(node.name(), node.op(), operands, node.outputs());
      made.add(copy);
      for (int i = 0; i < node.outputs().size(); i++) {
        inner.put(node.output(i), copy.output(i));
      }
    }
    List<Value> results = new ArrayList<>();
    for (Node node : members) {
      for (int i = 0; i < node.outputs().size(); i++) {
        if (isNeededOutside(node.output(i), inside)) {
          results.add(node.output(i));
        }
      }
    }
    Graph part =
        new Graph(
            graph.name(),
            List.copyOf(inputs.values()),
            results.stream().map(value -> inner(inner, value)).toList(),
            results.stream().map(Value::name).toList(),
            made,
            Map.of());
    return new Work.Part(part, device, List.copyOf(inputs.keySet()), results);
  }

  private static Value inner(Map<Value, Value> inner, Value value) {
    @Nullable Value known = inner.get(value);
    return Objects.requireNonNull(known);
  }

  private boolean isNeededOutside(Value value, Set<Node> inside) {
    return outputs.contains(value)
        || users.getOrDefault(value, List.of()).stream().anyMatch(node -> !inside.contains(node));
  }
}
