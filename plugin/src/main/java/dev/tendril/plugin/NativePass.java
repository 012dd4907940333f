package dev.tendril.plugin;

import dev.tendril.core.graph.Graph;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.spi.GraphPass;
import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The graph pass of a plug-in.
final class NativePass implements GraphPass {
  private static final List<String> GROUPS =
      List.of("fold", "move", "algebra", "transpose", "contract");

  private final NativeAccelerator owner;
  private final String name;
  private final int switchedOff;
  private final MemorySegment apply;

  NativePass(NativeAccelerator owner, MemorySegment struct) {
    this.owner = owner;
    String text = Native.textAt(struct.get(ValueLayout.ADDRESS, Abi.PASS.offset("name")));
    this.name = text == null ? owner.table.name : text;
    this.switchedOff = struct.get(ValueLayout.JAVA_INT, Abi.PASS.offset("switched_off"));
    this.apply = struct.get(ValueLayout.ADDRESS, Abi.PASS.offset("apply"));
    if (apply.address() == 0) {
      throw owner.table.wrong("the graph pass " + name + ": apply is null");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> without() {
    Set<String> without = new HashSet<>();
    for (int i = 0; i < GROUPS.size(); i++) {
      if ((switchedOff >>> i & 1) != 0) {
        without.add(GROUPS.get(i));
      }
    }
    return without;
  }

  @Override
  public Graph apply(Graph graph) {
    Map<Value, Integer> uses = new HashMap<>();
    graph.nodes().forEach(node -> node.inputs().forEach(v -> uses.merge(v, 1, Integer::sum)));
    graph.outputs().forEach(v -> uses.merge(v, 1, Integer::sum));
    Struct args = Abi.PASS_ARGS;
    MemorySegment frame = Native.frame(args);
    try (Arena arena = Arena.ofConfined();
        GraphEdit edit = new GraphEdit(graph)) {
      List<MemorySegment> nodes = new ArrayList<>();
      for (Node node : graph.nodes()) {
        nodes.add(node(arena, node, edit, uses));
      }
      frame.set(ValueLayout.ADDRESS, args.offset("device"), owner.device());
      frame.set(ValueLayout.JAVA_LONG, args.offset("num_nodes"), nodes.size());
      frame.set(ValueLayout.ADDRESS, args.offset("nodes"), NodeStruct.pointers(arena, nodes));
      frame.set(ValueLayout.JAVA_LONG, args.offset("edit"), edit.id());
      String function = "apply of the graph pass " + name;
      owner.table.check(function, Native.call(apply, frame), frame);
      String failure = edit.failure();
      if (failure != null) {
        throw owner.table.wrong(function + ": " + failure);
      }
      return edit.result();
    } finally {
      Native.release(frame);
    }
  }

  private static MemorySegment node(
      Arena arena, Node node, GraphEdit edit, Map<Value, Integer> uses) {
    MemorySegment struct = arena.allocate(Abi.PASS_NODE.size(), 8);
    struct.set(ValueLayout.JAVA_LONG, 0, Abi.PASS_NODE.size());
    struct.set(ValueLayout.ADDRESS, Abi.PASS_NODE.offset("node"), NodeStruct.node(arena, node));
    MemorySegment inputs = arena.allocate(8L * Math.max(1, node.inputs().size()), 8);
    for (int i = 0; i < node.inputs().size(); i++) {
      inputs.setAtIndex(ValueLayout.JAVA_LONG, i, edit.number(node, i));
    }
    MemorySegment counts = arena.allocate(4L * Math.max(1, node.outputs().size()), 4);
    for (int i = 0; i < node.outputs().size(); i++) {
      counts.setAtIndex(ValueLayout.JAVA_INT, i, uses.getOrDefault(node.output(i), 0));
    }
    struct.set(ValueLayout.ADDRESS, Abi.PASS_NODE.offset("inputs"), inputs);
    struct.set(ValueLayout.JAVA_LONG, Abi.PASS_NODE.offset("first_output"), edit.firstOutput(node));
    struct.set(ValueLayout.ADDRESS, Abi.PASS_NODE.offset("uses"), counts);
    return struct;
  }
}
