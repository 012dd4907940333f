package dev.tendril.plugin;

import dev.tendril.core.spi.OpCall;
import dev.tendril.plugin.layout.Struct;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/// The arguments of a kernel's calls, written once; later calls write what changes.
final class NativeCall implements OpCall {
  private static final long BLOCK = Abi.TENSOR.offset("block");
  private static final long OFFSET = Abi.TENSOR.offset("offset");
  private static final long TENSOR = Abi.TENSOR.size();

  private final NativeReady ready;
  private final MemorySegment function;
  private final MemorySegment arguments;
  private final long address;
  private final MemorySegment inputs;
  private final MemorySegment outputs;
  private final MemorySegment message;

  NativeCall(NativeReady ready, NativeStream stream) {
    this.ready = ready;
    this.function = ready.kernel.compute();
    Arena arena = Arena.ofAuto();
    Struct struct = Abi.COMPUTE;
    this.message = arena.allocate(Native.MESSAGE_BYTES);
    this.arguments = arena.allocate(struct.size(), 64);
    this.address = arguments.address();
    this.inputs = tensors(arena, ready.inputs);
    this.outputs = tensors(arena, ready.outputs);
    Native.head(arguments, struct, message);
    arguments.set(ValueLayout.ADDRESS, struct.offset("device"), ready.kernel.owner.device());
    arguments.set(ValueLayout.ADDRESS, struct.offset("stream"), stream.pointer());
    arguments.set(ValueLayout.ADDRESS, struct.offset("kernel"), ready.state.kernel());
    arguments.set(ValueLayout.JAVA_INT, struct.offset("num_inputs"), ready.inputs.size());
    arguments.set(ValueLayout.JAVA_INT, struct.offset("num_outputs"), ready.outputs.size());
    arguments.set(
        ValueLayout.ADDRESS, struct.offset("inputs"), pointers(arena, inputs, ready.inputs));
    arguments.set(
        ValueLayout.ADDRESS, struct.offset("outputs"), pointers(arena, outputs, ready.outputs));
  }

  private static MemorySegment tensors(Arena arena, List<MemorySegment> types) {
    MemorySegment tensors = arena.allocate(TENSOR * Math.max(1, types.size()), 8);
    for (int i = 0; i < types.size(); i++) {
      tensors.set(ValueLayout.JAVA_LONG, i * TENSOR, TENSOR);
      tensors.set(ValueLayout.ADDRESS, i * TENSOR + Abi.TENSOR.offset("type"), types.get(i));
    }
    return tensors;
  }

  private static MemorySegment pointers(
      Arena arena, MemorySegment tensors, List<MemorySegment> types) {
    List<MemorySegment> to = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      to.add(tensors.asSlice(i * TENSOR));
    }
    return NodeStruct.pointers(arena, to);
  }

  @Override
  public void input(int operand, long block, long offset) {
    inputs.set(ValueLayout.JAVA_LONG, operand * TENSOR + BLOCK, block);
    inputs.set(ValueLayout.JAVA_LONG, operand * TENSOR + OFFSET, offset);
  }

  @Override
  public void output(int result, long block, long offset) {
    outputs.set(ValueLayout.JAVA_LONG, result * TENSOR + BLOCK, block);
    outputs.set(ValueLayout.JAVA_LONG, result * TENSOR + OFFSET, offset);
  }

  @Override
  public void scratch(long block, long offset) {
    arguments.set(ValueLayout.JAVA_LONG, Abi.COMPUTE.offset("scratch_block"), block);
    arguments.set(ValueLayout.JAVA_LONG, Abi.COMPUTE.offset("scratch_offset"), offset);
  }

  @Override
  public void run() {
    int code;
    try {
      code = Native.callAt(function, address);
    } finally {
      Reference.reachabilityFence(this);
    }
    if (code != 0) {
      String text = Native.text(message);
      message.set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
      throw NativeTable.failed(
          ready.kernel.table + ": compute of the kernel of " + ready.kernel.op(), code, text);
    }
  }
}
