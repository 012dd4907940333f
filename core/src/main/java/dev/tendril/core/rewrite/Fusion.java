package dev.tendril.core.rewrite;

import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.GraphBuilder;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Pointwise;
import dev.tendril.core.op.Structured;
import java.util.ArrayList;
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
/// @param joins which ops may be in a region
record Fusion(String name, Predicate<Node> joins) implements Pass {
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
        Set<Node> region = region(root, users, outputs);
        if (region.size() > 1) {
          regions.put(root, region);
          taken.addAll(region);
        }
      }
    }
    return regions.isEmpty() ? graph : build(graph, regions, taken, fired);
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
  private static Set<Value> operands(Set<Node> region) {
    Set<Value> operands = new LinkedHashSet<>();
    for (Node node : region) {
      for (Value value : node.inputs()) {
        boolean inside = value instanceof Value.Result result && region.contains(result.node());
        if (!inside && !isOne(value)) {
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
        List<Node> ordered = graph.nodes().stream().filter(region::contains).toList();
        List<Value> operands = List.copyOf(operands(new LinkedHashSet<>(ordered)));
        Node fused =
            new Node(
                before.name(),
                new Structured.Fused(body(before, ordered, operands)),
                operands.stream().map(v -> values.getOrDefault(v, v)).toList(),
                before.outputs());
        values.put(before.output(), fused.output());
        nodes.add(fused);
        fired.accept("fuse-pointwise", before.name());
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
