package dev.tendril.core.place;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.plan.Views;
import dev.tendril.core.spi.Device;
import dev.tendril.core.spi.DeviceName;
import dev.tendril.core.spi.Support;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which device computes each node of a graph.
///
/// A node goes to the device that it was asked for on, by a note `device(node)` of the graph; else
/// to the first of the fleet that computes it. Nodes that belong together, by a note `with(node)`
/// that names another, go to one device that computes them all. A node that only says anew what is
/// in memory, such as a reshape, stays where its operand is.
public final class Placement {
  /// The kind of note that names a node's device.
  public static final String DEVICE = "device";

  /// The kind of note that names a node on whose device a node is to be.
  public static final String WITH = "with";

  private final Graph graph;
  private final Fleet fleet;
  private final @Nullable DeviceName usual;
  private final Map<Node, Device> devices = new LinkedHashMap<>();
  private final Map<Node, String> reasons = new HashMap<>();

  private Placement(Graph graph, Fleet fleet, @Nullable DeviceName usual) {
    this.graph = graph;
    this.fleet = fleet;
    this.usual = usual;
  }

  /// @param usual the device of nodes without a note; null for the best
  /// @throws TensorException when a device that is asked for is not there, or does not compute the
  ///     node and the fleet's policy is [SoftPlacement#ERROR]
  public static Placement of(Graph graph, Fleet fleet, @Nullable DeviceName usual) {
    Placement placement = new Placement(graph, fleet, usual);
    placement.place();
    return placement;
  }

  /// The device of a node.
  public Device device(Node node) {
    Device device = devices.get(node);
    if (device == null) {
      throw new TensorException("the device of " + node.name() + ", a node of another graph");
    }
    return device;
  }

  /// Why no better device computes a node; empty when there is none.
  public String reason(Node node) {
    return reasons.getOrDefault(node, "");
  }

  private void place() {
    Map<String, List<Node>> groups = groups();
    for (Node node : graph.nodes()) {
      if (devices.containsKey(node)) {
        continue;
      }
      List<Node> group = groups.getOrDefault(node.name(), List.of(node));
      Device device = choose(group);
      group.forEach(member -> devices.put(member, device));
    }
    for (Node node : graph.nodes()) {
      if (isFree(node, groups) && node.inputs().getFirst() instanceof Value.Result(Node from, _)) {
        devices.put(node, device(from));
        reasons.remove(node);
      }
    }
    for (Node node : graph.nodes().reversed()) {
      if (isFree(node, groups) && !(node.inputs().getFirst() instanceof Value.Result)) {
        graph.nodes().stream()
            .filter(user -> user.inputs().contains(node.output()))
            .findFirst()
            .map(this::device)
            .filter(device -> device.supports(node).isYes())
            .ifPresent(device -> devices.put(node, device));
      }
    }
  }

  /// Whether a node costs nothing wherever it is.
  private boolean isFree(Node node, Map<String, List<Node>> groups) {
    return !groups.containsKey(node.name())
        && !graph.notes().containsKey(Graph.noteKey(DEVICE, node.name()))
        && Stream.concat(node.inputTypes().stream(), node.outputs().stream())
            .map(TensorType::shape)
            .allMatch(Shape::isKnown)
        && Views.isWhole(node);
  }

  /// The nodes that belong together, by the name of each.
  private Map<String, List<Node>> groups() {
    Map<String, Node> byName = new HashMap<>();
    graph.nodes().forEach(node -> byName.put(node.name(), node));
    Map<String, List<Node>> groups = new HashMap<>();
    for (Node node : graph.nodes()) {
      String other = graph.notes().get(Graph.noteKey(WITH, node.name()));
      if (other == null) {
        continue;
      }
      Node with = byName.get(other);
      if (with == null) {
        throw new TensorException(
            "graph "
                + graph.name()
                + ": node "
                + node.name()
                + " is to be where "
                + other
                + " is, which is no node of the graph");
      }
      List<Node> joined = new ArrayList<>(groups.getOrDefault(node.name(), List.of(node)));
      for (Node member : groups.getOrDefault(other, List.of(with))) {
        if (!joined.contains(member)) {
          joined.add(member);
        }
      }
      joined.forEach(member -> groups.put(member.name(), joined));
    }
    return groups;
  }

  private Device choose(List<Node> group) {
    for (Node node : group) {
      String note = graph.notes().get(Graph.noteKey(DEVICE, node.name()));
      DeviceName wanted = note == null ? usual : DeviceName.parse(note);
      if (wanted != null) {
        Device device = fleet.device(wanted);
        Refusal refusal = refusal(device, group);
        if (refusal == null) {
          return device;
        }
        reasons.put(node, wanted + " was asked for: " + refusal.reason);
        Fallbacks.explicit(fleet.softPlacement(), refusal.node, wanted.toString(), refusal.reason);
        break;
      }
    }
    StringBuilder reason = new StringBuilder();
    for (Device device : fleet.preferred()) {
      Refusal refusal = refusal(device, group);
      if (refusal == null) {
        if (!reason.isEmpty()) {
          reasons.putIfAbsent(group.getFirst(), reason.toString());
        }
        return device;
      }
      reason.append(reason.isEmpty() ? "" : "; ").append(device.info().name()).append(": ");
      reason.append(refusal.reason);
    }
    throw new TensorException(
        "no device computes node " + group.getFirst().name() + " (" + reason + ")");
  }

  /// @param node of those that belong together the one that is not computed
  private record Refusal(Node node, String reason) {}

  private static @Nullable Refusal refusal(Device device, List<Node> group) {
    for (Node node : group) {
      Support support = device.supports(node);
      if (support.reason() != null) {
        return new Refusal(node, support.reason());
      }
    }
    return null;
  }
}
