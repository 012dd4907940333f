package dev.tendril.plugin;

import dev.tendril.core.Shape;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.OpAttribute;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Custom;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Nodes of graphs as structures of C.
final class NodeStruct {
  private static final int TEXT = 0;
  private static final int INT = 1;
  private static final int FLOAT = 2;
  private static final int INTS = 3;

  private NodeStruct() {}

  static String opName(Node node) {
    return node.op() instanceof Custom custom ? custom.op() : node.op().name();
  }

  static MemorySegment type(SegmentAllocator arena, TensorType type) {
    MemorySegment struct = arena.allocate(Abi.TENSOR_TYPE.size(), 8).fill((byte) 0);
    struct.set(ValueLayout.JAVA_LONG, 0, Abi.TENSOR_TYPE.size());
    struct.set(ValueLayout.JAVA_INT, Abi.TENSOR_TYPE.offset("type"), TypeNumber.of(type.dtype()));
    Shape shape = type.shape();
    struct.set(ValueLayout.JAVA_INT, Abi.TENSOR_TYPE.offset("rank"), shape.rank());
    for (int i = 0; i < Math.min(shape.rank(), Abi.MAX_RANK); i++) {
      struct.set(
          ValueLayout.JAVA_LONG,
          Abi.TENSOR_TYPE.offset("dims") + 8L * i,
          shape.dim(i) == Shape.ANY ? -1 : shape.dim(i));
    }
    struct.set(
        ValueLayout.JAVA_LONG,
        Abi.TENSOR_TYPE.offset("bytes"),
        shape.isKnown() ? type.bytes() : -1);
    struct.set(
        ValueLayout.JAVA_INT, Abi.TENSOR_TYPE.offset("quantized"), type.quant() == null ? 0 : 1);
    return struct;
  }

  static MemorySegment pointers(SegmentAllocator arena, List<MemorySegment> to) {
    MemorySegment pointers = arena.allocate(8L * Math.max(1, to.size()), 8);
    for (int i = 0; i < to.size(); i++) {
      pointers.setAtIndex(ValueLayout.ADDRESS, i, to.get(i));
    }
    return pointers;
  }

  private static MemorySegment types(SegmentAllocator arena, List<TensorType> types) {
    return pointers(arena, types.stream().map(type -> type(arena, type)).toList());
  }

  static MemorySegment node(SegmentAllocator arena, Node node) {
    MemorySegment struct = arena.allocate(Abi.NODE.size(), 8).fill((byte) 0);
    List<OpAttribute> attributes = OpAttribute.of(node.op());
    struct.set(ValueLayout.JAVA_LONG, 0, Abi.NODE.size());
    struct.set(ValueLayout.ADDRESS, Abi.NODE.offset("name"), arena.allocateFrom(node.name()));
    struct.set(ValueLayout.ADDRESS, Abi.NODE.offset("op"), arena.allocateFrom(opName(node)));
    struct.set(ValueLayout.JAVA_INT, Abi.NODE.offset("num_attributes"), attributes.size());
    struct.set(ValueLayout.JAVA_INT, Abi.NODE.offset("num_inputs"), node.inputs().size());
    struct.set(ValueLayout.JAVA_INT, Abi.NODE.offset("num_outputs"), node.outputs().size());
    struct.set(
        ValueLayout.ADDRESS,
        Abi.NODE.offset("attributes"),
        pointers(arena, attributes.stream().map(a -> attribute(arena, a)).toList()));
    struct.set(ValueLayout.ADDRESS, Abi.NODE.offset("inputs"), types(arena, node.inputTypes()));
    struct.set(ValueLayout.ADDRESS, Abi.NODE.offset("outputs"), types(arena, node.outputs()));
    struct.set(
        ValueLayout.ADDRESS,
        Abi.NODE.offset("constants"),
        pointers(
            arena,
            node.inputs().stream()
                .map(
                    value ->
                        value instanceof Value.Constant constant
                            ? constant.tensor().memory()
                            : MemorySegment.NULL)
                .toList()));
    return struct;
  }

  private static MemorySegment attribute(SegmentAllocator arena, OpAttribute attribute) {
    MemorySegment struct = arena.allocate(Abi.ATTRIBUTE.size(), 8).fill((byte) 0);
    struct.set(ValueLayout.JAVA_LONG, 0, Abi.ATTRIBUTE.size());
    struct.set(
        ValueLayout.ADDRESS, Abi.ATTRIBUTE.offset("name"), arena.allocateFrom(attribute.name()));
    struct.set(
        ValueLayout.ADDRESS, Abi.ATTRIBUTE.offset("text"), arena.allocateFrom(attribute.text()));
    struct.set(ValueLayout.JAVA_INT, Abi.ATTRIBUTE.offset("kind"), value(arena, struct, attribute));
    return struct;
  }

  /// Writes a value; its kind.
  private static int value(SegmentAllocator arena, MemorySegment struct, OpAttribute attribute) {
    long number = Abi.ATTRIBUTE.offset("int_value");
    switch (attribute.value()) {
      case Integer i -> struct.set(ValueLayout.JAVA_LONG, number, i);
      case Long i -> struct.set(ValueLayout.JAVA_LONG, number, i);
      case Boolean truth -> struct.set(ValueLayout.JAVA_LONG, number, truth ? 1 : 0);
      case Float f -> {
        struct.set(ValueLayout.JAVA_DOUBLE, Abi.ATTRIBUTE.offset("float_value"), f);
        return FLOAT;
      }
      case Double f -> {
        struct.set(ValueLayout.JAVA_DOUBLE, Abi.ATTRIBUTE.offset("float_value"), f);
        return FLOAT;
      }
      case List<?> list when list.stream().allMatch(Number.class::isInstance) -> {
        long[] ints = list.stream().mapToLong(i -> ((Number) i).longValue()).toArray();
        struct.set(
            ValueLayout.ADDRESS,
            Abi.ATTRIBUTE.offset("ints"),
            arena.allocateFrom(ValueLayout.JAVA_LONG, ints.length == 0 ? new long[1] : ints));
        struct.set(ValueLayout.JAVA_INT, Abi.ATTRIBUTE.offset("num_ints"), ints.length);
        return INTS;
      }
      case String text -> {
        return text(struct, text);
      }
      default -> {
        return TEXT;
      }
    }
    return INT;
  }

  /// Numbers of custom ops come as text.
  private static int text(MemorySegment struct, String text) {
    try {
      long whole = Long.parseLong(text);
      struct.set(ValueLayout.JAVA_LONG, Abi.ATTRIBUTE.offset("int_value"), whole);
      struct.set(ValueLayout.JAVA_DOUBLE, Abi.ATTRIBUTE.offset("float_value"), (double) whole);
      return INT;
    } catch (NumberFormatException _) {
      // Not whole.
    }
    try {
      struct.set(
          ValueLayout.JAVA_DOUBLE, Abi.ATTRIBUTE.offset("float_value"), Double.parseDouble(text));
      return FLOAT;
    } catch (NumberFormatException _) {
      return TEXT;
    }
  }
}
