package dev.tendril.core.rewrite;

import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Contract;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/// Makes one node of pointwise ops whose results nobody else needs. A region grows from its last op
/// back: an op joins when all its users are in the region and its result has the region's shape, so
/// that nothing is computed twice, and no path leaves the region and comes back. Constants of one
/// element move in.
///
/// A region may begin with one contraction, by the same conditions: then its result is not stored
/// before the rest is done. Which kernels can do that is not known here, so each such region is
/// shown first: all of it, else those ops that need the contraction.
///
/// @param joins which ops may be in a region
/// @param accepts whether a region with a contraction is to be one node
record Fusion(String name, Predicate<Node> joins, Predicate<Node> accepts) implements Pass {
  /// The most ops of a region.
  private static final int LIMIT = 32;

  /// The most operands of a region.
  private static final int OPERANDS = 12;

  @Override
  public Graph once(Graph graph, BiConsumer<String, String> fired) {
    Map<Value, List<Node>> users = new HashMap<>();
    for (Node node : graph.nodes()) {
      for (Value value : new LinkedHashSet<>(node.inputs())) {
        users.computeIfAbsent(value, _ -> new ArrayList<>()).add(node);
      }
    }
    Set<Value> outputs = new LinkedHashSet<>(graph.outputs());
    Map<Node, Set<Node>> regions = new LinkedHashMap<>();
    Set<Node> taken = new LinkedHashSet<>();
    for (Node root : graph.nodes().reversed()) {
      if (!taken.contains(root) && fits(root)) {
        Set<Node> region = contracted(graph, region(root, users, outputs), root, users);
        if (region.size() > 1) {
          regions.put(root, region);
          taken.addAll(region);
        }
      }
    }
    return regions.isEmpty() ? graph : build(graph, regions, taken, fired);
  }

  /// The region, or what of it needs a contraction, with that contraction; the region as it is when
  /// there is none that goes with it. Of several the last one.
  private Set<Node> contracted(
      Graph graph, Set<Node> region, Node root, Map<Value, List<Node>> users) {
    TensorType type = root.outputs().getFirst();
    Set<Node> found = new LinkedHashSet<>();
    for (Node node : region) {
      for (Value value : node.inputs()) {
        if (value instanceof Value.Result(Node before, _)
            && before.op() instanceof Contract
            && before.outputs().size() == 1
            && value.type().equals(type)
            && !Match.quantized(before)
            && joins.test(before)
            && !graph.outputs().contains(value)
            && region.containsAll(users.getOrDefault(value, List.of()))) {
          found.add(before);
        }
      }
    }
    for (Node contraction : ordered(graph, found).reversed()) {
      for (Set<Node> rest : List.of(region, after(contraction, region, users))) {
        Set<Node> whole = new LinkedHashSet<>(rest);
        whole.add(contraction);
        List<Node> ordered = ordered(graph, whole);
        if (operands(ordered).size() <= OPERANDS && accepts.test(fused(root, ordered, Map.of()))) {
          return whole;
        }
      }
    }
    return region;
  }

  /// A region in the graph's order, but the contraction first.
  private static List<Node> ordered(Graph graph, Set<Node> region) {
    return graph.nodes().stream()
        .filter(region::contains)
        .sorted(Comparator.comparing(node -> !(node.op() instanceof Contract)))
        .toList();
  }

  /// What in a region needs a node.
  private static Set<Node> after(Node node, Set<Node> region, Map<Value, List<Node>> users) {
    Set<Node> found = new LinkedHashSet<>();
    List<Node> open = new ArrayList<>(List.of(node));
    while (!open.isEmpty()) {
      for (Node user : users.getOrDefault(open.removeLast().output(), List.of())) {
        if (region.contains(user) && found.add(user)) {
          open.add(user);
        }
      }
    }
    return found;
  }

  private boolean fits(Node node) {
    return node.op() instanceof Pointwise
        && !(node.op() instanceof Pointwise.Quantize)
        && !Match.quantized(node)
        && node.outputs().getFirst().shape().isKnown()
        && joins.test(node);
  }

  private Set<Node> region(Node root, Map<Value, List<Node>> users, Set<Value> outputs) {
    Set<Node> region = new LinkedHashSet<>(Set.of(root));
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Node node : List.copyOf(region)) {
        for (Value value : node.inputs()) {
          if (value instanceof Value.Result(Node before, _)
              && !region.contains(before)
              && region.size() < LIMIT
              && fits(before)
              && !outputs.contains(value)
              && before.outputs().getFirst().shape().equals(root.outputs().getFirst().shape())
              && region.containsAll(users.getOrDefault(value, List.of()))) {
            region.add(before);
            if (operands(region).size() > OPERANDS) {
              region.remove(before);
            } else {
              grown = true;
            }
          }
        }
      }
    }
    return region;
  }

  /// What a region needs from outside.
  private static Set<Value> operands(Collection<Node> region) {
    Set<Value> operands = new LinkedHashSet<>();
    for (Node node : region) {
      for (Value value : node.inputs()) {
        boolean inside = value instanceof Value.Result result && region.contains(result.node());
        if (!inside && (!isOne(value) || node.op() instanceof Contract)) {
          operands.add(value);
        }
      }
    }
    return operands;
  }

  private static boolean isOne(Value value) {
    return value instanceof Value.Constant && value.type().shape().size() == 1;
  }

  private static Graph build(
      Graph graph,
      Map<Node, Set<Node>> regions,
      Set<Node> taken,
      BiConsumer<String, String> fired) {
    Map<Value, Value> values = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node before : graph.nodes()) {
      Set<Node> region = regions.get(before);
      if (region != null) {
        List<Node> ordered = ordered(graph, region);
        Node fused = fused(before, ordered, values);
        values.put(before.output(), fused.output());
        nodes.add(fused);
        fired.accept(
            ordered.getFirst().op() instanceof Contract ? "fuse-contraction" : "fuse-pointwise",
            before.name());
      } else if (!taken.contains(before)) {
        Node node =
            Cleanup.with(
                before, before.inputs().stream().map(v -> values.getOrDefault(v, v)).toList());
        for (int i = 0; i < node.outputs().size(); i++) {
          values.put(before.output(i), node.output(i));
        }
        nodes.add(node);
      }
    }
    return Cleanup.with(
        graph, nodes, graph.outputs().stream().map(v -> values.getOrDefault(v, v)).toList());
  }

  /// @param region in an order in which each comes after those that it needs
  private static Node fused(Node root, List<Node> region, Map<Value, Value> values) {
    List<Value> operands = List.copyOf(operands(region));
    return new Node(
        root.name(),
        new Structured.Fused(body(root, region, operands)),
        operands.stream().map(v -> values.getOrDefault(v, v)).toList(),
        root.outputs());
  }

  private static Graph body(Node root, List<Node> nodes, List<Value> operands) {
    GraphBuilder builder = Graph.builder(root.name());
    Map<Value, Value> values = new HashMap<>();
    for (Value operand : operands) {
      TensorType type = operand.type();
      values.put(operand, builder.input("x" + values.size(), type));
    }
    for (Node node : nodes) {
      List<Value> inputs = new ArrayList<>();
      for (Value value : node.inputs()) {
        if (value instanceof Value.Constant constant && isOne(value)) {
          values.computeIfAbsent(value, _ -> builder.constant("c", constant.tensor()));
        }
        inputs.add(values.getOrDefault(value, value));
      }
      values.put(
          node.output(), builder.add(node.op().name(), node.op(), inputs, List.of()).getFirst());
    }
    return builder.output("y", values.getOrDefault(root.output(), root.output())).build();
  }
}
