package dev.tendril.plugin;

import dev.tendril.core.DType;
import dev.tendril.core.Shape;
import dev.tendril.core.Tensor;
import dev.tendril.core.TensorException;
import dev.tendril.core.TensorType;
import dev.tendril.core.graph.Node;
import dev.tendril.core.graph.Value;
import dev.tendril.core.op.Custom;
import dev.tendril.core.op.CustomOp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// A custom op of a plug-in: the plug-in says the types of its results, and its device computes it.
final class NativeOp implements CustomOp {
  private final NativeTable table;
  private final String name;
  private final MemorySegment infer;

  NativeOp(NativeTable table, MemorySegment struct) {
    this.table = table;
    String text = Native.textAt(struct.get(ValueLayout.ADDRESS, Abi.OP.offset("name")));
    if (text == null) {
      throw table.wrong("TpOp.name is null");
    }
    this.name = text;
    this.infer = struct.get(ValueLayout.ADDRESS, Abi.OP.offset("infer"));
    if (infer.address() == 0) {
      throw table.wrong("the op " + name + ": infer is null");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean hasReference() {
    return false;
  }

  @Override
  public List<TensorType> infer(Custom op, List<TensorType> operands) {
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      inputs.add(new Value.Input("x" + i, operands.get(i)));
    }
    Node node = new Node(name, op, inputs, List.of());
    MemorySegment frame = Native.frame(Abi.INFER);
    try (Arena arena = Arena.ofConfined()) {
      long size = Abi.TENSOR_TYPE.size();
      MemorySegment types = arena.allocate(size * Abi.MAX_RESULTS, 8);
      for (int i = 0; i < Abi.MAX_RESULTS; i++) {
        types.set(ValueLayout.JAVA_LONG, i * size, size);
      }
      frame.set(ValueLayout.ADDRESS, Abi.INFER.offset("node"), NodeStruct.node(arena, node));
      frame.set(ValueLayout.ADDRESS, Abi.INFER.offset("outputs"), types);
      String function = "infer of the op " + name;
      table.check(function, Native.call(infer, frame), frame);
      int count = frame.get(ValueLayout.JAVA_INT, Abi.INFER.offset("num_outputs"));
      if (count < 1 || count > Abi.MAX_RESULTS) {
        throw table.wrong(
            function + " gave num_outputs = " + count + "; expected 1 to " + Abi.MAX_RESULTS);
      }
      List<TensorType> results = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        results.add(type(function, types.asSlice(i * size, size)));
      }
      return results;
    } finally {
      Native.release(frame);
    }
  }

  private TensorType type(String function, MemorySegment struct) {
    int dtype = struct.get(ValueLayout.JAVA_INT, Abi.TENSOR_TYPE.offset("type"));
    int rank = struct.get(ValueLayout.JAVA_INT, Abi.TENSOR_TYPE.offset("rank"));
    DType known = TypeNumber.type(dtype);
    if (known == null) {
      throw table.wrong(function + " gave the type " + dtype + ", which there is not");
    }
    if (rank < 0 || rank > Abi.MAX_RANK) {
      throw table.wrong(function + " gave rank = " + rank + "; expected 0 to " + Abi.MAX_RANK);
    }
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      long extent = struct.get(ValueLayout.JAVA_LONG, Abi.TENSOR_TYPE.offset("dims") + 8L * i);
      if (extent < -1 || extent > Integer.MAX_VALUE) {
        throw table.wrong(
            function + " gave dims[" + i + "] = " + extent + "; expected 0 or more, or -1");
      }
      dims[i] = extent == -1 ? Shape.ANY : (int) extent;
    }
    return new TensorType(known, Shape.of(dims));
  }

  @Override
  public void run(Custom op, List<Tensor> operands, List<Tensor> results) {
    throw new TensorException(
        "the custom op " + name + " on the CPU: only devices of " + table + " compute it");
  }
}
